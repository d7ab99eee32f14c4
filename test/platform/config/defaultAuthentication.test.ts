import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { load, loadProblems } from "./support.ts"

const loaded = (set: ReadonlyArray<string>, environment: Record<string, string> = {}) =>
  Effect.map(load({ flags: { set: [...set] }, environment }), ({ effective, security }) => {
    const row = effective().find(({ setting }) => setting.path === "security.authentication")
    return [security.authentication, row?.value, row?.layer, row?.source]
  })

describe("who needs a key where nobody says it", () => {
  it.effect("is whoever is no program of this machine, as long as nothing says that others come", () =>
    Effect.gen(function* () {
      for (const set of [[], ["server.host=localhost"], ["server.host=::1"], ["server.trusted_proxies="]])
        assert.deepStrictEqual(yield* loaded(set), ["local", "local", "default", "default"], set.join())
    })
  )

  it.effect("is everybody where an address, a proxy or the host says that others come, and the report says why", () =>
    Effect.gen(function* () {
      for (const [set, why] of [
        [["server.public_url=https://siku.example"], /server\.public_url/],
        [["server.public_url=http://localhost:8000"], /server\.public_url/],
        [["server.trusted_proxies=127.0.0.1"], /server\.trusted_proxies/],
        [["server.host=0.0.0.0"], /server\.host/],
        [["server.host=::"], /server\.host/],
        [["server.host=192.168.1.5"], /server\.host/]
      ] as const) {
        const [authentication, value, layer, source] = yield* loaded(set)
        assert.deepStrictEqual([authentication, value, layer], ["required", "required", "default"], set[0])
        assert.match(String(source), why)
      }
      const [fromEnvironment] = yield* loaded([], { SIKU_SERVER_PUBLIC_URL: "https://siku.example" })
      assert.strictEqual(fromEnvironment, "required")
    })
  )

  it.effect("is as somebody says where somebody says it", () =>
    Effect.gen(function* () {
      const exposed = [
        "server.public_url=https://siku.example",
        "server.trusted_proxies=127.0.0.1",
        "server.host=0.0.0.0"
      ]
      for (const said of ["local", "required"]) {
        const [authentication, , layer] = yield* loaded([...exposed, `security.authentication=${said}`])
        assert.deepStrictEqual([authentication, layer], [said, "flag"])
      }
    })
  )

  it.effect("is never nobody where others come", () =>
    Effect.gen(function* () {
      for (const [setting, why] of [
        ["server.public_url=https://siku.example", /clients come by https:\/\/siku\.example/],
        ["server.trusted_proxies=127.0.0.1", /a proxy passes requests on/]
      ] as const) {
        const problems = yield* loadProblems({ flags: { set: ["security.authentication=off", setting] } })
        assert.deepStrictEqual(
          problems.map(({ path }) => path),
          ["security.authentication"]
        )
        assert.match(problems[0]?.allowed ?? "", why)
      }
    })
  )
})
