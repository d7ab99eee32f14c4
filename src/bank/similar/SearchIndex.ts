// The search index in a database of its own, beside the bank: a cache, which may be deleted at any time. It holds no text,
// only which rows have which trigrams (FTS5, `detail=none`), and a mark per option. It may lag behind the bank: whoever uses
// what it finds reads the rows themselves.
import { existsSync, mkdirSync, rmSync } from "node:fs"
import { dirname } from "node:path"
import { DatabaseSync, type StatementSync } from "node:sqlite"
import { makeGramCounts } from "./GramCounts.ts"
import { hashOf, type Probe, probeOf, shortestCore, trigramsOf } from "./Probe.ts"

/** A row of the bank as it is indexed. */
export interface IndexedRow {
  readonly rowid: number
  readonly id: string
  readonly title: string
  readonly options: ReadonlyArray<string>
}

export interface SearchIndex {
  /** The last row of the bank that is indexed, by its rowid; 0 where none is. */
  readonly last: () => { readonly rowid: number; readonly id: string }
  /**
   * Brings the rows from `after` (not included) to the last of these, or to the end where there are none, to what is
   * given; gives the number of rows that changed.
   */
  readonly put: (after: number, rows: ReadonlyArray<IndexedRow>) => number
  /** Ids of rows that may be the same question, the likeliest first, at most 16. */
  readonly find: (probe: Probe) => ReadonlyArray<string>
  /** Writes what `put` has changed since. */
  readonly commit: () => void
  readonly close: () => void
}

// Another number here builds every index anew: to be changed with what `probeOf` makes of a title.
const version = 1

const schema = `
  PRAGMA journal_mode = WAL;
  PRAGMA synchronous = OFF;
  PRAGMA cache_size = -8192;
  CREATE TABLE IF NOT EXISTS documents (rowid INTEGER PRIMARY KEY, id TEXT NOT NULL, digest INTEGER NOT NULL);
  CREATE TABLE IF NOT EXISTS counts (version INTEGER PRIMARY KEY, grams BLOB NOT NULL);
  CREATE VIRTUAL TABLE IF NOT EXISTS grams USING fts5(
    core, o1, o2, o3, o4, o5, o6,
    content = '', contentless_delete = 1, detail = none, tokenize = 'trigram case_sensitive 1'
  );
  INSERT INTO grams(grams, rank) VALUES ('automerge', 8);
`

/** Opens an index, or makes one; a file that is none, or damaged, or of another version, is replaced. */
export const openSearchIndex = (filename: string): SearchIndex => {
  if (filename !== ":memory:") mkdirSync(dirname(filename), { recursive: true })
  try {
    const opened = open(filename)
    if (opened !== undefined) return opened
  } catch (error) {
    if (filename === ":memory:" || !isDamage(error)) throw error
  }
  removeIndex(filename)
  const made = open(filename)
  if (made === undefined) throw new Error(`${filename} cannot be replaced`)
  return made
}

/** Removes the file of an index and what SQLite keeps beside it. */
export const removeIndex = (filename: string): void => {
  for (const end of ["", "-wal", "-shm", "-journal"]) {
    if (existsSync(filename + end)) rmSync(filename + end)
  }
}

/** Whether SQLite says that a file is damaged, is none of its own, or lacks what it should hold. */
export const isDamage = (error: unknown): boolean =>
  error instanceof Error &&
  "errcode" in error &&
  typeof error.errcode === "number" &&
  [1, 11, 26].includes(error.errcode & 0xff)

/** Whether another process holds the file at the moment. */
export const isBusy = (error: unknown): boolean =>
  error instanceof Error && "errcode" in error && typeof error.errcode === "number" && (error.errcode & 0xff) === 5

const open = (filename: string): SearchIndex | undefined => {
  const database = new DatabaseSync(filename)
  try {
    database.exec(schema)
    const kept = database.prepare("SELECT version, grams FROM counts").get()
    if (kept === undefined) {
      if (database.prepare("SELECT rowid FROM documents LIMIT 1").get() !== undefined) {
        database.close()
        return undefined
      }
      return over(database, undefined)
    }
    if (kept["version"] !== version) {
      database.close()
      return undefined
    }
    return over(database, kept["grams"] instanceof Uint8Array ? kept["grams"] : undefined)
  } catch (error) {
    database.close()
    throw error
  }
}

const over = (database: DatabaseSync, kept: Uint8Array | undefined): SearchIndex => {
  const counts = makeGramCounts(kept)
  const last = database.prepare("SELECT rowid, id FROM documents ORDER BY rowid DESC LIMIT 1")
  const known = database.prepare("SELECT rowid, digest FROM documents WHERE rowid > ? AND rowid <= ?")
  const idOf = database.prepare("SELECT id FROM documents WHERE rowid = ?")
  const write = database.prepare(
    "INSERT INTO documents (rowid, id, digest) VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET id = excluded.id, digest = excluded.digest"
  )
  const remove = database.prepare("DELETE FROM documents WHERE rowid = ?")
  const writeGrams = database.prepare(
    "INSERT INTO grams (rowid, core, o1, o2, o3, o4, o5, o6) VALUES (?, ?, ?, ?, ?, ?, ?, ?)"
  )
  const removeGrams = database.prepare("DELETE FROM grams WHERE rowid = ?")
  const lookUp = database.prepare("SELECT rowid FROM grams WHERE grams MATCH ? LIMIT ?")
  lookUp.setReturnArrays(true)
  const saveCounts = database.prepare(
    "INSERT INTO counts (version, grams) VALUES (?, ?) ON CONFLICT DO UPDATE SET grams = excluded.grams"
  )
  // The mark of the version stands from the start, else a crash before the first commit of counts would look like none.
  if (kept === undefined) saveCounts.run(version, counts.bytes)
  let isWriting = false
  let unsaved = 0

  const put = (after: number, rows: ReadonlyArray<IndexedRow>): number => {
    const to = rows.at(-1)?.rowid ?? Number.MAX_SAFE_INTEGER
    const before = new Map(known.all(after, to).map((row) => [Number(row["rowid"]), Number(row["digest"])]))
    let changed = 0
    const change = () => {
      if (!isWriting) database.exec("BEGIN IMMEDIATE")
      isWriting = true
      changed++
    }
    for (const row of rows) {
      const digest = digestOf(row)
      const stood = before.get(row.rowid)
      before.delete(row.rowid)
      if (stood === digest) continue
      change()
      if (stood !== undefined) removeGrams.run(row.rowid)
      const { core, options } = probeOf(row.title, row.options)
      const [o1, o2, o3, o4, o5, o6] = options
      writeGrams.run(row.rowid, core, o1 ?? null, o2 ?? null, o3 ?? null, o4 ?? null, o5 ?? null, o6 ?? null)
      write.run(row.rowid, row.id, digest)
      for (const gram of trigramsOf(core).keys()) counts.add(gram)
      for (const mark of options) counts.add(mark)
    }
    for (const gone of before.keys()) {
      change()
      removeGrams.run(gone)
      remove.run(gone)
    }
    unsaved += changed
    return changed
  }

  return {
    last: () => {
      const row = last.get()
      return row === undefined ? { rowid: 0, id: "" } : { rowid: Number(row["rowid"]), id: String(row["id"]) }
    },
    put,
    find: (probe) =>
      likeliest(lookUp, counts.of, probe).flatMap((rowid) => {
        const row = idOf.get(rowid)
        return row === undefined ? [] : [String(row["id"])]
      }),
    commit: () => {
      if (!isWriting) return
      // The sketch is 4 MB and only guides the search: it is written now and then, not with every commit.
      if (unsaved >= rowsPerSave || unsaved * 2 >= Number(last.get()?.["rowid"] ?? 0)) {
        saveCounts.run(version, counts.bytes)
        unsaved = 0
      }
      database.exec("COMMIT")
      isWriting = false
    },
    close: () => {
      if (isWriting) {
        saveCounts.run(version, counts.bytes)
        database.exec("COMMIT")
      }
      database.close()
    }
  }
}

const rowsPerSave = 50_000

const digestOf = ({ id, options, title }: IndexedRow): number => {
  const [low, high] = hashOf(`${id}\n${title}\n${options.join("\n")}`)
  return (low & 0x1fffff) * 2 ** 32 + high
}

// Bounds of the work of one search, which is proportional to the postings that it reads.
const mostGrams = 6
const mostPostings = 4000
const fewPostings = 1500
const mostFound = 16

/**
 * Looks for rows that share the rarest grams. Grams of the title are taken three places apart, so that one wrong character
 * spoils one of them; a gram that no row has is passed over for free. Rare ones are looked up one by one and the
 * rows counted. Where even the rarest are common, rows are asked for that share any three of four.
 */
const likeliest = (
  lookUp: StatementSync,
  count: (gram: string) => number,
  { core, options }: Probe
): ReadonlyArray<number> => {
  if (core.length < shortestCore) return []
  const grams = rarest(trigramsOf(core), count)
  const marks = options.flatMap((gram) => (count(gram) > 0 ? [{ gram, rows: count(gram) }] : []))
  const found = new Map<number, number>()
  let read = 0
  const look = (expression: string, weight: number, limit: number) => {
    for (const [rowid] of arrays(lookUp.all(expression, limit))) {
      const row = Number(rowid)
      found.set(row, (found.get(row) ?? 0) + weight)
      read++
    }
  }
  const rare = [...grams, ...marks].sort((a, b) => a.rows - b.rows).slice(0, mostGrams + 2)
  for (const { gram, rows } of rare) {
    if (rows > fewPostings || read + rows > mostPostings) break
    look(quoted(gram), weightOf(rows), mostPostings)
  }
  // Rows of a rare mark alone say nothing of the title; and a title of common grams is found by several at once.
  if (grams.length > 0 && (grams[0]?.rows ?? 0) > fewPostings) {
    for (const combination of combinations(grams.slice(0, 4).map(({ gram }) => quoted(gram)))) {
      look(combination, 2, mostCombined)
      const mark = marks.sort((a, b) => a.rows - b.rows)[0]
      if (mark !== undefined && mark.rows > fewPostings)
        look(`${combination} AND ${quoted(mark.gram)}`, 3, mostCombined)
    }
  }
  return [...found]
    .sort(([, a], [, b]) => b - a)
    .slice(0, mostFound)
    .map(([rowid]) => rowid)
}
const mostCombined = 200

const weightOf = (rows: number): number => 1 / Math.log2(2 + rows) + 1

/** The rarest grams that some row has, none nearer than three places to a rarer one. */
const rarest = (places: ReadonlyMap<string, number>, count: (gram: string) => number) => {
  const known = [...places]
    .map(([gram, place]) => ({ gram, place, rows: count(gram) }))
    .filter(({ rows }) => rows > 0)
    .sort((a, b) => a.rows - b.rows)
  const chosen: Array<{ readonly gram: string; readonly place: number; readonly rows: number }> = []
  for (const gram of known) {
    if (chosen.length === mostGrams) break
    if (chosen.every(({ place }) => Math.abs(place - gram.place) >= 3)) chosen.push(gram)
  }
  return chosen
}

/** Every three of four; with fewer, all at once. */
const combinations = (grams: ReadonlyArray<string>): ReadonlyArray<string> =>
  grams.length < 4
    ? [grams.join(" AND ")]
    : grams.map((_, left) => grams.filter((_, place) => place !== left).join(" AND "))

const quoted = (gram: string): string => `"${gram.replaceAll('"', '""')}"`

const arrays = (rows: ReadonlyArray<unknown>): ReadonlyArray<ReadonlyArray<unknown>> =>
  rows.flatMap((row) => (Array.isArray(row) ? [row] : []))
