import { DatabaseSync } from "node:sqlite"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect, FileSystem, Option, Path, Schema } from "effect"
import type { Settings } from "../../platform/config/Settings.ts"
import { lacking, missingColumns } from "../../platform/database/missingColumns.ts"
import { type Migrated, migratedIn, unchangedAddress, whyForeign } from "../../platform/database/peek.ts"
import { migrations } from "../../platform/migrations/index.ts"
import { type Finding, findingsOf, type Findings } from "./Finding.ts"

const { ok, problem, warning } = findingsOf("database")
const longLog = 256 * 1024 ** 2

/** What was found, and the address under which the database can be read without changing anything; none where it cannot be. */
export interface ExaminedDatabase {
  readonly findings: Findings
  readonly readable: string | undefined
}

const QuickCheck = Schema.Array(Schema.Struct({ quick_check: Schema.String }))

const megabytes = (bytes: number): string => `${(bytes / 1024 ** 2).toFixed(1)} MB`
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

/** The state of the tables, by the migrations that have run. */
export const schemaFinding = (migrated: Migrated): Finding => {
  const why = whyForeign(migrated)
  if (why !== undefined) return problem(why.detail, why.remedy)
  const [last, known] = [migrated.at(-1)?.id ?? 0, Object.keys(migrations).length]
  return last < known
    ? warning(
        `its tables are those of an older version (schema ${last} of ${known})`,
        "the next start brings them up to date; make a backup first: siku backup"
      )
    : ok(`its tables are up to date (schema ${last})`)
}

/** Processes that hold locks on files of these inodes, from the text of `/proc/locks`. */
export const lockHolders = (locks: string, inodes: ReadonlySet<string>): ReadonlyArray<number> => [
  ...new Set(
    [...locks.matchAll(/^\d+:\s+\S+\s+\S+\s+\S+\s+(\d+)\s+[\da-f]+:[\da-f]+:(\d+)\s/gm)].flatMap(([, pid, inode]) =>
      inodes.has(inode ?? "") ? [Number(pid)] : []
    )
  )
]

/** The database as it lies there. Opened to be read only; where nobody has it open, not even a log is made beside it. */
export const examineDatabase = Effect.fn("doctor.database")(function* ({
  database: { filename }
}: Pick<Settings, "database">) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const unread = (finding: Finding): ExaminedDatabase => ({ findings: [finding], readable: undefined })
  if (filename === ":memory:")
    return unread(warning("it is in memory only: everything is lost when Siku stops", "set database.url to a file"))
  const info = yield* Effect.option(files.stat(filename))
  if (Option.isNone(info)) return unread(ok(`${filename} is not there yet: the first start makes it`))
  if (info.value.type !== "File") return unread(problem(`${filename} is not a file`, "name another with database.url"))

  const log = yield* Effect.option(files.stat(`${filename}-wal`))
  const index = yield* Effect.option(files.stat(`${filename}-shm`))
  const address = unchangedAddress(path.resolve(filename))
  const inodes = [info, index].flatMap((found) => Option.toArray(Option.flatMap(found, ({ ino }) => ino)))
  // Before it is opened here, which takes locks as well.
  const locks = yield* Effect.orElseSucceed(files.readFileString("/proc/locks"), () => "")
  const holders = lockHolders(locks, new Set(inodes.map(String)))

  const read = yield* readTables(address)
  if ("fault" in read) return unread(problem(`${filename} ${read.fault}`, "bring back a backup: siku restore"))
  const missing = isUpToDate(read.migrated) ? yield* missingIn(address) : []
  const size = Number(info.value.size)
  const logSize = Option.match(log, { onNone: () => 0, onSome: (found) => Number(found.size) })
  const isWritable = yield* Effect.isSuccess(files.access(filename, { readable: true, writable: true }))
  return {
    findings: [
      ok(`${filename} is sound: ${megabytes(size)}, and ${megabytes(logSize)} in its log`),
      missing.length > 0 ? lackFinding(missing) : schemaFinding(read.migrated),
      ...(isWritable ? [] : [problem(`${filename} cannot be written to`, "give it to the user that runs Siku")]),
      ...(logSize > longLog
        ? [
            warning(
              "its log is long",
              "a start and a stop of Siku moves it into the file; nothing else may keep the file open"
            )
          ]
        : []),
      ...(holders.length === 0
        ? []
        : [ok(`it is open in ${holders.length === 1 ? "process" : "processes"} ${holders.join(", ")}`)])
    ],
    readable: isUpToDate(read.migrated) && missing.length === 0 ? address : undefined
  } satisfies ExaminedDatabase
})

const isUpToDate = (migrated: Migrated): boolean =>
  whyForeign(migrated) === undefined && migrated.length === Object.keys(migrations).length

const missingIn = (address: string) =>
  missingColumns.pipe(
    Effect.provide(SqliteClient.layer({ filename: address, readonly: true, disableWAL: true })),
    Effect.orDie
  )

const lackFinding = (missing: ReadonlyArray<string>): Finding => {
  const { detail, remedy } = lacking(missing)
  return problem(detail, remedy)
}

/** Reads it through, and how far its tables are; or what is wrong with it. */
const readTables = (address: string) =>
  Effect.scoped(
    Effect.gen(function* () {
      const open = yield* Effect.acquireRelease(
        Effect.try(() => new DatabaseSync(address, { readOnly: true })),
        (opened) => Effect.sync(() => opened.close())
      )
      const rowsOf = (query: string) => Effect.try(() => open.prepare(query).all())
      const checked = yield* Schema.decodeUnknownEffect(QuickCheck)(yield* rowsOf("PRAGMA quick_check"))
      const faults = checked.map((row) => row.quick_check).filter((line) => line !== "ok")
      if (faults.length > 0) return { fault: `is damaged: ${faults.slice(0, 3).join("; ")}` }
      return { migrated: yield* Effect.try(() => migratedIn(open)) }
    }).pipe(
      Effect.catch((error) =>
        Effect.succeed({ fault: `cannot be read: ${reasonOf("cause" in error ? error.cause : error)}` })
      )
    )
  )
