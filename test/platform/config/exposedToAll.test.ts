import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { load, loadProblems } from "./support.ts"

const set = (host: string, authentication: string) => ({
  flags: { host, set: [`security.authentication=${authentication}`] }
})

describe("a service that nobody needs a key for", () => {
  it.effect("may be there for this machine", () =>
    Effect.gen(function* () {
      for (const host of ["127.0.0.1", "127.8.9.1", "localhost", "LOCALHOST", "::1"]) {
        const { security, server } = yield* load(set(host, "off"))
        assert.deepStrictEqual([security.authentication, server.host], ["off", host])
      }
    })
  )

  it.effect("is not started for others, and says why and what to do", () =>
    Effect.gen(function* () {
      for (const host of ["0.0.0.0", "::", "192.168.1.5", "siku.example", "localhost.example", "127.0.0.1.example"]) {
        const problems = yield* loadProblems(set(host, "off"))
        assert.strictEqual(problems.length, 1, host)
        const [problem] = problems
        assert.strictEqual(problem?.path, "security.authentication")
        assert.strictEqual(problem?.found, '"off"')
        assert.include(problem?.allowed, host)
        assert.match(problem?.remedy ?? "", /key.*server\.host 127\.0\.0\.1/)
      }
    })
  )

  it.effect("is another thing than one that asks for keys", () =>
    Effect.gen(function* () {
      for (const authentication of ["local", "required"]) {
        const { server } = yield* load(set("0.0.0.0", authentication))
        assert.strictEqual(server.host, "0.0.0.0")
      }
    })
  )
})
