import { createServer } from "node:net"
import { writeFile } from "node:fs/promises"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { query, send } from "../support/siku.ts"
import { type SikuProcess, sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const serve = (home: string, environment: Readonly<Record<string, string>> = {}) =>
  sikuProcess(["--home", home, "--port", "0"], environment)
const baseOf = (siku: SikuProcess) => Effect.promise(() => siku.base)
const endOf = (siku: SikuProcess) => Effect.promise(() => siku.ended)
const stop = (siku: SikuProcess, signal: NodeJS.Signals) =>
  Effect.flatMap(
    Effect.sync(() => siku.child.kill(signal)),
    () => endOf(siku)
  )

const starter = { title: "加拿大的首都是哪座城市？" }

describe("the service as a process", () => {
  it.live(
    "answers a starter question without any key, from memory the second time, from the bank after a restart",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryHome
        const first = yield* serve(home)
        const base = yield* baseOf(first)
        assert.strictEqual((yield* send(`${base}/health/ready`)).json["status"], "ok")
        const sources = [(yield* query(base, starter)).json, (yield* query(base, starter)).json]
        assert.deepStrictEqual(
          sources.map((seen) => [seen["answer"], seen["source"]]),
          [
            ["渥太华", "bank"],
            ["渥太华", "memory"]
          ]
        )
        assert.strictEqual((yield* stop(first, "SIGTERM")).code, 0)
        const again = yield* serve(home)
        assert.strictEqual((yield* query(yield* baseOf(again), starter)).json["source"], "bank")
        assert.notInclude(again.output(), "starter bank is loaded")
      })
  )

  it.live("has every answer in the bank that it gave before it was killed", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream({ latencyMs: [1, 20], answer: () => '{"answer":["甲"]}' })
      const siku = yield* serve(home, { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" })
      const base = yield* baseOf(siku)
      const acknowledged: Array<string> = []
      const asking = yield* Effect.forkChild(
        Effect.forEach(
          Array.from({ length: 5000 }, (_, n) => `第${n}个从未见过的问题是什么`),
          (title) =>
            Effect.tap(query(base, { title, options: "甲\n乙", type: "single" }), (seen) =>
              Effect.sync(() => {
                if (seen.json["code"] === 1) acknowledged.push(title)
                if (acknowledged.length === 400) siku.child.kill("SIGKILL")
              })
            ),
          { concurrency: 32, discard: true }
        ).pipe(Effect.exit)
      )
      assert.strictEqual((yield* endOf(siku)).signal, "SIGKILL")
      yield* Fiber.interrupt(asking)
      const again = yield* serve(home)
      const baseAgain = yield* baseOf(again)
      assert.isAtLeast(acknowledged.length, 400)
      for (const title of acknowledged) {
        const seen = yield* query(baseAgain, { title, options: "甲\n乙", type: "single" })
        assert.deepStrictEqual([seen.json["code"], seen.json["source"]], [1, "bank"], title)
      }
    })
  )

  it.live("finishes what runs when it is told to stop", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream({ latencyMs: 700, answer: () => '{"answer":["甲"]}' })
      const siku = yield* serve(home, { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m" })
      const base = yield* baseOf(siku)
      const asking = yield* Effect.forkChild(query(base, { title: "问题", options: "甲\n乙" }))
      yield* Effect.promise(() => model.when(({ calls }) => calls === 1))
      siku.child.kill("SIGTERM")
      assert.strictEqual((yield* Fiber.join(asking)).json["answer"], "甲")
      assert.strictEqual((yield* endOf(siku)).code, 0)
    })
  )

  it.live("ends at once on the second signal", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream({ fallback: { kind: "stallBeforeHeaders" } })
      const siku = yield* serve(home, { CUSTOM_BASE_URL: model.url, CUSTOM_MODEL: "m", SIKU_SERVER_DRAIN: "600" })
      const base = yield* baseOf(siku)
      const asking = yield* Effect.forkChild(Effect.exit(query(base, { title: "问题" })))
      yield* Effect.promise(() => model.when(({ calls }) => calls === 1))
      siku.child.kill("SIGINT")
      siku.child.kill("SIGTERM")
      assert.strictEqual((yield* endOf(siku)).code, 130)
      yield* Fiber.interrupt(asking)
    })
  )

  it.live("refuses a bad configuration with every problem, its place and what is allowed, and no stack", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const file = join(home, "config.json")
      yield* Effect.promise(() => writeFile(file, JSON.stringify({ server: { port: 99_999 }, cache: { ttl: "soon" } })))
      const siku = yield* sikuProcess(["--home", home], {
        SIKU_ANSWERING_DEADLINE: "-3",
        DEEPSEEK_BASE_URL: "nonsense"
      })
      assert.strictEqual((yield* endOf(siku)).code, 1)
      for (const path of [
        "server.port",
        "cache.ttl",
        "answering.deadline",
        "base_url",
        "SIKU_ANSWERING_DEADLINE",
        "config.json",
        "65535"
      ]) {
        assert.include(siku.errors(), path)
      }
      assert.notMatch(siku.errors() + siku.output(), /\n\s+at /)
    })
  )

  it.live("says what to do when its port is taken or its database cannot be opened", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const other = createServer()
      yield* Effect.acquireRelease(
        Effect.promise(() => new Promise<void>((resolve) => other.listen(0, "127.0.0.1", resolve))),
        () => Effect.sync(() => other.close())
      )
      const address = other.address()
      const port = typeof address === "object" && address !== null ? String(address.port) : ""
      const taken = yield* sikuProcess(["--home", home, "--port", port])
      assert.strictEqual((yield* endOf(taken)).code, 1)
      assert.match(taken.errors(), /^siku: the port is taken .*--port/)
      const file = join(home, "not a database.db")
      yield* Effect.promise(() => writeFile(file, "plain text ".repeat(1000)))
      const broken = yield* sikuProcess(["--home", home, "--port", "0", "--database-url", `sqlite:///${file}`])
      assert.strictEqual((yield* endOf(broken)).code, 1)
      assert.match(broken.errors(), /^siku: the database .*not a database.* cannot be used: /)
      assert.notMatch(broken.errors() + taken.errors(), /\n\s+at /)
    })
  )

  it.live("names a misspelt flag once, lists every flag once, and says nothing further", () =>
    Effect.gen(function* () {
      const misspelt = yield* sikuProcess(["--prot", "1"])
      assert.notStrictEqual((yield* endOf(misspelt)).code, 0)
      const said = misspelt.output() + misspelt.errors()
      assert.include(said, "--port")
      assert.notInclude(said, "siku: ")
      const flags = Array.from(said.matchAll(/^ +(--[a-z-]+)/gm), ([, flag]) => flag).filter(
        (flag) => flag !== "--port"
      )
      assert.include(flags, "--log-level")
      assert.strictEqual(new Set(flags).size, flags.length)
    })
  )
})
