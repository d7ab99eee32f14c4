// Every way that is known of writing an address of this machine, of the network around it or of its cloud, so that a check of names does
// not see it. Written as somebody who may set a provider's address through the API would write it.
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Result, Stream } from "effect"
import { createServer } from "node:http"
import { AddressGuard } from "../../src/platform/AddressGuard.ts"
import { type Guarded } from "../../src/platform/config/Settings.ts"
import { Outbound, type OutboundOptions } from "../../src/platform/Outbound.ts"
import {
  checkHost,
  type GuardPolicy,
  isPublicAddress,
  privateToo,
  publicOnly,
  type Resolve
} from "../../src/platform/SafeFetchGuard.ts"
import { manage, startSiku } from "../support/siku.ts"
import { ways } from "./outbound/calls.ts"

/** Names as a resolver under an attacker's hand would give them. */
const names: Readonly<Record<string, ReadonlyArray<string>>> = {
  "public.test": ["93.184.215.14"],
  "public6.test": ["2606:2800:21f:cb07:6820:80da:af6b:8b2c"],
  localhost: ["127.0.0.1", "::1"],
  "sub.localhost": ["127.0.0.1"],
  "localhost.localdomain": ["127.0.0.1"],
  "ip6-localhost": ["::1"],
  "127.0.0.1.nip.test": ["127.0.0.1"],
  "10.0.0.1.sslip.test": ["10.0.0.1"],
  "metadata.google.internal": ["169.254.169.254"],
  metadata: ["169.254.169.254"],
  "instance-data": ["169.254.169.254"],
  "kubernetes.default.svc": ["10.96.0.1"],
  "host.docker.internal": ["192.168.65.254"],
  "one-inside.test": ["93.184.215.14", "10.0.0.1"],
  "one-inside6.test": ["93.184.215.14", "fd00::1"],
  "mapped.test": ["::ffff:10.0.0.1"],
  "zone.test": ["fe80::1%lo"],
  "nothing.test": [],
  "words.test": ["localhost"]
}
const resolve: Resolve = (host) => {
  const found = names[host]
  return found === undefined ? Effect.fail("unknown") : Effect.succeed(found)
}

const refused = `
localhost LOCALHOST localhost. LocalHost.  sub.localhost localhost.localdomain ip6-localhost
127.0.0.1 127.0.0.1. 127.1 127.0.1 127.255.255.255 127.000.000.001 0177.0.0.01
2130706433 0x7f000001 0X7F000001 017700000001 0x7f.1 0x7f.0.0.1 0177.0.0.1 0177.1 127.0x1 0x7f.0x0.0x0.0x1
%31%32%37.0.0.1 127%2e0%2e0%2e1 １２７.０.０.１ ①②⑦.⓪.⓪.① 127。0。0。1 127．0．0．1 127｡0｡0｡1 𝟏𝟐𝟕.𝟎.𝟎.𝟏
ⓛⓞⓒⓐⓛⓗⓞⓢⓣ localhoſt ｌｏｃａｌｈｏｓｔ
0 0.0.0.0 0.0.0.1 0.255.255.255 0x0 00000000000
10.0.0.1 10.255.255.255 012.0.0.1 0xa.1 167772161 0x0a000001
172.16.0.1 172.31.255.255 0xac100001 2886729729
192.168.0.1 192.168.1 3232235521 0xc0a80001 0300.0250.0.1
100.64.0.1 100.127.255.254 100.100.100.200
169.254.169.254 169.254.0.1 0xa9fea9fe 2852039166 0251.0376.0251.0376 169.254.43518 168.63.129.16
192.0.0.1 192.0.0.192 192.0.2.1 192.88.99.1 198.18.0.1 198.19.255.255 198.51.100.1 203.0.113.1
224.0.0.1 239.255.255.255 240.0.0.1 255.255.255.254 255.255.255.255 0xffffffff 4294967295
[::1] [0:0:0:0:0:0:0:1] [0000:0000:0000:0000:0000:0000:0000:0001] [::0001] [::0:1] [::]
[::127.0.0.1] [::7f00:1] [::10.0.0.1] [::ffff:127.0.0.1] [::FFFF:127.0.0.1] [::ffff:7f00:1] [0:0:0:0:0:ffff:a00:1]
[::ffff:169.254.169.254] [::ffff:0:127.0.0.1] [::ffff:93.184.215.14]
[64:ff9b::127.0.0.1] [64:ff9b::a9fe:a9fe] [64:ff9b::5db8:d70e] [64:ff9b:1::10.0.0.1] [64:ff9b:1:ffff::1]
[2002:7f00:1::] [2002:a00:1::1] [2002:a9fe:a9fe::] [2001::1] [2001:0:4136:e378:8000:63bf:3fff:fdd2] [2001:10::1] [2001:20::1] [2001:db8::1] [3fff::1]
[fe80::1] [febf::1] [fec0::1] [fc00::1] [fd00::1] [fd00:ec2::254] [fd20:ce::254] [fdff:ffff::1] [ff02::1] [ff0e::1]
[100::1] [100:0:0:1::1] [5f00::1] [4000::1] [8000::1] [::2]
metadata.google.internal METADATA.GOOGLE.INTERNAL. metadata instance-data kubernetes.default.svc host.docker.internal
127.0.0.1.nip.test 10.0.0.1.sslip.test one-inside.test one-inside6.test mapped.test zone.test words.test
`
  .trim()
  .split(/\s+/)

const allowed = `
public.test PUBLIC.test. public6.test 93.184.215.14 8.8.8.8 134744072 0x08080808 1.1.1.1 1.1 010.8.8.8
172.15.255.255 172.32.0.1 192.167.255.255 192.169.0.1 100.63.255.255 100.128.0.1 169.253.255.255 169.255.0.1 198.17.255.255 198.20.0.1
11.0.0.1 126.255.255.255 128.0.0.1 223.255.255.255 [2606:4700:4700::1111] [2001:4860:4860::8888] [2a00:1450:4001::1] [2003::1] [2400:3200::1]
`
  .trim()
  .split(/\s+/)

const guard = AddressGuard.make(publicOnly, resolve)

describe("an address that was set through the API", () => {
  it.effect("is refused in every form of one that is not public", () =>
    Effect.gen(function* () {
      assert.isAtLeast(new Set(refused).size, 140)
      for (const host of refused)
        for (const url of [`http://${host}/v1`, `https://${host}:8443/v1`]) {
          // What is no URL at all is not set in the first place.
          if (!URL.canParse(url)) continue
          const result = yield* Effect.result(guard.examine(url))
          assert.strictEqual(Result.isSuccess(result) ? "taken" : result.failure.reason, "address", url)
        }
      assert.isAtLeast(refused.filter((host) => URL.canParse(`http://${host}/`)).length, 130)
    })
  )

  it.effect("is taken in every form of one that is public, at any port", () =>
    Effect.gen(function* () {
      for (const host of allowed)
        for (const port of ["", ":81", ":8443", ":65535"]) yield* guard.examine(`https://${host}${port}/v1`)
    })
  )

  it.effect("may be set while its name has no address, for it is checked again when it is called", () =>
    Effect.gen(function* () {
      yield* guard.examine("https://nothing.test/v1")
      yield* guard.examine("https://unknown.test/v1")
    })
  )

  it.effect("may lie in a private network where the operator says so, but not where clouds keep secrets", () =>
    Effect.gen(function* () {
      const reaches = (host: string) => Effect.isSuccess(checkHost(host, privateToo, resolve))
      for (const host of [
        "127.0.0.1",
        "10.0.0.1",
        "172.20.0.1",
        "192.168.1.1",
        "100.64.0.1",
        "::1",
        "fd12::1",
        "localhost",
        "8.8.8.8"
      ])
        assert.isTrue(yield* reaches(host), host)
      for (const host of [
        "169.254.169.254",
        "100.100.100.200",
        "168.63.129.16",
        "fd00:ec2::254",
        "fe80::1",
        "0.0.0.0",
        "::",
        "224.0.0.1",
        "255.255.255.255",
        "metadata",
        "::ffff:127.0.0.1"
      ])
        assert.isFalse(yield* reaches(host), host)
    })
  )

  it("is public by its number alone: all of each special network is not, and its neighbours are", () => {
    for (const [first, last] of [
      ["10.0.0.0", "10.255.255.255"],
      ["100.64.0.0", "100.127.255.255"],
      ["127.0.0.0", "127.255.255.255"],
      ["169.254.0.0", "169.254.255.255"],
      ["172.16.0.0", "172.31.255.255"],
      ["192.168.0.0", "192.168.255.255"],
      ["198.18.0.0", "198.19.255.255"]
    ] as const) {
      const number = (address: string) => address.split(".").reduce((sum, part) => sum * 256 + Number(part), 0)
      const text = (value: number) => [24, 16, 8, 0].map((shift) => (value / 2 ** shift) & 255).join(".")
      for (const inside of [first, last]) assert.isFalse(isPublicAddress(inside), inside)
      for (const outside of [number(first) - 1, number(last) + 1])
        assert.isTrue(isPublicAddress(text(outside)), text(outside))
    }
  })
})

/** A server on loopback, and whom it was asked for. */
const target = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly asked: Array<string>; readonly close: () => void }>((resume) => {
    const asked: Array<string> = []
    const server = createServer((request, response) => {
      asked.push(`${request.headers.host?.split(":")[0]}${request.url}`)
      if (request.url === "/redirect") response.writeHead(302, { location: "http://127.0.0.1:1/secret" }).end()
      else response.end("answer")
    }).listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(
        Effect.succeed({
          port,
          asked,
          close: () => {
            server.close()
            server.closeAllConnections()
          }
        })
      )
    })
  }),
  ({ close }) => Effect.sync(close)
)

// 127.0.0.1 stands in for the internet; all other addresses for what is inside.
const loopbackOnly: Pick<GuardPolicy, "mayReach"> = { mayReach: (address) => address === "127.0.0.1" }
const both: Guarded = { target: true, proxy: true }

for (const { by, callerFor } of ways) {
  const calling = (url: string, options: OutboundOptions, guarded: Guarded = both, proxy?: string) =>
    Effect.gen(function* () {
      const out = yield* Outbound.make({ noProxy: [], connectTimeout: Duration.seconds(5) }, options)
      const call = yield* callerFor(out, url, proxy === undefined ? undefined : Redacted.make(proxy), guarded)
      const { body, status } = yield* call(url, {})
      return `${status} ${yield* Stream.mkString(Stream.decodeText(body))}`
    }).pipe(
      Effect.catch(({ cause }) => Effect.succeed(cause instanceof Error ? cause.message : "failed")),
      Effect.scoped
    )

  describe(`a call to an address that was set through the API, by ${by}`, () => {
    it.live("is made to an address that was checked, whatever the name means a moment later", () =>
      Effect.gen(function* () {
        const server = yield* target
        let looked = 0
        const rebinding: Resolve = () => Effect.sync(() => (looked++ % 2 === 0 ? ["127.0.0.1"] : ["127.0.0.2"]))
        const url = `http://rebound.test:${server.port}/v1`
        assert.strictEqual(yield* calling(url, { policy: loopbackOnly, resolve: rebinding }), "200 answer")
        assert.strictEqual(looked, 1)
        assert.deepStrictEqual(server.asked, ["rebound.test/v1"])
        // The next connection finds the other address, and is not made.
        assert.match(yield* calling(url, { policy: loopbackOnly, resolve: rebinding }), /refused: address/)
        assert.strictEqual(server.asked.length, 1)
      })
    )

    it.live("is refused at the connection where its address is not public, and nothing is sent", () =>
      Effect.gen(function* () {
        const server = yield* target
        for (const host of [
          "127.0.0.1",
          "localhost",
          "2130706433",
          "0x7f.1",
          "[::ffff:127.0.0.1]",
          "[::1]",
          "mapped.test"
        ])
          assert.match(yield* calling(`http://${host}:${server.port}/`, { resolve }), /refused: address/, host)
        assert.match(yield* calling(`http://unknown.test:${server.port}/`, { resolve }), /refused: host/)
        assert.deepStrictEqual(server.asked, [])
      })
    )

    it.live("follows no redirect", () =>
      Effect.gen(function* () {
        const server = yield* target
        const seen = yield* calling(`http://a.test:${server.port}/redirect`, {
          policy: loopbackOnly,
          resolve: () => Effect.succeed(["127.0.0.1"])
        })
        assert.strictEqual(seen, "302 ")
        assert.deepStrictEqual(server.asked, ["a.test/redirect"])
      })
    )

    it.live("goes to no proxy that was set there and is not public, and through none to an address that is not", () =>
      Effect.gen(function* () {
        const server = yield* target
        const proxy = `http://127.0.0.1:${server.port}`
        assert.match(yield* calling("http://public.test/", { resolve }, both, proxy), /refused: address/)
        assert.match(
          yield* calling("http://public.test/", { resolve }, both, `http://localhost:${server.port}`),
          /refused: address/
        )
        for (const host of ["127.0.0.1", "10.0.0.1", "[::1]", "localhost", "a.localhost", "169.254.169.254"])
          assert.match(
            yield* calling(`http://${host}/`, { resolve }, { target: true }, proxy),
            /refused: address/,
            host
          )
        assert.deepStrictEqual(server.asked, [])
        // The operator's own proxy finds the addresses of names, and may know more of them.
        assert.strictEqual(yield* calling("http://unknown.test/", { resolve }, { target: true }, proxy), "200 answer")
      })
    )

    it.live("is made anywhere where the operator set it", () =>
      Effect.gen(function* () {
        const server = yield* target
        assert.strictEqual(yield* calling(`http://127.0.0.1:${server.port}/`, {}, {}), "200 answer")
      })
    )
  })
}

describe("the routes of providers", () => {
  const path = "/api/v1/providers"
  const entry = { id: "n", preset: "custom", model: "m", api_key: "sk-a-key-of-a-test" }

  it.live("refuse what is not public with what would do, and change nothing", () =>
    Effect.gen(function* () {
      const server = yield* target
      const inside = `http://127.0.0.1:${server.port}`
      const base = yield* startSiku({
        set: ["security.allow_private_urls=false"],
        environment: { CUSTOM_BASE_URL: inside, CUSTOM_MODEL: "m" }
      })
      for (const host of ["127.0.0.1:1", "localhost:1", "0x7f.1", "[::1]", "169.254.169.254", "192.168.1.1"]) {
        const { json, status, text } = yield* manage(base, "POST", path, { ...entry, base_url: `http://${host}/v1` })
        assert.strictEqual(status, 422, host)
        assert.match(text, /ai\.providers\.n\.base_url/)
        assert.match(text, /public internet.*security\.allow_private_urls/)
        assert.isArray(json["errors"])
      }
      const proxied = yield* manage(base, "POST", path, {
        ...entry,
        base_url: "https://8.8.8.8/v1",
        proxy: "socks5://user:canary@10.0.0.1:1080"
      })
      assert.match(proxied.text, /ai\.providers\.n\.proxy.*socks5:\/\/10\.0\.0\.1:1080/)
      assert.notInclude(proxied.text, "canary")
      assert.strictEqual((yield* manage(base, "GET", `${path}/n`)).status, 404)
      // What stands in the configuration may be anywhere, and be changed in what is not its address.
      assert.strictEqual((yield* manage(base, "PATCH", `${path}/custom`, { name: "N" })).status, 200)
      yield* manage(base, "POST", `${path}/custom/test`)
      assert.deepStrictEqual(server.asked, ["127.0.0.1/chat/completions"])
      assert.strictEqual((yield* manage(base, "PATCH", `${path}/custom`, { base_url: `${inside}/v2` })).status, 422)
      assert.strictEqual(
        (yield* manage(base, "POST", path, { ...entry, base_url: "https://8.8.8.8:8443/v1" })).status,
        201
      )
    })
  )
})
