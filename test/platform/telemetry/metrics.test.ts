import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { boundedLabels } from "../../../src/platform/telemetry/boundedLabels.ts"
import { makeRouteTable } from "../../../src/platform/RouteTable.ts"
import { query, send, startSiku } from "../../support/siku.ts"

interface Sample {
  readonly name: string
  readonly labels: Readonly<Record<string, string>>
  readonly value: number
}

/** Reads the text form of Prometheus strictly; throws where it is not well formed. */
const parse = (text: string): ReadonlyArray<Sample> => {
  assert.isTrue(text.endsWith("\n"))
  const types = new Map<string, string>()
  const samples: Array<Sample> = []
  for (const line of text.slice(0, -1).split("\n")) {
    const type = /^# TYPE ([a-zA-Z_:][\w:]*) (counter|gauge|histogram|summary)$/.exec(line)
    if (type !== null) {
      assert.isFalse(types.has(type[1] ?? ""), `twice: ${line}`)
      types.set(type[1] ?? "", type[2] ?? "")
      continue
    }
    if (/^# HELP [a-zA-Z_:][\w:]* .+$/.test(line)) continue
    const sample =
      /^([a-zA-Z_:][\w:]*)(?:\{((?:[a-zA-Z_]\w*="(?:[^"\\\n]|\\["\\n])*",?)*)\})? (-?\d+(?:\.\d+)?(?:e[+-]?\d+)?|\+Inf|NaN)$/.exec(
        line
      )
    if (sample === null) throw new Error(`not well formed: ${line}`)
    const [, name = "", labels = "", value = ""] = sample
    const family = types.has(name) ? name : name.replace(/_(?:bucket|sum|count)$/, "")
    assert.isTrue(types.has(family), `no type: ${line}`)
    samples.push({
      name,
      labels: Object.fromEntries(
        [...labels.matchAll(/(\w+)="((?:[^"\\]|\\.)*)"/g)].map(([, key = "", value = ""]) => [key, value])
      ),
      value: Number(value.replace("+Inf", "Infinity"))
    })
  }
  const keys = samples.map(({ labels, name }) => JSON.stringify([name, labels]))
  assert.strictEqual(new Set(keys).size, keys.length, "a sample is there twice")
  return samples
}

const read = (base: string) => Effect.map(send(`${base}/metrics`), (seen) => parse(seen.text))

const valueOf = (samples: ReadonlyArray<Sample>, name: string, labels: Record<string, string> = {}) =>
  samples.find(
    (sample) => sample.name === name && Object.entries(labels).every(([key, value]) => sample.labels[key] === value)
  )?.value

const withModel = Effect.fnUntraced(function* () {
  const model = yield* upstream({ answer: () => "乙" })
  return yield* startSiku({
    set: [
      "ai.providers.up.preset=custom",
      `ai.providers.up.base_url=${model.url}`,
      "ai.providers.up.model=m",
      'ai.providers.up.prices={"*":{"input":1,"output":2}}'
    ]
  })
})

/** Asks for everything that is counted. */
const everything = Effect.fnUntraced(function* (base: string) {
  const question = { title: "下列哪一个是第二个", options: "甲\n乙\n丙\n丁", type: "single" }
  assert.include((yield* query(base, question)).text, "乙")
  assert.include((yield* query(base, question)).text, "memory")
  yield* query(base, { title: "" })
  yield* query(base, { title: "没有选项能对上的题目", options: "甲\n丙", type: "single" })
  yield* send(`${base}/v1/chat/completions`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify({ model: "siku", messages: [{ role: "user", content: "hello" }] })
  })
  yield* send(`${base}/nothing/${"x".repeat(50)}`)
  yield* send(`${base}/api/v1/runs/run_1`, { method: "DELETE" })
})

describe("/metrics", () => {
  it.live("is well formed and tells what was asked, what answered, and what it took", () =>
    Effect.gen(function* () {
      const base = yield* withModel()
      yield* everything(base)
      const samples = yield* read(base)
      const of = (name: string, labels?: Record<string, string>) => valueOf(samples, name, labels)
      assert.strictEqual(of("siku_http_requests_total", { route: "/api/v1/query", status: "2xx" }), 4)
      assert.strictEqual(of("siku_http_requests_total", { route: "other", status: "4xx", method: "GET" }), 1)
      assert.strictEqual(of("siku_http_request_seconds_count", { route: "/api/v1/query", method: "GET" }), 4)
      assert.strictEqual(of("siku_answers_total", { source: "ai" }), 1)
      assert.strictEqual(of("siku_answers_total", { source: "memory" }), 1)
      assert.strictEqual(of("siku_answers_missed_total", { reason: "NoFit" }), 1)
      assert.isAtLeast(of("siku_model_attempts_total", { provider: "up", model: "m", outcome: "answered" }) ?? 0, 3)
      assert.isAtLeast(of("siku_model_tokens_total", { kind: "completion" }) ?? 0, 3)
      assert.isAbove(of("siku_model_cost_micro_usd_total", { provider: "up", model: "m" }) ?? 0, 0)
      assert.isAtLeast(of("siku_model_calls_total", { role: "answer", outcome: "answered" }) ?? 0, 3)
      assert.strictEqual(of("siku_runs_total", { state: "answered" }), 1)
      assert.strictEqual(of("siku_runs_in_flight"), 0)
      assert.strictEqual(of("siku_provider_keys", { provider: "up", state: "usable" }), 1)
      assert.strictEqual(of("siku_database_up"), 1)
      assert.strictEqual(of("siku_ready"), 1)
      assert.isAbove(of("process_resident_memory_bytes") ?? 0, 10_000_000)
      assert.isAtLeast(of("siku_event_loop_lag_seconds", { quantile: "0.99" }) ?? -1, 0)
      // Paths, ids and titles would make the metrics grow.
      assert.isFalse(samples.some(({ labels }) => Object.values(labels).some((value) => /xxx|run_1|第二/.test(value))))
    })
  )

  it.live("counts for the service alone that is asked, and again from zero after a start", () =>
    Effect.gen(function* () {
      const first = yield* startSiku()
      yield* send(`${first}/health/live`)
      const second = yield* startSiku()
      assert.isUndefined(valueOf(yield* read(second), "siku_http_requests_total", { route: "/health/live" }))
      assert.strictEqual(valueOf(yield* read(first), "siku_http_requests_total", { route: "/health/live" }), 1)
    })
  )

  it.live("is for programs of this machine, and not for web pages or what a proxy passes on", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const reply = yield* send(`${base}/metrics`)
      assert.match(reply.headers.get("content-type") ?? "", /^text\/plain; version=0\.0\.4/)
      for (const [name, value, status] of [
        ["origin", "https://evil.example", 403],
        ["x-forwarded-for", "1.2.3.4", 401]
      ] as const) {
        const refused = yield* send(`${base}/metrics`, { headers: { [name]: value } })
        assert.strictEqual(refused.status, status)
        assert.notInclude(refused.text, "siku_")
      }
    })
  )
})

describe("the dashboard for Grafana", () => {
  it.live("uses no metric that is not there", () =>
    Effect.gen(function* () {
      const dashboard = Schema.decodeUnknownSync(
        Schema.fromJsonString(
          Schema.Struct({
            panels: Schema.Array(Schema.Struct({ targets: Schema.Array(Schema.Struct({ expr: Schema.String })) }))
          })
        )
      )(readFileSync(projectFile("docs", "grafana", "siku.json"), "utf8"))
      const used = new Set(
        dashboard.panels.flatMap(({ targets }) =>
          targets.flatMap(({ expr }) => [...expr.matchAll(/\b(?:siku|process)_\w+/g)].map(([name]) => name))
        )
      )
      assert.isAtLeast(used.size, 25)
      const base = yield* withModel()
      yield* everything(base)
      const shown = new Set((yield* read(base)).map(({ name }) => name))
      // Where they go is not set up here, and the database has no file.
      const elsewhere = ["siku_telemetry_exports_total", "siku_error_reports_total", "siku_database_log_bytes"]
      assert.deepStrictEqual([...used].filter((name) => !shown.has(name)).sort(), elsewhere.sort())
    })
  )
})

describe("a label that callers choose", () => {
  it.prop("has so many values and no more, and the same one each time", [Schema.Array(Schema.String)], ([values]) => {
    const labelOf = boundedLabels(3)
    const labels = [...values, ...values].map(labelOf)
    assert.isAtMost(new Set(labels.filter((label) => label !== "other")).size, 3)
    assert.deepStrictEqual(labels.slice(0, values.length), labels.slice(values.length))
    for (const [at, value] of [...values, ...values].entries()) assert.include([value, "other"], labels[at])
  })
})

describe("the pattern of an address", () => {
  it("is the route's own, with or without query, and other where there is none", () => {
    const { patternOf } = makeRouteTable([
      { method: "GET", path: "/v1/runs/:id" },
      { method: "GET", path: "/v1/runs" },
      { method: "POST", path: "/v1/models/*" }
    ])
    assert.deepStrictEqual(
      [
        patternOf("GET", "/v1/runs/7?x=1"),
        patternOf("HEAD", "/v1/runs?x=/v1/runs/7"),
        patternOf("POST", "/v1/models/a/b"),
        patternOf("POST", "/v1/runs"),
        patternOf("GET", "/else")
      ],
      ["/v1/runs/:id", "/v1/runs", "/v1/models/*", "other", "other"]
    )
  })
})
