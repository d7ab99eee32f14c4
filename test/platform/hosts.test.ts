// For which host a request is, and what others say of it.
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { exchange } from "../../scripts/exposure/Attempt.ts"
import { adminKey } from "../support/config.ts"
import { send, startSiku } from "../support/siku.ts"

const raw = (port: number, target: string, lines: ReadonlyArray<string>) =>
  Effect.map(exchange(port, `GET ${target} HTTP/1.1\r\n${lines.join("\r\n")}\r\n\r\n`), (reply) => ({
    status: reply?.status,
    text: reply?.body.toString("utf8") ?? ""
  }))

describe("a request for two hosts", () => {
  it.live("is a 400 wherever it goes, also with a key and also where both are the same", () =>
    Effect.gen(function* () {
      const port = Number(new URL(yield* startSiku()).port)
      const here = `127.0.0.1:${port}`
      const key = `Authorization: Bearer ${adminKey}`
      for (const path of ["/health/live", "/api/v1/query?title=x", "/v1/models", "/api/v1/calls", "/nothing", "/"])
        for (const hosts of [
          [`Host: ${here}`, "Host: evil.example"],
          ["Host: evil.example", `host: ${here}`],
          [`Host: ${here}`, `HOST: ${here}`],
          ["Host: a", "X: y", "Host: b", "Host: c"]
        ])
          assert.strictEqual((yield* raw(port, path, [...hosts, key])).status, 400, `${path} ${hosts.join()}`)
    })
  )

  it.live("is also one whose target is a whole URL for another", () =>
    Effect.gen(function* () {
      const port = Number(new URL(yield* startSiku()).port)
      const here = `127.0.0.1:${port}`
      for (const url of [
        "http://evil.example",
        `HTTP://evil.example:${port}`,
        "ftp://evil.example",
        `http://x@${here}`
      ])
        assert.strictEqual((yield* raw(port, `${url}/v1/models`, [`Host: ${here}`])).status, 400, url)
      assert.strictEqual((yield* raw(port, `http://${here}/v1/models`, [`Host: ${here}`])).status, 200)
      assert.strictEqual((yield* raw(port, "http://evil.example/v1/models", ["Host: evil.example"])).status, 401)
    })
  )
})

describe("the address that is told to who asks", () => {
  const lies = {
    "x-forwarded-host": "evil.example",
    "x-forwarded-proto": "https",
    forwarded: "host=evil.example;proto=https",
    "x-original-host": "evil.example",
    "x-host": "evil.example"
  }

  it.live("is not what anybody says that a proxy was asked for", () =>
    Effect.gen(function* () {
      const base = yield* startSiku()
      for (const path of ["/api/v1/ocs/config", "/api/v1/ocs/config?token=sk-siku-x", "/"]) {
        const seen = yield* send(base + path, { headers: lies })
        assert.notInclude(seen.text, "evil.example", path)
        assert.include(seen.text, `${base}/api/v1/query`, path)
      }
    })
  )

  it.live("is what a trusted proxy says, unless the settings say it", () =>
    Effect.gen(function* () {
      const trusting = "server.trusted_proxies=127.0.0.1"
      const configOf = (base: string) => send(`${base}/api/v1/ocs/config`, { headers: lies })
      assert.include((yield* configOf(yield* startSiku({ set: [trusting] }))).text, "https://evil.example/api/v1/query")
      const told = yield* startSiku({ set: [trusting, "server.public_url=https://siku.example"] })
      const { text } = yield* configOf(told)
      assert.include(text, "https://siku.example/api/v1/query")
      assert.notInclude(text, "evil.example")
    })
  )
})

describe("the page for people", () => {
  it.live("says that asking takes a key where everybody needs one, and only there", () =>
    Effect.gen(function* () {
      const open = yield* send(yield* startSiku())
      assert.notInclude(open.text, "提问需要密钥")
      const strict = yield* send(yield* startSiku({ set: ["server.public_url=https://siku.example"] }))
      assert.include(
        strict.text,
        "提问需要密钥：导入地址写成 <code>https://siku.example/api/v1/ocs/config?token=sk-siku-…"
      )
    })
  )
})

describe("a preflight", () => {
  const ask = (base: string, origin: string) =>
    send(`${base}/v1/chat/completions`, {
      method: "OPTIONS",
      headers: {
        origin,
        "access-control-request-method": "POST",
        "access-control-request-headers": "content-type",
        "access-control-request-private-network": "true"
      }
    })
  const allowed = (headers: Headers) =>
    [...headers].flatMap(([name]) => (name.startsWith("access-control-allow-") ? [name] : []))

  it.live("allows an origin that is not allowed nothing, least of all the way into the private network", () =>
    Effect.gen(function* () {
      const base = yield* startSiku({ set: ["server.cors_origins=https://quiz.example"] })
      for (const origin of ["https://evil.example", "null", "http://quiz.example", "https://quiz.example.evil.example"])
        assert.deepStrictEqual(allowed((yield* ask(base, origin)).headers), [], origin)
      assert.sameMembers(allowed((yield* ask(base, "https://quiz.example")).headers), [
        "access-control-allow-origin",
        "access-control-allow-methods",
        "access-control-allow-headers",
        "access-control-allow-private-network"
      ])
    })
  )
})
