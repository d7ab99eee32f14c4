import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import type { Fault } from "../../../scripts/upstream/Faults.ts"
import { upstream } from "../../../scripts/upstream/UpstreamLayer.ts"
import { endsRun, LoggedEvent } from "../../../src/thinking/ThoughtEvent.ts"
import { manage, send, startSiku } from "../../support/siku.ts"

const direct = {
  model: "siku",
  messages: [{ role: "user", content: "Why is the sky blue?" }],
  thinking: { mode: "direct" }
}

const submit = (base: string, body: unknown = direct) =>
  send(`${base}/v1/runs`, {
    method: "POST",
    headers: { "content-type": "application/json" },
    body: JSON.stringify(body)
  })
const submitted = (base: string, body: unknown = direct) =>
  Effect.map(submit(base, body), ({ json, status, text }) => {
    assert.strictEqual(status, 202, text)
    return String(json["id"])
  })

const settings = (url: string) => ({
  environment: { CUSTOM_BASE_URL: url, CUSTOM_MODEL: "m" },
  set: ["ai.max_retries=0", "ai.timeout=60"]
})
const setUp = Effect.fnUntraced(function* (fallback: Fault | "ok" = "ok") {
  const model = yield* upstream({ fallback, answer: () => "It scatters, the shorter waves more than the others." })
  return { model, base: yield* startSiku(settings(model.url)) }
})

/** An event as it came over the wire. */
interface Frame {
  readonly id: string | undefined
  readonly name: string | undefined
  readonly logged: LoggedEvent
}
const decode = Schema.decodeUnknownSync(Schema.fromJsonString(LoggedEvent))
const framesIn = (text: string): ReadonlyArray<Frame> =>
  text.split("\n\n").flatMap((block) => {
    const field = (name: string) =>
      block
        .split("\n")
        .find((line) => line.startsWith(`${name}: `))
        ?.slice(name.length + 2)
    const data = field("data")
    return data === undefined ? [] : [{ id: field("id"), name: field("event"), logged: decode(data) }]
  })

/** Reads a run's events until enough of them have come, then leaves. */
const follow = (
  base: string,
  id: string,
  options: { readonly after?: number; readonly lastEventId?: number; readonly until?: (frame: Frame) => boolean } = {}
) =>
  Effect.promise(async (signal) => {
    const { after, lastEventId, until = () => false } = options
    const response = await fetch(`${base}/v1/runs/${id}/events${after === undefined ? "" : `?after=${after}`}`, {
      signal,
      headers: lastEventId === undefined ? {} : { "last-event-id": String(lastEventId) }
    })
    assert.strictEqual(response.status, 200)
    assert.match(response.headers.get("content-type") ?? "", /^text\/event-stream/)
    assert.isNotNull(response.body)
    let text = ""
    for await (const piece of response.body.pipeThrough(new TextDecoderStream())) {
      text += piece
      const frames = framesIn(text.slice(0, text.lastIndexOf("\n\n") + 2))
      const last = frames.findIndex(until)
      if (last !== -1) return frames.slice(0, last + 1)
    }
    return framesIn(text)
  })

const types = (frames: ReadonlyArray<Frame>) => frames.map(({ logged }) => logged.event.type)

describe("/v1/runs", () => {
  it.live("takes a question on, and says what came of it and what it cost", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const accepted = yield* submit(base)
      assert.strictEqual(accepted.status, 202, accepted.text)
      assert.deepInclude(accepted.json, { object: "run", status: "queued", model: "siku" })
      const id = String(accepted.json["id"])
      const frames = yield* follow(base, id)
      assert.strictEqual(types(frames)[0], "RunStarted")
      assert.strictEqual(types(frames).at(-1), "Answered")
      for (const [index, { id, logged, name }] of frames.entries()) {
        assert.deepStrictEqual([id, name, logged.seq], [String(index + 1), logged.event.type, index + 1])
      }
      const run = yield* send(`${base}/v1/runs/${id}`)
      assert.strictEqual(run.status, 200)
      assert.deepInclude(run.json, {
        id,
        status: "answered",
        title: "Why is the sky blue?",
        answer: "It scatters, the shorter waves more than the others.",
        error: null,
        open_calls: 0,
        last_event: frames.length
      })
      assert.deepInclude(run.json["usage"], { calls: 1, attempts: 1 })
    })
  )

  it.live("goes on behind the last event that a client has seen", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const id = yield* submitted(base)
      const all = yield* follow(base, id)
      for (const seen of all.keys()) {
        assert.deepStrictEqual(yield* follow(base, id, { lastEventId: seen }), all.slice(seen))
        assert.deepStrictEqual(yield* follow(base, id, { after: seen }), all.slice(seen))
        assert.deepStrictEqual(yield* follow(base, id, { after: 0, lastEventId: seen }), all.slice(seen))
      }
      const over = yield* send(`${base}/v1/runs/${id}/events`, { headers: { "last-event-id": String(all.length) } })
      assert.deepStrictEqual([over.status, over.text], [204, ""])
    })
  )

  it.live("goes on when nobody listens, until it is cancelled, and then asks no model any more", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp({ kind: "stallMidBody" })
      const id = yield* submitted(base)
      const first = yield* follow(base, id, { until: ({ logged }) => logged.event.type === "FusionDelta" })
      const going = yield* send(`${base}/v1/runs/${id}`)
      assert.deepInclude(going.json, { status: "running", answer: null, open_calls: 1 })
      const rest = yield* Effect.all(
        [
          follow(base, id, { lastEventId: first.length }),
          Effect.tap(send(`${base}/v1/runs/${id}`, { method: "DELETE" }), ({ json, status }) => {
            assert.strictEqual(status, 200)
            assert.strictEqual(json["status"], "cancelled")
            return Effect.void
          })
        ],
        { concurrency: "unbounded" }
      )
      const frames = [...first, ...rest[0]]
      assert.deepStrictEqual(
        frames.map(({ logged }) => logged.seq),
        frames.map((_, index) => index + 1)
      )
      assert.strictEqual(types(frames).at(-1), "RunCancelled")
      assert.strictEqual(types(frames).filter((type) => type === "CallFailed").length, 1)
      yield* Effect.promise(() => model.when(({ aborted, active }) => aborted === 1 && active === 0))
      const again = yield* send(`${base}/v1/runs/${id}`, { method: "DELETE" })
      assert.strictEqual(again.status, 409)
    })
  )

  it.live("goes on after a restart with what was under way", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const home = yield* files.makeTempDirectoryScoped()
      const model = yield* upstream({ fallback: { kind: "stallMidBody" }, answer: () => "It scatters." })
      const { environment, set } = settings(model.url)
      const start = startSiku({ environment, set: [...set, `database.url=sqlite:${home}/siku.db`], home })
      const { id, seen } = yield* Effect.scoped(
        Effect.gen(function* () {
          const base = yield* start
          const id = yield* submitted(base)
          return { id, seen: yield* follow(base, id, { until: ({ name }) => name === "FusionDelta" }) }
        })
      )
      model.configure({ fallback: "ok" })
      const rest = yield* follow(yield* start, id, { lastEventId: seen.length })
      assert.include(types(rest), "RunResumed")
      assert.strictEqual(types(rest).at(-1), "Answered")
      assert.deepStrictEqual(
        [...seen, ...rest].map(({ logged }) => logged.seq),
        [...seen, ...rest].map((_, index) => index + 1)
      )
      assert.strictEqual([...seen, ...rest].filter(({ logged }) => endsRun(logged.event)).length, 1)
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("lists runs page by page for the admin, and for nobody else", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const ids: Array<string> = []
      for (let count = 0; count < 3; count++) {
        const id = yield* submitted(base)
        yield* follow(base, id)
        ids.unshift(id)
      }
      assert.strictEqual((yield* send(`${base}/v1/runs`)).status, 401)
      const Page = Schema.Struct({
        runs: Schema.Array(Schema.Struct({ id: Schema.String, answer: Schema.NullOr(Schema.String) })),
        next: Schema.NullOr(Schema.String)
      })
      const page = (query: string) =>
        Effect.map(manage(base, "GET", `/v1/runs?${query}`), ({ json }) => Schema.decodeUnknownSync(Page)(json))
      const first = yield* page("limit=2&status=answered")
      assert.deepStrictEqual(
        first.runs.map(({ id }) => id),
        ids.slice(0, 2)
      )
      const second = yield* page(`limit=2&before=${first.next ?? ""}`)
      assert.deepStrictEqual(
        second.runs.map(({ answer, id }) => [id, answer]),
        [[ids[2] ?? "", "It scatters, the shorter waves more than the others."]]
      )
      assert.isNull(second.next)
      assert.deepStrictEqual((yield* page("status=failed")).runs, [])
    })
  )

  it.live("says what is wrong with a request, and asks nobody", () =>
    Effect.gen(function* () {
      const { base, model } = yield* setUp()
      const cases: ReadonlyArray<readonly [unknown, number, string]> = [
        [{}, 422, "model"],
        [{ ...direct, messages: [] }, 422, "messages"],
        [{ ...direct, temperature: 3 }, 422, "temperature"],
        [{ ...direct, n: 2 }, 422, '"path":"n"'],
        [{ ...direct, stream: true }, 422, "/events"],
        [{ ...direct, tools: [{ type: "function" }] }, 422, '"path":"tools"'],
        [{ ...direct, thinking: { threads: { max: 99 } } }, 422, "thinking"],
        [{ ...direct, budget: { calls: 0 } }, 422, "budget"],
        [{ ...direct, model: "gpt-4" }, 404, "siku-lite"]
      ]
      for (const [body, status, names] of cases) {
        const seen = yield* submit(base, body)
        assert.strictEqual(seen.status, status, JSON.stringify(body))
        assert.include(seen.headers.get("content-type"), "problem+json")
        assert.include(seen.text, names)
      }
      for (const path of ["/v1/runs/run_nobody", "/v1/runs/run_nobody/events"]) {
        assert.strictEqual((yield* send(`${base}${path}`)).status, 404, path)
      }
      assert.strictEqual((yield* send(`${base}/v1/runs/run_nobody`, { method: "DELETE" })).status, 404)
      assert.strictEqual(model.calls, 0)
    })
  )

  it.live("says why a run failed", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp({ kind: "status", status: 500 })
      const id = yield* submitted(base)
      yield* follow(base, id)
      const run = yield* send(`${base}/v1/runs/${id}`)
      assert.deepInclude(run.json, { status: "failed", answer: null, confidence: null })
      assert.deepInclude(run.json["error"], { reason: "models_failed" })
    })
  )

  it.live("lets the scripted model think where no provider is set up, under its own name", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      const accepted = yield* submit(base)
      assert.strictEqual(accepted.json["model"], "demo")
      const id = String(accepted.json["id"])
      yield* follow(base, id)
      const run = yield* send(`${base}/v1/runs/${id}`)
      assert.strictEqual(run.json["status"], "answered")
      assert.match(String(run.json["answer"]), /Scripted demo/)
    })
  )

  it.live("refuses a model that is not there", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp()
      const seen = yield* submit(base, { ...direct, model: "siku:lite@nobody" })
      assert.strictEqual(seen.status, 404)
    })
  )
})
