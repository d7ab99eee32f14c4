import { SqliteClient } from "@effect/sql-sqlite-node"
import { Context, type Duration, Effect, Layer, Schedule, Semaphore } from "effect"
import { Reactivity } from "effect/reactivity"
import { SqlClient, type SqlConnection, SqlError, Statement } from "effect/sql"
import { SecureRandom } from "effect/crypto"
import { abandonIfAlone, type OfProcesses } from "./abandonIfAlone.ts"
import { openDatabaseFile } from "./database/DatabaseFile.ts"
import { DatabaseTrouble, orTrouble, type TroubleKind, troubleOf } from "./DatabaseTrouble.ts"

/**
 * How long a prepared statement is kept. The driver keeps one that could not be prepared, too, so this is also how long it takes to
 * see that the database is well again.
 */
const preparedFor = "1 second"

// SQLite's own waiting (`busy_timeout`) sleeps in the call and holds everything up for as long.
const waitingFor = (longest: Duration.Input) => Schedule.spaced("10 millis").pipe(Schedule.upTo({ duration: longest }))

/** How long a statement waits for the lock of another program. */
const untilUnlocked = waitingFor("5 seconds")
/** After somebody has waited that long in vain. */
const ifUnlockedSoon = waitingFor("100 millis")

/** Whether the last write failed, for want of what the database needs; `undefined` where it was done. */
export class WriteTrouble extends Context.Service<WriteTrouble, { readonly current: () => TroubleKind | undefined }>()(
  "siku/platform/WriteTrouble"
) {}

/** Fails where the file that is written to is the database no longer: then nothing may be told to be stored. */
export class FileCheck extends Context.Service<FileCheck, { readonly run: Effect.Effect<void, DatabaseTrouble> }>()(
  "siku/platform/FileCheck"
) {}

// What leaves something in the file when it succeeds outside of a transaction, and the end of one.
const writes = /^\s*(?:INSERT|UPDATE|DELETE|REPLACE|COMMIT)/i

const isLocked = (error: SqlError.SqlError): boolean => error.reason._tag === "LockTimeoutError"

const hasEnded = ({ reason: { cause } }: SqlError.SqlError): boolean =>
  cause instanceof Error && cause.message.includes("no transaction is active")

/** Opens the file. The driver sets its mode at once and without patience, which fails while another process opens or reads it. */
const open = (filename: string) =>
  SqliteClient.make({ filename, prepareCacheTTL: preparedFor }).pipe(
    Effect.catchDefect((defect) => Effect.fail(defect)),
    Effect.retry({
      schedule: untilUnlocked,
      while: (defect) => defect instanceof Error && defect.message.includes("database is locked")
    }),
    Effect.orDie
  )

export interface SqliteOptions {
  /** Or `:memory:`. */
  readonly filename: string
  /** What goes with the process that wrote it: marked as of the dead as the file is opened, unless others have it open. */
  readonly ofProcesses?: ReadonlyArray<OfProcesses>
}

/**
 * The driver's connection, used so that trouble with the file passes: who finds it locked waits without holding up the event
 * loop, or anybody who only reads; a transaction locks it from its beginning, as one that first reads and then writes cannot be
 * helped by waiting; and one that SQLite has rolled back itself, for want of room, is over.
 */
const make = Effect.fnUntraced(function* ({ filename, ofProcesses = [] }: SqliteOptions) {
  const file = yield* openDatabaseFile(filename)
  const driver = yield* open(filename)
  // There is one, and its turns are taken here.
  const connection = yield* Effect.scoped(driver.reserve)
  file.expect(yield* markOf(connection))
  yield* abandonIfAlone(connection, ofProcesses)
  const turns = yield* Semaphore.make(1)

  const bytesOfPages = Effect.suspend(() =>
    connection.execute("SELECT page_count * page_size AS bytes FROM pragma_page_count, pragma_page_size", [], undefined)
  ).pipe(Effect.map(([row]) => BigInt(row?.["bytes"] ?? 0)))
  const fileIsSound: Effect.Effect<void, SqlError.SqlError> = Effect.suspend(() => {
    const found = file.look()
    if (found === undefined) return Effect.void
    const fault = found === "shorter" ? Effect.map(bytesOfPages, (bytes) => file.judge(bytes)) : Effect.succeed(found)
    return Effect.flatMap(fault, (kind) => (kind === undefined ? Effect.void : Effect.fail(errorOf(kind))))
  })
  /** A write is done only where it was done in the database, before and after. */
  const inTheDatabase = <A, R>(write: Effect.Effect<A, SqlError.SqlError, R>) =>
    Effect.andThen(
      fileIsSound,
      Effect.tap(write, () => fileIsSound)
    )

  let trouble: TroubleKind | undefined
  const watched = <A, R>(text: string, statement: Effect.Effect<A, SqlError.SqlError, R>) => {
    const noted = Effect.tapError(statement, (error) =>
      Effect.sync(() => {
        trouble = troubleOf(error)?.kind ?? trouble
      })
    )
    if (trouble === undefined || !writes.test(text)) return noted
    return Effect.tap(noted, () =>
      Effect.sync(() => {
        trouble = undefined
      })
    )
  }

  const patiently = <A, R>(statement: Effect.Effect<A, SqlError.SqlError, R>) =>
    Effect.catchIf(statement, isLocked, () =>
      Effect.retry(Effect.delay(statement, "2 millis"), {
        schedule: trouble === "locked" ? ifUnlockedSoon : untilUnlocked,
        while: isLocked
      })
    )

  const alone = <A>(text: string, statement: Effect.Effect<A, SqlError.SqlError>) =>
    watched(text, patiently(turns.withPermit(writes.test(text) ? inTheDatabase(statement) : statement)))
  const single: SqlConnection.Connection = {
    execute: (text, values, transform) => alone(text, connection.execute(text, values, transform)),
    executeRaw: (text, values) => alone(text, connection.executeRaw(text, values)),
    executeStream: connection.executeStream,
    executeValues: (text, values) => alone(text, connection.executeValues(text, values)),
    executeValuesUnprepared: (text, values) =>
      alone(
        text,
        Effect.suspend(() => connection.executeValuesUnprepared(text, values))
      ),
    executeUnprepared: (text, values, transform) =>
      alone(
        text,
        Effect.suspend(() => connection.executeUnprepared(text, values, transform))
      )
  }

  const begin = connection.execute("BEGIN IMMEDIATE", [], undefined)
  const rollback = Effect.catchIf(connection.execute("ROLLBACK", [], undefined), hasEnded, () => Effect.succeed([]))

  /** A connection on which a transaction has begun; the scope ends it, if nobody has. */
  const begun = patiently(
    Effect.uninterruptibleMask((restore) =>
      Effect.gen(function* () {
        yield* restore(turns.take(1))
        yield* Effect.onError(Effect.andThen(fileIsSound, begin), () => turns.release(1))
        let isOpen = true
        yield* Effect.addFinalizer(() =>
          Effect.ensuring(isOpen ? Effect.ignore(rollback) : Effect.void, turns.release(1))
        )
        const ended = Effect.sync(() => {
          isOpen = false
        })
        return {
          ...connection,
          execute: (text, values, transform) => watched("", connection.execute(text, values, transform)),
          executeUnprepared: (text, values, transform) => {
            if (text.startsWith("BEGIN")) return Effect.succeed([])
            if (text === "ROLLBACK") return Effect.tap(rollback, ended)
            if (text === "COMMIT") {
              return watched(text, inTheDatabase(Effect.tap(connection.execute(text, values, transform), ended)))
            }
            return Effect.suspend(() => connection.executeUnprepared(text, values, transform))
          }
        } satisfies SqlConnection.Connection
      })
    )
  )

  const client = yield* SqlClient.make({
    acquirer: Effect.succeed(single),
    transactionAcquirer: watched("", begun),
    compiler: Statement.makeCompilerSqlite(),
    driver: "sqlite-node",
    spanAttributes: [["db.system.name", "sqlite"]]
  })
  return Context.make(SqlClient.SqlClient, client).pipe(
    Context.add(WriteTrouble, WriteTrouble.of({ current: () => trouble })),
    Context.add(FileCheck, FileCheck.of({ run: orTrouble(fileIsSound) }))
  )
})

const errorOf = (kind: TroubleKind) => {
  const cause = new DatabaseTrouble({ kind })
  return new SqlError.SqlError({ reason: new SqlError.UnknownError({ cause, message: cause.message }) })
}

/**
 * The number by which the header of a file shows that it is this database: made for one that has none. Where it cannot be written at the moment
 * there is none, and nothing is gone by.
 */
const markOf = (connection: SqlConnection.Connection) => {
  const run = (text: string) => Effect.suspend(() => connection.executeUnprepared(text, [], undefined))
  const read = Effect.map(run("PRAGMA user_version"), ([row]) => Number(row?.["user_version"]))
  const made = Effect.sync(() => 1 + (Buffer.from(SecureRandom.randomBytesUnsafe(4)).readUInt32BE() % (2 ** 31 - 1)))
  // Of two processes that open a new file at once, the second must see the number of the first.
  const make = Effect.gen(function* () {
    if ((yield* read) === 0) yield* run(`PRAGMA user_version = ${yield* made}`)
    const mark = yield* read
    yield* run("COMMIT")
    return mark
  })
  return Effect.flatMap(read, (found) =>
    found === 0
      ? Effect.andThen(
          run("BEGIN IMMEDIATE"),
          Effect.onError(make, () => Effect.ignore(run("ROLLBACK")))
        )
      : Effect.succeed(found)
  ).pipe(
    Effect.orElseSucceed(() => undefined),
    Effect.uninterruptible
  )
}

/** SQLite. Dies where the file cannot be opened. */
export const layer = (options: SqliteOptions): Layer.Layer<SqlClient.SqlClient | WriteTrouble | FileCheck> =>
  Layer.effectContext(Effect.orDie(make(options))).pipe(Layer.provide(Reactivity.layer))
