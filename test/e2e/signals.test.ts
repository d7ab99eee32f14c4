// Signals that tell a service something and are no reason to end it.
import { readFile, rename } from "node:fs/promises"
import { connect } from "node:net"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { query, send } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

const linesIn = (text: string) => text.split("\n").filter((line) => line.includes('"message":"request"'))

/** Reads a file until it holds this, for as long as the test may last. */
const until = (file: string, wanted: string): Effect.Effect<string> =>
  Effect.promise(() => readFile(file, "utf8").catch(() => "")).pipe(
    Effect.delay("20 millis"),
    Effect.repeat({ until: (text) => text.includes(wanted) })
  )

const isListening = (port: number): Effect.Effect<boolean> =>
  Effect.callback((resume) => {
    const socket = connect({ port, host: "127.0.0.1" })
    socket.on("connect", () => resume(Effect.succeed(true)))
    socket.on("error", () => resume(Effect.succeed(false)))
    return Effect.sync(() => socket.destroy())
  })

describe("a running service", { timeout: 60_000 }, () => {
  it.live("finishes what it is at and goes on when it is hung up, or told what other services are told", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const model = yield* upstream({ latencyMs: 700, answer: () => "甲" })
      const siku = yield* sikuProcess(["--home", home, "--port", "0"], {
        CUSTOM_BASE_URL: model.url,
        CUSTOM_MODEL: "m"
      })
      const base = yield* Effect.promise(() => siku.base)
      const asking = yield* Effect.forkChild(query(base, { title: "问题", options: "甲\n乙" }))
      yield* Effect.promise(() => model.when(({ calls }) => calls === 1))
      for (const signal of ["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGHUP"] as const) siku.child.kill(signal)
      assert.strictEqual((yield* Fiber.join(asking)).json["answer"], "甲")
      assert.strictEqual((yield* send(`${base}/health/live`)).status, 200)
      // A debugger would be open to all programs of this machine.
      assert.isFalse(yield* isListening(9229))
      assert.notMatch(siku.errors(), /Debugger/)
      siku.child.kill("SIGTERM")
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 0)
    })
  )

  it.live("goes on with its log in a new file once the old one was moved away and it is hung up", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const file = join(home, "logs", "siku.log")
      const siku = yield* sikuProcess(["--home", home, "--port", "0", "--set", `logging.append_to=${file}`])
      const ready = yield* until(file, "Siku is ready at ")
      const base = /Siku is ready at (http:\/\/[^"\s/]+)/.exec(ready)?.[1] ?? ""
      for (let n = 0; n < 20; n++) yield* send(`${base}/health/live?n=${n}`)
      yield* until(file, '"route":"/health/live"')
      yield* Effect.promise(() => rename(file, `${file}.1`))
      for (let n = 0; n < 20; n++) yield* send(`${base}/health/ready`)
      siku.child.kill("SIGHUP")
      let further = 0
      const ask = Effect.andThen(
        Effect.suspend(() => send(`${base}/health?n=${further++}`)),
        Effect.promise(() => readFile(file, "utf8").catch(() => ""))
      )
      yield* Effect.repeat(ask, { until: (text) => text.includes('"route":"/health"') })
      siku.child.kill("SIGTERM")
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 0)
      const [old, fresh] = yield* Effect.promise(() =>
        Promise.all([readFile(`${file}.1`, "utf8"), readFile(file, "utf8")])
      )
      const routes = linesIn(old + fresh).map((line) => /"route":"([^"]*)"/.exec(line)?.[1])
      assert.deepStrictEqual(routes, [
        ...Array<string>(20).fill("/health/live"),
        ...Array<string>(20).fill("/health/ready"),
        ...Array<string>(further).fill("/health")
      ])
      // What came before the hang-up is in the old file.
      assert.isAtLeast(linesIn(old).length, 20)
      assert.strictEqual(siku.output(), "")
    })
  )

  it.live("says in one sentence where its log cannot be written, and does not start", () =>
    Effect.gen(function* () {
      const home = yield* temporaryHome
      const siku = yield* sikuProcess(["--home", home, "--port", "0", "--set", `logging.append_to=${home}`])
      assert.strictEqual((yield* Effect.promise(() => siku.ended)).code, 1)
      assert.match(siku.errors(), /^siku: the log cannot be written to .* \(logging\.append_to\): EISDIR/)
      assert.notMatch(siku.errors(), /\n\s+at /)
    })
  )
})
