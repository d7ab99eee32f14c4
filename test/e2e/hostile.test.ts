// Each hostile request of `npm run hostile` gets its clear refusal, and each large one is served; how long they take, that command tells.
import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { bytesOf, exchange, isWanted } from "../../scripts/hostile/exchange.ts"
import { hostileRows } from "../../scripts/hostile/hostileRows.ts"
import type { Row } from "../../scripts/hostile/Row.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { adminKey } from "../support/config.ts"
import { send, startSiku } from "../support/siku.ts"

class Served extends Context.Service<Served, { readonly base: string }>()("siku/test/e2e/Served") {
  static readonly layer = Layer.effect(
    Served,
    Effect.gen(function* () {
      const model = yield* upstream({ answer: () => "二", model: "hostile-model", keepRequests: 0 })
      const base = yield* startSiku({
        environment: { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "hostile-model", CUSTOM_API_KEY: "sk-hostile" },
        set: ["rate_limit.enabled=false", "security.allow_private_urls=false"]
      })
      return { base }
    })
  )
}

// Of those that are alike at all routes, one route is enough here for what is megabytes; files are tried where imports are.
const isTriedElsewhere = ({ name, operation }: Row): boolean =>
  operation.startsWith("transfer.") ||
  /^(?:title|4 options|190 options) of /.test(name) ||
  (/MB|million|without end|100,000|deep/.test(name) && !/^(?:ocs\.queryByPost|chat|wire)/.test(operation))

const all = hostileRows()
const rows = all.filter((row) => !isTriedElsewhere(row))
const rooms = [...new Set(rows.map(({ operation }) => operation.split(".")[0] ?? ""))]

layer(Served.layer, { excludeTestServices: true })("a hostile request", (it) => {
  for (const room of rooms) {
    it.effect(
      `is refused, or served, as it should be: ${room}`,
      () =>
        Effect.gen(function* () {
          const { base } = yield* Served
          const port = Number(new URL(base).port)
          const wrong = yield* Effect.forEach(
            rows.filter(({ operation }) => operation.startsWith(room)).entries(),
            Effect.fnUntraced(function* ([number, row]) {
              const reply = yield* exchange(port, bytesOf(row.request(number), adminKey))
              return isWanted(row, reply)
                ? []
                : [`${row.operation}: ${row.name}: ${reply.status} ${reply.text.split("\r\n\r\n")[1]?.slice(0, 200)}`]
            }),
            { concurrency: 2 }
          )
          assert.deepStrictEqual(wrong.flat(), [])
          assert.strictEqual((yield* send(`${base}/health/live`)).status, 200)
        }),
      120_000
    )
  }
})

describe("the hostile requests", () => {
  it("are many, and at least one for each operation that takes anything", () => {
    assert.isAbove(all.length, 60)
  })
})
