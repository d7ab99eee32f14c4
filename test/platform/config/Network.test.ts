import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted } from "effect"
import { CONFIG_FILE, load, loadProblems, problemAt } from "./support.ts"

const plain = (secret: Redacted.Redacted | undefined): string | undefined => secret && Redacted.value(secret)

const networkOf = (network: unknown) => Effect.map(load({ config: { network } }), (settings) => settings.network)

describe("the network settings", () => {
  it.effect("take the variables that other programs use, in either case, behind those of the service", () =>
    Effect.gen(function* () {
      const upper = yield* load({
        environment: {
          ALL_PROXY: "socks5h://a:1",
          HTTP_PROXY: "http://b:1",
          HTTPS_PROXY: "https://c:1",
          NO_PROXY: "localhost,.example.org"
        }
      })
      assert.strictEqual(plain(upper.network.proxy), "socks5h://a:1")
      assert.strictEqual(plain(upper.network.httpProxy), "http://b:1")
      assert.strictEqual(plain(upper.network.httpsProxy), "https://c:1")
      assert.deepStrictEqual(upper.network.noProxy, ["localhost", ".example.org"])
      const lower = yield* load({
        config: { network: { proxy: "http://file:1", no_proxy: ["file"] } },
        environment: {
          all_proxy: "socks5://a:2",
          http_proxy: "http://b:2",
          https_proxy: "http://c:2",
          no_proxy: "*",
          SIKU_NETWORK_HTTP_PROXY: "http://own:1"
        }
      })
      assert.strictEqual(plain(lower.network.proxy), "socks5://a:2")
      assert.strictEqual(plain(lower.network.httpProxy), "http://own:1")
      assert.strictEqual(plain(lower.network.httpsProxy), "http://c:2")
      assert.deepStrictEqual(lower.network.noProxy, ["*"])
    })
  )

  it.effect("take a proxy as other programs do, whose scheme may be missing", () =>
    Effect.gen(function* () {
      for (const proxy of [
        "127.0.0.1:7890",
        "proxy:3128",
        "proxy.example.org",
        "user@proxy",
        "user:p%40ss@[::1]:3128/",
        "socks://127.0.0.1:7891",
        "Socks://user:pass@proxy"
      ]) {
        const { network } = yield* load({ environment: { ALL_PROXY: proxy, http_proxy: proxy, HTTPS_PROXY: proxy } })
        assert.deepStrictEqual([network.proxy, network.httpProxy, network.httpsProxy].map(plain), [proxy, proxy, proxy])
      }
    })
  )

  it.effect("take a proxy with a user name and a password", () =>
    Effect.gen(function* () {
      for (const proxy of [
        "http://127.0.0.1:3128",
        "https://user:p%40ss@proxy.example.org/",
        "socks5://user@[::1]:1080",
        "SOCKS5H://proxy"
      ])
        assert.strictEqual(plain((yield* networkOf({ proxy: ` ${proxy} ` })).proxy), proxy)
    })
  )

  it.effect("refuse what is no proxy, with an example of one", () =>
    Effect.gen(function* () {
      for (const proxy of [
        "proxy",
        "3128",
        ":3128",
        "proxy:port",
        "proxy:3128/path",
        "user:pa/ss@proxy:3128",
        "::1:3128",
        "//proxy:3128",
        "http:proxy",
        "ftp://proxy",
        "socks4://proxy",
        "direct",
        "http://",
        "socks5://",
        "socks://",
        "http://proxy/path",
        "http://proxy\\path",
        "socks5://proxy/path",
        "http://proxy?a=b",
        "http://u:p#ss@proxy",
        "http://u:%zz@proxy",
        "http://pro xy",
        "http://proxy:99999",
        1080,
        ["http://proxy"]
      ])
        for (const key of ["proxy", "http_proxy", "https_proxy"]) {
          const problem = problemAt(yield* loadProblems({ config: { network: { [key]: proxy } } }), `network.${key}`)
          assert.strictEqual(problem.source, CONFIG_FILE)
          assert.strictEqual(
            problem.allowed,
            "host:port, or an http://, https://, socks5:// (socks://) or socks5h:// address"
          )
          assert.include(problem.remedy ?? "", "http://user:password@127.0.0.1:3128")
        }
    })
  )

  it.effect("take the hosts without a proxy as a list or as one text with commas", () =>
    Effect.gen(function* () {
      const hosts = ["localhost", ".example.org", "10.0.0.0/8", "[::1]:8080", "例子.中国"]
      assert.deepStrictEqual((yield* networkOf({ no_proxy: hosts })).noProxy, hosts)
      assert.deepStrictEqual((yield* networkOf({ no_proxy: `${hosts.join(" , ")},` })).noProxy, hosts)
      for (const no_proxy of [["two words"], 5, [5], { a: 1 }])
        problemAt(yield* loadProblems({ config: { network: { no_proxy } } }), "network.no_proxy")
    })
  )

  it.effect("give a connection its own time", () =>
    Effect.gen(function* () {
      assert.deepStrictEqual((yield* networkOf({ connect_timeout: "2.5" })).connectTimeout, Duration.seconds(2.5))
    })
  )
})

describe("the keys of the service", () => {
  it.effect("are refused when they are too short, with a way to make one", () =>
    Effect.gen(function* () {
      const { security } = yield* load({
        config: { security: { encryption_key: "密".repeat(32), admin_key: "k".repeat(16) } }
      })
      assert.strictEqual(plain(security.encryptionKey), "密".repeat(32))
      assert.strictEqual(plain(security.adminKey), "k".repeat(16))
      const problems = yield* loadProblems({
        environment: { SIKU_SECURITY_ENCRYPTION_KEY: "k".repeat(31), SIKU_SECURITY_ADMIN_KEY: "k".repeat(15) }
      })
      for (const [path, found] of [
        ["security.encryption_key", "a value of 31 characters"],
        ["security.admin_key", "a value of 15 characters"]
      ] as const) {
        const problem = problemAt(problems, path)
        assert.strictEqual(problem.found, found)
        assert.include(problem.remedy ?? "", "openssl rand -base64 32")
      }
    })
  )

  it.effect("are sent in a header where they are the key of the management routes", () =>
    Effect.gen(function* () {
      for (const admin_key of ["two words and sixteen letters", "密".repeat(16), 1_234_567_890_123_456])
        problemAt(yield* loadProblems({ config: { security: { admin_key } } }), "security.admin_key")
    })
  )
})
