import { assert, describe, it } from "@effect/vitest"
import { Duration, Redacted, Schema } from "effect"
import type { ProxyChoice } from "../../../src/platform/config/Settings.ts"
import { type Network, proxyFor } from "../../../src/platform/outbound/ProxyFor.ts"

const network = (changes: Partial<Network>): Network => ({
  noProxy: [],
  connectTimeout: Duration.seconds(5),
  ...changes
})
const everywhere = (...noProxy: ReadonlyArray<string>) => network({ proxy: Redacted.make("http://all:1"), noProxy })
const isExempt = (url: string, ...noProxy: ReadonlyArray<string>) =>
  proxyFor(url, undefined, everywhere(...noProxy)) === undefined

describe("the proxy for a call", () => {
  it("is the one of the target's scheme, else the one for all", () => {
    const http = Redacted.make("http://plain:1")
    const https = Redacted.make("http://secure:1")
    const proxy = Redacted.make("socks5://all:1")
    const chosen = (url: string, changes: Partial<Network>) => proxyFor(url, undefined, network(changes))
    assert.strictEqual(chosen("http://a.org/", { httpProxy: http, httpsProxy: https, proxy }), "http://plain:1")
    assert.strictEqual(chosen("HTTPS://a.org/", { httpProxy: http, httpsProxy: https, proxy }), "http://secure:1")
    assert.strictEqual(chosen("http://a.org/", { httpsProxy: https, proxy }), "socks5://all:1")
    assert.strictEqual(chosen("https://a.org/", { httpProxy: http, proxy }), "socks5://all:1")
    assert.isUndefined(chosen("https://a.org/", { httpProxy: http }))
    assert.isUndefined(chosen("http://a.org/", { httpsProxy: https }))
    assert.isUndefined(chosen("http://a.org/", {}))
  })

  it("is never one of the network's for this machine", () => {
    for (const host of ["localhost", "LocalHost.", "127.0.0.1", "127.8.9.10", "127.1", "[::1]", "[::ffff:127.0.0.1]"])
      assert.isTrue(isExempt(`http://${host}:11434/v1`), host)
    for (const host of ["localhost.org", "128.0.0.1", "[::2]", "mylocalhost", "10.0.0.1"])
      assert.isFalse(isExempt(`http://${host}:11434/v1`), host)
  })

  const exempt: ReadonlyArray<readonly [entry: string, yes: ReadonlyArray<string>, no: ReadonlyArray<string>]> = [
    ["*", ["http://a.org", "https://10.0.0.1", "http://[2001:db8::1]"], []],
    ["", [], ["http://a.org"]],
    ["a.org", ["http://a.org", "https://A.ORG.", "http://x.y.a.org:8080"], ["http://ba.org", "http://a.org.cn"]],
    [".a.org", ["http://a.org", "http://x.a.org"], ["http://xa.org"]],
    ["*.A.org", ["http://a.org", "http://x.a.org"], ["http://xa.org"]],
    [" a.org. ", ["http://a.org"], ["http://b.org"]],
    ["a.org:8080", ["http://a.org:8080", "http://x.a.org:8080"], ["http://a.org", "https://a.org"]],
    ["a.org:443", ["https://a.org"], ["http://a.org", "https://a.org:8443"]],
    ["*:8080", ["http://a.org:8080"], ["http://a.org"]],
    ["例子.cn", ["http://例子.cn", "http://xn--fsqu00a.cn", "http://甲.例子.cn"], ["http://子.cn"]],
    ["10.1.2.3", ["http://10.1.2.3", "https://10.1.2.3:99"], ["http://10.1.2.4", "http://x.10.1.2.3.org"]],
    ["10.1.2.3:99", ["https://10.1.2.3:99"], ["http://10.1.2.3"]],
    ["10.0.0.0/8", ["http://10.255.0.1", "http://[::ffff:10.0.0.1]"], ["http://11.0.0.1", "http://a.org"]],
    ["10.0.0.0/33", [], ["http://10.0.0.1"]],
    ["a.org/8", [], ["http://a.org"]],
    ["2001:db8::1", ["http://[2001:DB8::1]", "http://[2001:db8:0:0::1]:80"], ["http://[2001:db8::2]"]],
    ["[2001:db8::1]", ["http://[2001:db8::1]:99"], ["http://[2001:db8::2]"]],
    ["[2001:db8::1]:99", ["http://[2001:db8::1]:99"], ["http://[2001:db8::1]"]],
    ["2001:db8::/32", ["http://[2001:db8:9::1]"], ["http://[2001:db9::1]", "http://10.0.0.1"]]
  ]
  for (const [entry, yes, no] of exempt)
    it(`is none for the hosts that "${entry}" means, and only for these`, () => {
      for (const url of yes) assert.isTrue(isExempt(url, "other.org", entry), url)
      for (const url of no) assert.isFalse(isExempt(url, "other.org", entry), url)
    })

  const Label = Schema.String.check(Schema.isPattern(/^[a-z]([a-z0-9]{0,6}[a-z])?$/))
  const Port = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65535 }))
  const Byte = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 255 }))

  it.prop(
    "is the chosen one whatever the network says, and none where none is chosen",
    [Label, Schema.Boolean, Schema.Boolean],
    ([label, isSecure, isLocal]) => {
      const url = `${isSecure ? "https" : "http"}://${isLocal ? "127.0.0.1" : `${label}.org`}/v1`
      const own: ProxyChoice = Redacted.make(`http://${label}:3128`)
      assert.strictEqual(proxyFor(url, own, everywhere("*")), `http://${label}:3128`)
      assert.strictEqual(proxyFor(url, own, network({})), `http://${label}:3128`)
      assert.isUndefined(proxyFor(url, "direct", everywhere()))
    }
  )

  it.prop(
    "is none for an exempt domain and all below it, in any case",
    [Label, Label, Port],
    ([domain, below, port]) => {
      const name = `${domain}.org`
      for (const entry of [name, `.${name}`, name.toUpperCase(), `${name}:${port}`]) {
        assert.isTrue(isExempt(`http://${name}:${port}/`, entry), entry)
        assert.isTrue(isExempt(`http://${below}.${name.toUpperCase()}:${port}/`, entry), entry)
        assert.isFalse(isExempt(`http://${below}${name}:${port}/`, entry), entry)
        assert.isFalse(isExempt(`http://${name}.${below}:${port}/`, entry), entry)
      }
      assert.isFalse(isExempt(`http://${name}:${port === 1 ? 2 : port - 1}/`, `${name}:${port}`))
    }
  )

  const Bits = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 32 }))
  it.prop(
    "is none for the addresses of an exempt range alone",
    [Byte, Byte, Byte, Byte, Bits, Bits],
    ([a, b, c, d, bits, flipped]) => {
      const start = (a << 24) | (b << 16) | (c << 8) | d
      const other = start ^ (1 << (32 - flipped))
      const text = [24, 16, 8, 0].map((shift) => (other >>> shift) & 255).join(".")
      if (text.startsWith("127.")) return
      assert.strictEqual(
        isExempt(`http://${text}/`, `${a}.${b}.${c}.${d}/${bits}`),
        flipped > bits,
        `${text} and ${bits}`
      )
    }
  )

  it.prop("is found whatever stands in the list", [Schema.Array(Schema.String), Schema.String], ([entries, url]) => {
    assert.include([undefined, "http://all:1"], proxyFor(url, undefined, everywhere(...entries)))
  })
})
