import { assert, describe, it } from "@effect/vitest"
import { Cause, Effect, Layer, Logger, Metric, Schema } from "effect"
import { Outbound } from "../../../src/platform/Outbound.ts"
import { RequestFacts } from "../../../src/platform/RequestFacts.ts"
import { RequestId } from "../../../src/platform/RequestId.ts"
import * as ErrorReports from "../../../src/platform/telemetry/ErrorReports.ts"
import { scrub } from "../../../src/platform/telemetry/scrub.ts"
import { parseDsn } from "../../../src/platform/telemetry/sentryDsn.ts"
import { framesOf } from "../../../src/platform/telemetry/sentryEvent.ts"
import { collector } from "../../support/collector.ts"
import { testConfig } from "../../support/config.ts"

const Event = Schema.fromJsonString(
  Schema.Struct({
    event_id: Schema.String,
    level: Schema.String,
    release: Schema.String,
    environment: Schema.optionalKey(Schema.String),
    transaction: Schema.optionalKey(Schema.String),
    tags: Schema.Record(Schema.String, Schema.String),
    exception: Schema.Struct({
      values: Schema.Array(
        Schema.Struct({
          type: Schema.String,
          value: Schema.String,
          stacktrace: Schema.optionalKey(
            Schema.Struct({ frames: Schema.Array(Schema.Struct({ filename: Schema.String, lineno: Schema.Finite })) })
          )
        })
      )
    })
  })
)

const eventIn = (envelope: string) => {
  const [header = "", item = "", payload = ""] = envelope.split("\n")
  const event = Schema.decodeUnknownSync(Event)(payload)
  assert.strictEqual(
    Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Struct({ event_id: Schema.String })))(header).event_id,
    event.event_id
  )
  const { length, type } = Schema.decodeUnknownSync(
    Schema.fromJsonString(Schema.Struct({ type: Schema.String, length: Schema.Finite }))
  )(item)
  assert.deepStrictEqual([type, length], ["event", Buffer.byteLength(payload)])
  return event
}

/** Runs what logs, with a server for reports; answers with how many of them became what, once all are sent. */
const reporting = <A, E>(url: string, program: Effect.Effect<A, E>) =>
  Effect.gen(function* () {
    yield* program.pipe(
      Effect.provide(
        ErrorReports.layer.pipe(
          Layer.provide(Outbound.layer),
          Layer.provide(Logger.layer([])),
          Layer.provide(
            testConfig({
              set: [
                `telemetry.sentry_dsn=${url.replace("://", "://the-key@")}/base/42`,
                "telemetry.environment=a-test",
                "telemetry.service_name=siku"
              ]
            })
          )
        )
      )
    )
    const outcomes: Record<string, number> = {}
    for (const { attributes, id, state } of yield* Metric.snapshot) {
      if (id === "siku_error_reports_total" && "count" in state)
        outcomes[attributes?.["outcome"] ?? ""] = Number(state.count)
    }
    return outcomes
  }).pipe(
    Effect.provideServiceEffect(
      Metric.MetricRegistry,
      Effect.sync(() => new Map())
    )
  )

const aFault = Cause.die(new TypeError("no such thing", { cause: new Error("key=sk-1234567890abcdef is wrong") }))

describe("a defect", () => {
  it.live(
    "is reported with its chain of errors, the release, the environment and the request, and nothing secret",
    () =>
      Effect.gen(function* () {
        const server = yield* collector()
        const outcomes = yield* reporting(
          server.url,
          Effect.logError("a request failed", aFault).pipe(
            Effect.annotateLogs({ request_id: "r-1", title: "a-question-nobody-may-see" }),
            Effect.provideService(RequestId, "r-1"),
            Effect.provideService(RequestFacts, { route: "GET /v1/runs/:id", caller: undefined })
          )
        )
        const [received] = server.received
        assert.strictEqual(server.received.length, 1)
        assert.strictEqual(received?.path, "/base/api/42/envelope/")
        assert.include(String(received?.headers["x-sentry-auth"]), "sentry_key=the-key")
        const event = eventIn(received?.text ?? "")
        assert.deepInclude(event, { level: "error", environment: "a-test", transaction: "GET /v1/runs/:id" })
        assert.match(event.release, /^siku@\d/)
        assert.deepInclude(event.tags, { request_id: "r-1", route: "GET /v1/runs/:id" })
        assert.deepStrictEqual(
          event.exception.values.map(({ type, value }) => [type, value]),
          [
            ["Error", "key=*** is wrong"],
            ["TypeError", "no such thing"]
          ]
        )
        const frame = event.exception.values[0]?.stacktrace?.frames.at(-1)
        assert.match(frame?.filename ?? "", /errorReports\.test\.ts$/)
        assert.notMatch(received?.text ?? "", /nobody-may-see|1234567890abcdef/)
        assert.deepStrictEqual(outcomes, { sent: 1 })
      })
  )

  it.live("that comes again and again is reported so often and no more, and what was left out is counted", () =>
    Effect.gen(function* () {
      const server = yield* collector()
      const outcomes = yield* reporting(
        server.url,
        Effect.forEach(
          Array.from({ length: 100 }, (_, n) => n),
          () => Effect.logError("again", aFault),
          { discard: true }
        )
      )
      assert.strictEqual(server.received.length, 30)
      assert.deepStrictEqual(outcomes, { sent: 30, dropped: 70 })
    })
  )

  it.live("is not told to a server that wants none for a while", () =>
    Effect.gen(function* () {
      const server = yield* collector(() => 429)
      const outcomes = yield* reporting(
        server.url,
        Effect.forEach([1, 2, 3], () => Effect.logError("again", aFault), { discard: true })
      )
      assert.strictEqual(server.received.length, 1)
      assert.deepStrictEqual(outcomes, { failed: 1, dropped: 2 })
    })
  )
})

describe("what is no defect", () => {
  it.live("is not reported: a warning, an error without a cause, an interruption", () =>
    Effect.gen(function* () {
      const server = yield* collector()
      yield* reporting(
        server.url,
        Effect.all([
          Effect.logWarning("w", aFault),
          Effect.logError("without a cause"),
          Effect.logError("left", Cause.interrupt())
        ])
      )
      assert.deepStrictEqual(server.received, [])
    })
  )
})

describe("a server for reports that is away", () => {
  it.live("hurts nobody", () =>
    Effect.gen(function* () {
      const outcomes = yield* reporting("http://127.0.0.1:9", Effect.logError("a request failed", aFault))
      assert.deepStrictEqual(outcomes, { failed: 1 })
    })
  )
})

describe("a DSN", () => {
  it("names the key and the project, behind a path where the server has one", () => {
    assert.deepStrictEqual(parseDsn("https://abc@o1.example.org/7"), {
      key: "abc",
      url: "https://o1.example.org/api/7/envelope/"
    })
    assert.strictEqual(parseDsn("http://abc:old@h:9000/a/b/7")?.url, "http://h:9000/a/b/api/7/envelope/")
    for (const wrong of ["", "abc", "https://h/7", "https://k@h", "https://k@h/", "ftp://k@h/7", "https://k@h/7?x=1"]) {
      assert.isUndefined(parseDsn(wrong), wrong)
    }
  })

  it.effect("that is none is told at the start, without being shown", () =>
    Effect.gen(function* () {
      const problems = yield* Effect.flip(
        Effect.scoped(Layer.build(testConfig({ set: ["telemetry.sentry_dsn=not-a-dsn-but-secret"] })))
      )
      assert.include(problems.message, "telemetry.sentry_dsn")
      assert.notInclude(problems.message, "not-a-dsn-but-secret")
    })
  )
})

describe("scrub", () => {
  it.prop(
    "leaves no key, login or query, whatever stands around it",
    [
      Schema.String,
      Schema.Literals([
        "Bearer abc.def-secretpart",
        "sk-secretpart1234",
        "api_key=secretpart",
        "password: secretpart",
        "https://user:secretpart@host/x",
        "https://host/x?title=secretpart",
        `${"x".repeat(30)}secretpart${"y".repeat(20)}`
      ])
    ],
    ([around, secret]) => {
      assert.notInclude(scrub(`${around.replace("secretpart", "")} ${secret} ${around}`), "secretpart")
    }
  )

  it("leaves what names a fault", () => {
    const words = "Cannot read properties of undefined (reading 'length') at Answers.find"
    assert.strictEqual(scrub(words), words)
    assert.isAtMost(scrub("a b ".repeat(10_000)).length, 1000)
  })
})

describe("framesOf", () => {
  it("reads a stack, the oldest call first, without the folders above the project", () => {
    const stack = [
      "Error: x",
      "    at find (file:///home/me/siku/src/bank/Answers.ts:12:34)",
      "    at node:internal/process/task_queues:105:5",
      "    at async run (/home/me/siku/node_modules/effect/dist/Effect.js:1:2)",
      "    at nonsense"
    ].join("\n")
    assert.deepStrictEqual(
      framesOf(stack).map(({ filename, in_app, lineno }) => [filename, lineno, in_app]),
      [
        ["node_modules/effect/dist/Effect.js", 1, false],
        ["node:internal/process/task_queues", 105, false],
        ["src/bank/Answers.ts", 12, true]
      ]
    )
  })
})
