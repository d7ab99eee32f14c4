import { Clock, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Checkpoint } from "../../platform/Checkpoint.ts"
import { makeQuestion } from "../Question.ts"
import { StoredQuestion } from "../StoredQuestion.ts"
import { makeMoveRows, type NewKeys } from "./moveRows.ts"
import { makeRekeyMisses } from "./rekeyMisses.ts"
import { isDoubtful, makeRekeyRows } from "./rekeyRows.ts"
import { identityOf } from "../write/questionRows.ts"

/**
 * The number of the rules by which questions are told apart. Whoever changes a rule, so that any question gets another key,
 * raises it; a bank that was filled under other rules is brought up to date when it is opened next.
 */
export const identityVersion = 2

// The first rules wrote no number down.
const firstVersion = 1

const rowsPerPage = 250
// Some milliseconds of the event loop.
const rowsPerTurn = 50
const millisBetweenLines = 5000

const { id, images, options, options_key, source, status, title, title_key, type, type_class } = StoredQuestion.fields
const Words = Schema.Struct({ id, images, options, options_key, source, status, title, title_key, type, type_class })

const nameOfVersion = "identity"
const nameOfCursor = "identity_cursor"

/**
 * Sees to it that every row of the bank has its key by today's rules, before anything reads or writes the bank. Rows whose
 * key is the same are only read. It goes on where it stood when the process ended; two processes at once do the same work
 * twice and no harm.
 */
export const layer: Layer.Layer<never, never, SqlClient.SqlClient | Checkpoint> = Layer.effectDiscard(
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const meta = yield* makeMeta
    const version = yield* meta.get(nameOfVersion)
    if (version === String(identityVersion)) return
    const [one] = yield* sql`SELECT id FROM bank_questions LIMIT 1`
    if (version !== undefined || one !== undefined) yield* bringUpToDate(Number(version ?? firstVersion))
    yield* meta.set(nameOfVersion, String(identityVersion))
  }).pipe(Effect.orDie)
)

const bringUpToDate = Effect.fnUntraced(function* (version: number) {
  const sql = yield* SqlClient.SqlClient
  const meta = yield* makeMeta
  const checkpoint = yield* Checkpoint
  const moveRows = yield* makeMoveRows
  const rekeyRows = yield* makeRekeyRows
  const rekeyMisses = yield* makeRekeyMisses
  const columns = sql.literal(Object.keys(Words.fields).join(", "))
  const page = SqlSchema.findAll({
    Request: Schema.String,
    Result: Words,
    execute: (after) => sql`
      SELECT ${columns} FROM bank_questions WHERE id > ${after} ORDER BY id LIMIT ${sql.literal(String(rowsPerPage))}`
  })
  const [counted] = yield* sql`SELECT COUNT(*) AS count FROM bank_questions`
  const total = Number(counted?.["count"] ?? 0)
  const say = (what: string) =>
    Effect.logInfo(what).pipe(Effect.annotateLogs({ rules: `${version} → ${identityVersion}` }))
  yield* say(`the bank's ${total} questions are brought under the rules by which questions are told apart today`)

  let cursor = (yield* meta.get(nameOfCursor)) ?? ""
  let [read, changed] = [0, 0]
  let nextLine = (yield* Clock.currentTimeMillis) + millisBetweenLines
  for (;;) {
    const rows = yield* page(cursor)
    const last = rows.at(-1)
    if (last === undefined) break
    const moves: Array<NewKeys> = []
    const others: Array<string> = []
    for (const [at, row] of rows.entries()) {
      const keys = keysOf(row)
      if (keys === undefined || isDoubtful(row)) others.push(row.id)
      else if (identityOf(keys) !== identityOf(row)) moves.push(keys)
      if (at % rowsPerTurn === rowsPerTurn - 1) yield* Effect.yieldNow
    }
    cursor = last.id
    const keep = meta.set(nameOfCursor, cursor)
    const write = Effect.gen(function* () {
      const left = yield* moveRows(moves)
      if (left.length + others.length > 0) yield* rekeyRows([...left, ...others])
      yield* keep
    })
    yield* moves.length + others.length === 0 ? keep : checkpoint.room(sql.withTransaction(write))
    read += rows.length
    changed += moves.length + others.length
    const now = yield* Clock.currentTimeMillis
    if (now >= nextLine) {
      nextLine = now + millisBetweenLines
      yield* say(`${read} of the bank's questions are looked at, ${changed} have another key`)
    }
  }
  yield* rekeyMisses
  yield* meta.remove(nameOfCursor)
  yield* say(`the bank's questions are up to date: ${changed} of ${read} have another key`)
})

/** The keys of a row by today's rules; `undefined` where its options, too, are others by them. */
const keysOf = (row: typeof Words.Type): NewKeys | undefined => {
  const { options, optionsKey, titleKey, type, typeClass } = makeQuestion({ ...row, images: row.images ?? [] })
  return options.length === row.options.length && options.every((option, at) => option === row.options[at])
    ? { id: row.id, title_key: titleKey, options_key: optionsKey, type_class: typeClass, type }
    : undefined
}

const makeMeta = Effect.map(SqlClient.SqlClient, (sql) => ({
  get: (name: string) =>
    Effect.map(sql`SELECT value FROM bank_meta WHERE name = ${name}`, ([row]) =>
      row === undefined ? undefined : String(row["value"])
    ),
  set: (name: string, value: string) =>
    sql.onDialectOrElse({
      mysql: () => sql`
        INSERT INTO bank_meta ${sql.insert({ name, value })} ON DUPLICATE KEY UPDATE value = VALUES(value)`,
      orElse: () => sql`
        INSERT INTO bank_meta ${sql.insert({ name, value })} ON CONFLICT (name) DO UPDATE SET value = excluded.value`
    }),
  remove: (name: string) => sql`DELETE FROM bank_meta WHERE name = ${name}`
}))
