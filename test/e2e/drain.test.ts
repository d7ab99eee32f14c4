import { Agent, request } from "node:http"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { send } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

/** How a request ended: its status, or the code of what went wrong. */
const ask = (agent: Agent, url: string): Promise<{ readonly outcome: number | string; readonly isLast: boolean }> =>
  new Promise((resolve) => {
    const asked = request(url, { agent }, (response) => {
      response.resume()
      response.once("error", (error: NodeJS.ErrnoException) =>
        resolve({ outcome: error.code ?? "error", isLast: true })
      )
      response.once("end", () =>
        resolve({ outcome: response.statusCode ?? 0, isLast: response.headers.connection === "close" })
      )
    })
    asked.once("error", (error: NodeJS.ErrnoException) =>
      resolve({
        outcome:
          error.code === "ECONNREFUSED" ? error.code : `${error.message} (${asked.reusedSocket ? "kept" : "new"})`,
        isLast: true
      })
    )
    asked.end()
  })

/** Asks again and again on kept connections, each a few milliseconds after the last, until the service is gone. */
const keepAsking = async (url: string, clients: number, onReply: (replies: number) => void) => {
  const agent = new Agent({ keepAlive: true, maxSockets: clients })
  const outcomes = new Map<number | string, number>()
  let replies = 0
  let announced = 0
  const client = async (pause: number) => {
    for (;;) {
      const { isLast, outcome } = await ask(agent, url)
      outcomes.set(outcome, (outcomes.get(outcome) ?? 0) + 1)
      if (typeof outcome === "string") return
      if (isLast) announced++
      onReply(++replies)
      await new Promise((resolve) => setTimeout(resolve, pause))
    }
  }
  await Promise.all(Array.from({ length: clients }, (_, at) => client(at % 40)))
  agent.destroy()
  return { outcomes, announced }
}

describe("the end of the service", () => {
  it.live("breaks no connection, however many ask: what comes gets its answer, what comes later finds nobody", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = yield* sikuProcess(["--home", home, "--port", "0"], { SIKU_SERVER_DRAIN: "20" })
      const base = yield* Effect.promise(() => siku.base)
      const title = new URLSearchParams({ title: "加拿大的首都是哪座城市？" })
      const { announced, outcomes } = yield* Effect.promise(() =>
        keepAsking(`${base}/api/query?${title}`, 80, (replies) => {
          if (replies === 1000) siku.child.kill("SIGTERM")
        })
      )
      assert.deepStrictEqual([...outcomes.keys()].sort(), [200, "ECONNREFUSED"])
      assert.strictEqual(outcomes.get("ECONNREFUSED"), 80)
      assert.strictEqual(announced, 80)
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 0)
    })
  )

  it.live("is known to whoever asks for its health while it still answers, and lets a stream end", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream({ chunkDelayMs: 200, answer: () => "一二三四五六七八九十".repeat(3) })
      const siku = yield* sikuProcess(["--home", home, "--port", "0"], {
        SIKU_SERVER_DRAIN: "20",
        CUSTOM_BASE_URL: model.url,
        CUSTOM_MODEL: "m"
      })
      const base = yield* Effect.promise(() => siku.base)
      const stream = yield* Effect.promise(() =>
        fetch(`${base}/v1/chat/completions`, {
          method: "POST",
          headers: { "content-type": "application/json" },
          body: JSON.stringify({ model: "custom", stream: true, messages: [{ role: "user", content: "数数" }] })
        })
      )
      assert.strictEqual(stream.status, 200)
      siku.child.kill("SIGTERM")
      const health = yield* Effect.repeat(send(`${base}/health/ready`), { until: ({ status }) => status === 503 })
      assert.containSubset(health.json, { status: "unavailable", checks: { database: "ok", shutdown: "failed" } })
      assert.match(yield* Effect.promise(() => stream.text()), /data: \[DONE\]\n\n$/)
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 0)
    })
  )
})
