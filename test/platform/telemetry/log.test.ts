import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { AccessLog } from "../../../src/platform/AccessLog.ts"
import type { Caller } from "../../../src/platform/Caller.ts"
import * as Logging from "../../../src/platform/Logging.ts"
import { LogSink } from "../../../src/platform/LogSink.ts"
import { LogThreshold } from "../../../src/platform/LogThreshold.ts"
import { RequestFacts } from "../../../src/platform/RequestFacts.ts"
import { RequestId } from "../../../src/platform/RequestId.ts"
import { HttpServerRequest } from "effect/http"
import { testConfig } from "../../support/config.ts"

const caller: Caller = {
  kind: "key",
  accountId: "acc_1",
  userId: 'usr_"1',
  keyId: "key_1",
  scopes: new Set(),
  models: null,
  limits: {}
}

const decodeLine = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown)))

/** The lines that are logged. */
const logging = <E>(
  level: string,
  program: Effect.Effect<unknown, E, AccessLog | LogThreshold>
): Effect.Effect<ReadonlyArray<Readonly<Record<string, unknown>>>, unknown> =>
  Effect.suspend(() => {
    const lines: Array<string> = []
    const sink = Layer.succeed(LogSink, LogSink.of({ write: (line) => lines.push(line) }))
    const layer = Layer.mergeAll(Logging.layer, AccessLog.layer, LogThreshold.layer).pipe(
      Layer.provide([sink, testConfig({ set: [`logging.level=${level}`, "logging.format=json"] })])
    )
    return Effect.as(Effect.provide(program, layer), lines).pipe(
      Effect.map((lines) => lines.map((line) => decodeLine(line)))
    )
  })

const served = (now: number) => ({
  request: HttpServerRequest.fromWeb(new Request("http://x/v1/runs/7?title=nobody-may-see")),
  status: 200,
  micros: 1500,
  requestId: "r-1",
  route: "/v1/runs/:id",
  facts: { route: "GET /v1/runs/:id", caller },
  now
})

describe("a line of the log", () => {
  it.effect("names the request and who asked, whoever wrote it", () =>
    Effect.gen(function* () {
      const [line, access] = yield* logging(
        "info",
        Effect.gen(function* () {
          yield* Effect.logWarning("a thing").pipe(
            Effect.provideService(RequestId, "r-1"),
            Effect.provideService(RequestFacts, { route: "", caller })
          )
          ;(yield* AccessLog).record(served(0))
        })
      )
      const who = { request_id: "r-1", account_id: "acc_1", user_id: 'usr_"1', key_id: "key_1" }
      assert.deepInclude(line, { ...who, message: "a thing", level: "WARN" })
      assert.deepInclude(access, { ...who, route: "/v1/runs/:id", status: 200, elapsed_ms: 1.5, path: "/v1/runs/7" })
      assert.notInclude(JSON.stringify(access), "nobody-may-see")
    })
  )

  it.effect("is shown from the level on that holds at the time, which may change", () =>
    Effect.gen(function* () {
      const lines = yield* logging(
        "warn",
        Effect.gen(function* () {
          const { setLevel } = yield* LogThreshold
          const log = yield* AccessLog
          const all = Effect.all([Effect.logDebug("debug"), Effect.logInfo("info"), Effect.logError("error")])
          yield* all
          log.record(served(1))
          yield* setLevel("Debug")
          yield* all
          log.record(served(2))
          yield* setLevel("Error")
          yield* all
          log.record(served(3))
        })
      )
      assert.deepStrictEqual(
        lines.map(({ message }) => message),
        ["error", "debug", "info", "error", "request", "error"]
      )
    })
  )
})
