import { backup, DatabaseSync } from "node:sqlite"
import { pathToFileURL } from "node:url"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option, Path, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { migrations } from "../platform/migrations/index.ts"
import { configuration } from "./root.ts"

/** A backup or a restore did not happen. */
export class BackupRefused extends Schema.TaggedError<BackupRefused>()("BackupRefused", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

const refuse = (detail: string) => Effect.fail(new BackupRefused({ detail }))
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const database = (filename: string | URL, options: { readonly readOnly: boolean }) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => new DatabaseSync(filename, options),
      catch: (error) => new BackupRefused({ detail: `${String(filename)} cannot be opened: ${reasonOf(error)}` })
    }),
    (open) => Effect.sync(() => open.close())
  )

const Checked = Schema.Array(Schema.Struct({ integrity_check: Schema.String }))
const Counted = Schema.Array(Schema.Struct({ count: Schema.Finite }))
const Migrated = Schema.Array(Schema.Struct({ last: Schema.NullOr(Schema.Finite) }))

/** Reads a database that nobody has open through and through; gives the number of its questions. */
const verify = Effect.fnUntraced(function* (filename: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const log = yield* Effect.option(files.stat(`${filename}-wal`))
  if (Option.isSome(log) && log.value.size > 0) {
    return yield* refuse(`${filename} is no backup but a database in use, with a log beside it`)
  }
  const url = pathToFileURL(path.resolve(filename))
  // Else a log would be made beside it.
  url.searchParams.set("immutable", "1")
  const open = yield* database(url, { readOnly: true })
  const ask = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, query: string) =>
    Effect.try({
      try: () => open.prepare(query).all(),
      catch: (error) => new BackupRefused({ detail: `${filename} is no sound database of Siku: ${reasonOf(error)}` })
    }).pipe(Effect.flatMap((rows) => Effect.orDie(Schema.decodeUnknownEffect(schema)(rows))))
  const faults = (yield* ask(Checked, "PRAGMA integrity_check"))
    .map((row) => row.integrity_check)
    .filter((line) => line !== "ok")
  if (faults.length > 0) return yield* refuse(`${filename} is damaged: ${faults.slice(0, 3).join("; ")}`)
  const [migrated] = yield* ask(Migrated, "SELECT MAX(migration_id) AS last FROM siku_migrations")
  const known = Object.keys(migrations).length
  if ((migrated?.last ?? 0) > known) return yield* refuse(`${filename} was written by a newer version of Siku`)
  const [counted] = yield* ask(Counted, "SELECT COUNT(*) AS count FROM bank_questions")
  return counted?.count ?? 0
}, Effect.scoped)

const databaseFile = Effect.flatMap(AppConfig, ({ database }) =>
  database.filename === ":memory:"
    ? refuse("the database is in memory: there is no file")
    : Effect.succeed(database.filename)
)

const remark =
  "Stored provider keys are encrypted with the file encryption.key of the home folder (or the key of the settings), which is not part of the backup: keep it apart, and safe."

const say = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

// All pages in one step: a server that writes meanwhile would make it start over else.
const allPages = 2_000_000_000

export const backupBank = Command.make(
  "backup",
  { file: Argument.String("file").pipe(Argument.withDescription("Where to write the backup.")) },
  Effect.fn("cli.backup")(
    function* ({ file }) {
      const files = yield* FileSystem.FileSystem
      const filename = yield* databaseFile
      if (!(yield* files.exists(filename))) return yield* refuse(`there is no database ${filename}`)
      if (yield* files.exists(file)) return yield* refuse(`${file} is there already`)
      const partial = `${file}.partial`
      const count = yield* Effect.gen(function* () {
        const open = yield* database(filename, { readOnly: true })
        yield* Effect.tryPromise({
          try: () => backup(open, partial, { rate: allPages }),
          catch: (error) => new BackupRefused({ detail: `the backup failed: ${reasonOf(error)}` })
        })
        return yield* verify(partial)
      }).pipe(
        Effect.scoped,
        Effect.tap(() => files.rename(partial, file)),
        Effect.onError(() => Effect.ignore(files.remove(partial, { force: true })))
      )
      yield* say(`${file}: ${count} questions, verified.\n${remark}`)
    },
    Effect.provide(Layer.merge(configuration, NodeServices.layer))
  )
).pipe(Command.withDescription("Copies the database to a file while a server may be running, and verifies the copy."))

/** Keeps everyone else out of a database, or fails when somebody has it open. Its log is gone after that. */
const closeLog = Effect.fnUntraced(function* (filename: string) {
  const open = yield* database(filename, { readOnly: false })
  yield* Effect.try({
    try: () => open.exec("PRAGMA busy_timeout = 0; PRAGMA locking_mode = EXCLUSIVE; BEGIN IMMEDIATE; COMMIT"),
    catch: () => new BackupRefused({ detail: `${filename} is in use: stop the server first` })
  })
}, Effect.scoped)

export const restoreBank = Command.make(
  "restore",
  {
    file: Argument.String("file").pipe(Argument.withDescription("A backup.")),
    force: Flag.Boolean("force").pipe(
      Flag.withDescription("Put it in the place of the database that is there, which is kept beside it."),
      Flag.withDefault(false)
    )
  },
  Effect.fn("cli.restore")(
    function* ({ file, force }) {
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const filename = yield* databaseFile
      if (!(yield* files.exists(file))) return yield* refuse(`there is no file ${file}`)
      const count = yield* verify(file)
      const isThere = yield* files.exists(filename)
      if (isThere && !force) return yield* refuse(`there is a database ${filename} already: --force puts it aside`)
      yield* files.makeDirectory(path.dirname(filename), { recursive: true })
      const copy = `${filename}.restoring`
      yield* files.copyFile(file, copy)
      if (isThere) {
        yield* closeLog(filename).pipe(Effect.onError(() => Effect.ignore(files.remove(copy, { force: true }))))
        const aside = `${filename}.before-restore-${new Date().toISOString().replace(/[:.]/g, "-")}`
        yield* files.rename(filename, aside)
        yield* say(`The database that was there is ${aside}`)
      }
      // A log of another database must not be taken for this one's.
      for (const ending of ["-wal", "-shm"]) yield* files.remove(filename + ending, { force: true })
      yield* files.rename(copy, filename)
      yield* say(`${filename}: ${count} questions restored.\n${remark}`)
    },
    Effect.provide(Layer.merge(configuration, NodeServices.layer))
  )
).pipe(Command.withDescription("Puts a backup in the place of the database; the server must not run."))
