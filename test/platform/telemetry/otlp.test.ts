import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Schema, Scope } from "effect"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { headersOf, isHeaderList } from "../../../src/platform/telemetry/otlpHeaders.ts"
import { collector, type Received } from "../../support/collector.ts"
import { query, send, startSiku } from "../../support/siku.ts"

const Value = Schema.Struct({
  stringValue: Schema.optionalKey(Schema.String),
  intValue: Schema.optionalKey(Schema.Union([Schema.String, Schema.Finite])),
  doubleValue: Schema.optionalKey(Schema.Finite),
  boolValue: Schema.optionalKey(Schema.Boolean)
})
const Attributes = Schema.Array(Schema.Struct({ key: Schema.String, value: Value }))
const Traces = Schema.fromJsonString(
  Schema.Struct({
    resourceSpans: Schema.Array(
      Schema.Struct({
        resource: Schema.Struct({ attributes: Attributes }),
        scopeSpans: Schema.Array(
          Schema.Struct({
            spans: Schema.Array(
              Schema.Struct({
                traceId: Schema.String,
                spanId: Schema.String,
                parentSpanId: Schema.optionalKey(Schema.String),
                name: Schema.String,
                kind: Schema.Finite,
                attributes: Attributes,
                status: Schema.Struct({ code: Schema.Finite })
              })
            )
          })
        )
      })
    )
  })
)
const tracesIn = Schema.decodeUnknownSync(Traces)

const spansIn = (received: ReadonlyArray<Received>) =>
  received
    .filter(({ path }) => path === "/v1/traces")
    .flatMap(({ text }) => tracesIn(text).resourceSpans)
    .flatMap(({ scopeSpans }) => scopeSpans.flatMap(({ spans }) => spans))
    .map((span) => ({
      ...span,
      said: Object.fromEntries(
        span.attributes.map(({ key, value }) => [
          key,
          value.stringValue ?? (value.intValue === undefined ? undefined : Number(value.intValue)) ?? value.doubleValue
        ])
      )
    }))

/** Runs the service until the test has asked it what it wants; everything it exports has come by then. */
const whileServing = <A, E>(
  url: string,
  set: ReadonlyArray<string>,
  test: (base: string) => Effect.Effect<A, E, Scope.Scope>
) =>
  Effect.scoped(
    Effect.flatMap(
      startSiku({ set: [`telemetry.otlp_endpoint=${url}`, "telemetry.service_name=siku-of-a-test", ...set] }),
      test
    )
  )

const withModel = (url: string): ReadonlyArray<string> => [
  "ai.providers.up.preset=custom",
  `ai.providers.up.base_url=${url}`,
  "ai.providers.up.model=m",
  "ai.max_retries=0"
]

const chat = (base: string, stream: boolean, headers: Record<string, string> = {}) =>
  send(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json", ...headers },
    body: JSON.stringify({ model: "up/m", stream, messages: [{ role: "user", content: "a-question-nobody-may-see" }] })
  })

describe("a request that is traced", () => {
  it.live("is one trace from the caller's span down to each model call, without a word of what was asked or said", () =>
    Effect.gen(function* () {
      const otlp = yield* collector()
      const model = yield* upstream({ answer: () => "an-answer-nobody-may-see" })
      const traceId = "0af7651916cd43dd8448eb211c80319c"
      yield* whileServing(
        otlp.url,
        ["telemetry.sample_ratio=0", "telemetry.otlp_headers=x-token=abc%20d", ...withModel(model.url)],
        Effect.fnUntraced(function* (base) {
          for (const stream of [false, true]) {
            const seen = yield* chat(base, stream, { traceparent: `00-${traceId}-b7ad6b7169203331-01` })
            assert.include(seen.text, stream ? "an-ans" : "an-answer-nobody-may-see")
          }
          yield* query(base, { title: "a-question-nobody-may-see" })
        })
      )
      const spans = spansIn(otlp.received)
      assert.deepStrictEqual([...new Set(spans.map((span) => span.traceId))], [traceId])
      const servers = spans.filter(({ kind }) => kind === 2)
      assert.deepStrictEqual(
        servers.map(({ name, parentSpanId, said }) => [name, parentSpanId, said["http.response.status_code"]]),
        Array.from({ length: 2 }, () => ["POST /v1/chat/completions", "b7ad6b7169203331", 200])
      )
      const calls = spans.filter(({ name }) => name === "chat m")
      assert.strictEqual(calls.length, 2)
      const byId = new Map(spans.map((span) => [span.spanId, span]))
      const ancestors = (span: (typeof spans)[number] | undefined): ReadonlyArray<string> =>
        span === undefined ? [] : [span.name, ...ancestors(byId.get(span.parentSpanId ?? ""))]
      for (const call of calls) {
        assert.deepInclude(call.said, {
          "gen_ai.operation.name": "chat",
          "gen_ai.system": "custom",
          "gen_ai.request.model": "m"
        })
        assert.isAbove(Number(call.said["gen_ai.usage.input_tokens"]), 0)
        assert.isAbove(Number(call.said["gen_ai.usage.output_tokens"]), 0)
        assert.include(ancestors(call), "POST /v1/chat/completions")
      }
      for (const { headers, text } of otlp.received) {
        assert.notMatch(text, /nobody-may-see|an-ans/)
        assert.strictEqual(headers["x-token"], "abc d")
      }
      // The platforms are not told of our traces.
      for (const { headers } of model.requests) assert.isUndefined(headers["traceparent"])
    })
  )

  it.live("is one whose caller says so, or one of the share that the settings name", () =>
    Effect.gen(function* () {
      for (const [ratio, flags, traced] of [
        ["0", "01", 1],
        ["0", "00", 0],
        ["0", undefined, 0],
        ["1", "00", 0],
        ["1", undefined, 1]
      ] as const) {
        const otlp = yield* collector()
        const traceparent = flags && { traceparent: `00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-${flags}` }
        yield* whileServing(otlp.url, [`telemetry.sample_ratio=${ratio}`], (base) =>
          send(`${base}/health/live`, { headers: { ...traceparent } })
        )
        assert.strictEqual(spansIn(otlp.received).filter(({ kind }) => kind === 2).length, traced, `${ratio} ${flags}`)
      }
    })
  )

  it.live("says of a failed model call what went wrong, and nothing that the platform said", () =>
    Effect.gen(function* () {
      const otlp = yield* collector()
      const model = yield* upstream({
        faultFor: () => ({
          kind: "status",
          status: 400,
          body: { error: { message: "no: words-of-the-platform", type: "x", param: null, code: null } }
        })
      })
      yield* whileServing(otlp.url, ["telemetry.sample_ratio=1", ...withModel(model.url)], (base) => chat(base, false))
      const call = spansIn(otlp.received).find(({ name }) => name === "chat m")
      assert.deepInclude(call?.said, { "error.type": "BadRequest" })
      assert.strictEqual(call?.status.code, 2)
      for (const { text } of otlp.received) assert.notMatch(text, /words-of-the-platform|nobody-may-see/)
    })
  )
})

describe("metrics", () => {
  it.live("go to the collector at the end, with the gauges up to date", () =>
    Effect.gen(function* () {
      const otlp = yield* collector()
      yield* whileServing(otlp.url, ["telemetry.sample_ratio=0"], (base) => send(`${base}/health/live`))
      const text = otlp.received
        .filter(({ path }) => path === "/v1/metrics")
        .map(({ text }) => text)
        .join("\n")
      for (const name of ["siku_http_requests_total", "siku_event_loop_lag_seconds", "siku_database_up"]) {
        assert.include(text, name)
      }
      assert.include(text, "siku-of-a-test")
    })
  )
})

describe("a collector that", () => {
  for (const [what, status] of [
    ["refuses everything", 500],
    ["never answers", undefined]
  ] as const) {
    it.live(`${what} hurts no request and does not hold up the end`, () =>
      Effect.gen(function* () {
        const otlp = yield* collector(() => status)
        const scope = yield* Scope.make()
        const base = yield* startSiku({
          set: [`telemetry.otlp_endpoint=${otlp.url}`, "telemetry.sample_ratio=1"]
        }).pipe(Scope.provide(scope))
        for (let n = 0; n < 20; n++) assert.strictEqual((yield* send(`${base}/health/live`)).status, 200)
        const closed = yield* Effect.timeoutOption(Scope.close(scope, Exit.void), "8 seconds")
        assert.strictEqual(closed._tag, "Some")
        assert.isAbove(otlp.received.length, 0)
      })
    )
  }
})

describe("the headers for the collector", () => {
  it("are a list of names and values, which may be URL-encoded", () => {
    assert.deepStrictEqual(headersOf("Authorization=Bearer%20a=b, x-y=1"), { authorization: "Bearer a=b", "x-y": "1" })
    for (const list of ["a=b", "a=b,c=d%20e", " a = b , c = d="]) assert.isTrue(isHeaderList(list), list)
    for (const list of ["a", "a=", "=b", "a=b c", "a b=c", "a=b,,c=d"]) assert.isFalse(isHeaderList(list), list)
  })
})
