import { backup, DatabaseSync } from "node:sqlite"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option, Path, Schema } from "effect"
import { Argument, Command, Flag } from "effect/cli"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { migratedIn, unchangedAddress, whyForeign } from "../platform/database/peek.ts"
import { makePrivateFile, makePrivateFolder } from "../platform/database/privateFiles.ts"
import { refuseInUse } from "./refuseInUse.ts"
import { configuration } from "./root.ts"

/** A backup or a restore did not happen. */
export class BackupRefused extends Schema.TaggedError<BackupRefused>()("BackupRefused", { detail: Schema.String }) {
  override get message(): string {
    return this.detail
  }
}

const refuse = (detail: string) => Effect.fail(new BackupRefused({ detail }))
const reasonOf = (error: unknown): string => (error instanceof Error ? error.message : String(error))

const database = (filename: string, options: { readonly readOnly: boolean }) =>
  Effect.acquireRelease(
    Effect.try({
      try: () => new DatabaseSync(filename, options),
      catch: (error) => new BackupRefused({ detail: `${filename} cannot be opened: ${reasonOf(error)}` })
    }),
    (open) => Effect.sync(() => open.close())
  )

const Checked = Schema.Array(Schema.Struct({ integrity_check: Schema.String }))
const Counted = Schema.Array(Schema.Struct({ count: Schema.Finite }))

/** Refuses what this version could not use, or not without harm. */
const refuseForeign = (open: DatabaseSync, filename: string) =>
  Effect.try({
    try: () => whyForeign(migratedIn(open)),
    catch: (error) => new BackupRefused({ detail: `${filename} cannot be read: ${reasonOf(error)}` })
  }).pipe(
    Effect.flatMap((why) => (why === undefined ? Effect.void : refuse(`${filename} cannot be used: ${why.message}`)))
  )

/** Reads a database that nobody has open through and through; gives the number of its questions. */
const verify = Effect.fnUntraced(function* (filename: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const log = yield* Effect.option(files.stat(`${filename}-wal`))
  if (Option.isSome(log) && log.value.size > 0) {
    return yield* refuse(`${filename} is no backup but a database in use, with a log beside it`)
  }
  const open = yield* database(unchangedAddress(path.resolve(filename)), { readOnly: true })
  const ask = <S extends Schema.ConstraintDecoder<unknown>>(schema: S, query: string) =>
    Effect.try({
      try: () => open.prepare(query).all(),
      catch: (error) => new BackupRefused({ detail: `${filename} is no sound database of Siku: ${reasonOf(error)}` })
    }).pipe(Effect.flatMap((rows) => Effect.orDie(Schema.decodeUnknownEffect(schema)(rows))))
  const faults = (yield* ask(Checked, "PRAGMA integrity_check"))
    .map((row) => row.integrity_check)
    .filter((line) => line !== "ok")
  if (faults.length > 0) return yield* refuse(`${filename} is damaged: ${faults.slice(0, 3).join("; ")}`)
  yield* refuseForeign(open, filename)
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
        yield* refuseForeign(open, filename)
        yield* makePrivateFile(partial)
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
      yield* makePrivateFolder(path.dirname(filename))
      const copy = `${filename}.restoring`
      yield* makePrivateFile(copy)
      yield* files.copyFile(file, copy)
      if (isThere) {
        yield* refuseInUse(filename).pipe(Effect.onError(() => Effect.ignore(files.remove(copy, { force: true }))))
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
