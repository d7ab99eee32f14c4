import { statfs } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect, Layer, Metric } from "effect"
import { SqlClient } from "effect/sql"
import { AppConfig } from "./config/AppConfig.ts"
import { DatabaseTrouble, orTrouble } from "./DatabaseTrouble.ts"
import { type CheckResult, checking, degraded, failed, ok } from "./HealthChecks.ts"
import { FileCheck, WriteTrouble } from "./Sqlite.ts"
import { collecting } from "./telemetry/Collectors.ts"

/** In bytes: what a busy hour may need. */
const littleRoom = 32 * 1024 * 1024

/** What is written to see whether the database takes writes; nothing of it stays. */
const row = { name: "siku/health", value: "x" }

const up = Metric.gauge("siku_database_up", { description: "1 when the database can be read, 0 when it cannot" })

/**
 * Checks whether the file still is the database and can be read, which is what answers need, and whether it takes writes. As long as all goes well what
 * is written is taken back, which costs nothing; after a write has failed it is committed, to see whether one can be.
 */
export const layer: Layer.Layer<never, never, AppConfig | FileCheck | SqlClient.SqlClient | WriteTrouble> =
  Layer.effectDiscard(
    Effect.gen(function* () {
      const { filename } = (yield* AppConfig).database
      const sql = yield* SqlClient.SqlClient
      const trouble = yield* WriteTrouble
      const file = yield* FileCheck

      const read = orTrouble(sql`SELECT COUNT(*) FROM bank_meta`)
      const write = Effect.suspend(() => {
        const insert = sql`INSERT INTO bank_meta ${sql.insert(row)}`
        return trouble.current() === undefined
          ? Effect.catchIf(
              sql.withTransaction(Effect.andThen(insert, Effect.fail(takenBack))),
              isTakenBack,
              () => Effect.void
            )
          : sql.withTransaction(Effect.andThen(insert, sql`DELETE FROM bank_meta WHERE name = ${row.name}`))
      })

      const check: Effect.Effect<CheckResult> = file.run.pipe(
        Effect.andThen(read),
        Effect.andThen(
          orTrouble(write).pipe(
            Effect.andThen(roomFor(filename)),
            Effect.timeoutOrElse({
              duration: "1 second",
              orElse: () => Effect.fail(new DatabaseTrouble({ kind: "locked" }))
            }),
            Effect.catch(({ message }) => Effect.succeed(degraded(`nothing can be stored: ${message}`)))
          )
        ),
        Effect.catch(({ message }) => Effect.succeed(failed(message)))
      )
      yield* checking("database", check)
      yield* collecting(
        Effect.flatMap(Effect.isSuccess(Effect.timeout(read, "1 second")), (isUp) => Metric.update(up, isUp ? 1 : 0))
      )
    })
  )

const takenBack = "taken back"
const isTakenBack = (error: unknown): error is typeof takenBack => error === takenBack

const roomFor = (filename: string): Effect.Effect<CheckResult> =>
  filename === ":memory:"
    ? Effect.succeed(ok)
    : Effect.promise(() =>
        statfs(dirname(filename)).then(
          ({ bavail, bsize }) =>
            bavail * bsize < littleRoom ? degraded(`only ${Math.round((bavail * bsize) / 1024 ** 2)} MB are free`) : ok,
          () => ok
        )
      )
