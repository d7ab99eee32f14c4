import { assert, describe, it } from "@effect/vitest"
import { Option, Schema } from "effect"
import { HttpServerRequest } from "effect/http"
import { limitedAs, membershipOf, plainAddress } from "../../../src/platform/admission/addresses.ts"
import { makeOriginOf } from "../../../src/platform/admission/origins.ts"

const from = (address: string, headers: Record<string, string>) =>
  HttpServerRequest.fromWeb(new Request("http://any/", { headers })).modify({ remoteAddress: Option.some(address) })

const originOf = makeOriginOf({
  trustedProxies: ["10.0.0.0/8", "192.0.2.7", "fd00::/8", "[2001:db8::5]", "nonsense", "10.0.0.0/99"],
  publicUrl: "https://siku.example:8443/a",
  namedOrigins: () => ["*", "https://quiz.example"]
})
const addressOf = (peer: string, forwardedFor?: string) =>
  originOf(from(peer, forwardedFor === undefined ? {} : { "x-forwarded-for": forwardedFor })).address

describe("the address of a client", () => {
  it("is that of the socket, whatever a stranger says of himself", () => {
    assert.strictEqual(addressOf("203.0.113.9"), "203.0.113.9")
    assert.strictEqual(addressOf("203.0.113.9", "127.0.0.1"), "203.0.113.9")
    assert.strictEqual(addressOf("::ffff:203.0.113.9", "1.2.3.4"), "203.0.113.9")
    assert.strictEqual(addressOf("127.0.0.1", "1.2.3.4"), "127.0.0.1")
  })

  it("is what the trusted proxies say, read from the right", () => {
    assert.strictEqual(addressOf("10.1.2.3", "198.51.100.1"), "198.51.100.1")
    assert.strictEqual(addressOf("::ffff:10.1.2.3", "198.51.100.1"), "198.51.100.1")
    assert.strictEqual(addressOf("10.1.2.3", "1.1.1.1, 198.51.100.1"), "198.51.100.1")
    assert.strictEqual(addressOf("10.1.2.3", "1.1.1.1, 198.51.100.1 ,10.9.9.9,192.0.2.7"), "198.51.100.1")
    assert.strictEqual(addressOf("fd00::1", "1.1.1.1, 2001:DB8::9"), "2001:db8::9")
    assert.strictEqual(addressOf("2001:db8::5", "[2001:db8::9]:4711"), "2001:db8::9")
    assert.strictEqual(addressOf("10.1.2.3", "198.51.100.1:8080"), "198.51.100.1")
    assert.strictEqual(addressOf("10.1.2.3", "10.0.0.1, 10.0.0.2"), "10.0.0.1")
    assert.strictEqual(addressOf("10.1.2.3", ",10.0.0.2"), "10.0.0.2")
  })

  it("ends at what is no address", () => {
    for (const said of ["unknown", "", ",", "a.example", "198.51.100.1, _hidden", "1.2.3.4, 999.1.1.1"])
      assert.strictEqual(addressOf("10.1.2.3", said), "10.1.2.3", said)
    assert.strictEqual(addressOf("10.1.2.3", `6.6.6.6, ${"10.0.0.1, ".repeat(100)}10.0.0.2`), "10.0.0.1")
  })

  it.prop(
    "is never what a client wrote before the last trusted proxy added what it saw",
    [Schema.Array(Schema.Literals(["6.6.6.6", "10.0.0.1", "unknown", "::1", "", "127.0.0.1"]))],
    ([said]) => assert.strictEqual(addressOf("10.1.2.3", [...said, "198.51.100.1"].join(", ")), "198.51.100.1")
  )
})

describe("a request from this machine", () => {
  const isLocal = (peer: string, headers: Record<string, string>) => originOf(from(peer, headers)).isLocal

  it("comes from loopback, to a name of this machine", () => {
    for (const peer of ["127.0.0.1", "127.8.8.8", "::1", "::ffff:127.0.0.1"])
      for (const host of ["localhost", "localhost:8000", "LOCALHOST.:80", "127.0.0.1:8000", "127.1.2.3", "[::1]:8000"])
        assert.isTrue(isLocal(peer, { host }), `${peer} ${host}`)
  })

  it("is not one to a name that somebody else owns, as of a page whose host was rebound", () => {
    for (const host of [
      "rebound.example",
      "127.0.0.1.rebound.example",
      "localhost.rebound.example",
      "siku.example.org",
      "0.0.0.0:8000",
      "1.2.3.4"
    ])
      assert.isFalse(isLocal("127.0.0.1", { host }), host)
    assert.isFalse(isLocal("127.0.0.1", {}))
  })

  it("is not one to the name that clients from elsewhere ask by, though it be one of this machine", () => {
    for (const host of ["siku.example", "SIKU.example.:8000"]) assert.isFalse(isLocal("127.0.0.1", { host }), host)
    const publicLocalhost = makeOriginOf({
      trustedProxies: [],
      publicUrl: "https://localhost:8443",
      namedOrigins: () => []
    })
    assert.isFalse(publicLocalhost(from("127.0.0.1", { host: "localhost:8443" })).isLocal)
    assert.isTrue(publicLocalhost(from("127.0.0.1", { host: "127.0.0.1:8000" })).isLocal)
  })

  it("is not one that somebody passed on", () => {
    for (const name of [
      "forwarded",
      "x-forwarded-for",
      "x-forwarded-host",
      "x-forwarded-proto",
      "X-Forwarded",
      "X-Real-IP",
      "X-Client-IP",
      "X-Original-Host",
      "X-NginX-Proxy",
      "X-Varnish",
      "X-Envoy-External-Address",
      "True-Client-IP",
      "CF-Ray",
      "CDN-Loop",
      "Tailscale-User-Login",
      "Remote-User",
      "via"
    ])
      assert.isFalse(isLocal("127.0.0.1", { host: "localhost", [name]: "x" }), name)
    for (const name of ["x-request-id", "x-stainless-retry-count", "traceparent", "x-api-key", "viable", "referer"])
      assert.isTrue(isLocal("127.0.0.1", { host: "localhost", [name]: "x" }), name)
  })

  it("is not one from another machine", () => {
    for (const peer of ["192.168.1.2", "10.1.2.3", "fd00::1", "2001:db8::1", "unknown"])
      assert.isFalse(isLocal(peer, { host: "localhost" }), peer)
  })

  it("is not one of a trusted proxy's clients, though they may claim loopback", () => {
    const behind = makeOriginOf({ trustedProxies: ["127.0.0.1"], publicUrl: undefined, namedOrigins: () => [] })
    const nobody = { address: "127.0.0.1", isLocal: false, isForeignPage: false, isPassedOn: true }
    assert.deepStrictEqual(behind(from("127.0.0.1", { host: "localhost", "x-forwarded-for": "127.0.0.1" })), nobody)
    assert.deepStrictEqual(behind(from("127.0.0.1", { host: "localhost" })), nobody)
  })
})

describe("who is limited as one", () => {
  it("is an IPv4 address, or an IPv6 network of 64 bits however it is written", () => {
    assert.strictEqual(limitedAs("203.0.113.9"), "203.0.113.9")
    const same = ["2001:db8:0:7::1", "2001:db8:0:7:ffff:ffff:ffff:ffff", "2001:0db8:0000:0007::", "2001:db8::7:0:0:0:1"]
    assert.deepStrictEqual(new Set(same.map(limitedAs)), new Set(["2001:db8:0:7::/64"]))
    assert.strictEqual(limitedAs("::1"), "0:0:0:0::/64")
    assert.strictEqual(limitedAs("64:ff9b::1.2.3.4"), "64:ff9b:0:0::/64")
    assert.notStrictEqual(limitedAs("2001:db8:0:8::1"), limitedAs("2001:db8:0:7::1"))
  })

  const Group = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 0xffff }))
  const Groups = Schema.Tuple([Group, Group, Group, Group, Group, Group, Group, Group])
  it.prop("does not depend on the last 64 bits, nor on how zeros are written", [Groups, Groups], ([one, other]) => {
    const written = [...one.slice(0, 4), ...other.slice(4)].map((group) => group.toString(16))
    const shortest = new URL(`http://[${written.join(":")}]`).hostname.slice(1, -1)
    const long = one.map((group) => group.toString(16).padStart(4, "0")).join(":")
    assert.strictEqual(limitedAs(shortest), limitedAs(long))
  })
})

describe("an address", () => {
  it("is itself in its plain form", () => {
    assert.strictEqual(plainAddress("::FFFF:1.2.3.4"), "1.2.3.4")
    assert.strictEqual(plainAddress("FE80::1%eth0"), "fe80::1")
  })

  it("belongs to no network where there is none", () => {
    assert.isFalse(membershipOf([])("1.2.3.4"))
    assert.isFalse(membershipOf(["0.0.0.0/0"])("::1"))
  })
})
