import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { isLive } from "../../../src/platform/config/isLive.ts"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { readChange } from "../../../src/platform/settings/readChange.ts"
import { load } from "../config/support.ts"

const secret = "a-secret-of-the-tests-1234567890"

const read = (change: Readonly<Record<string, unknown>>) =>
  Effect.map(
    load({
      environment: { SIKU_SECURITY_ENCRYPTION_KEY: secret },
      flags: { set: ["logging.level=warn"] },
      config: { server: { port: 9000 } }
    }),
    ({ effective }) =>
      readChange(change, new Map(effective().map((each) => [each.setting.path, each])), new Map([["old.one", "1"]]))
  )

/** What is sent, and what is wrong with it: path, found, and a part of the remedy. */
const refused: ReadonlyArray<readonly [string, Readonly<Record<string, unknown>>, string, string]> = [
  [
    "a setting that there is not",
    { "answering.moed": 1 },
    "a setting that does not exist",
    "did you mean answering.mode?"
  ],
  ["one that needs a restart", { "server.port": 9001 }, "a change that needs a restart", "start Siku again"],
  [
    "a secret that needs a restart",
    { "security.encryption_key": "x".repeat(40) },
    "a change that needs a restart",
    "start"
  ],
  ["one that says where the file is", { home: "/elsewhere" }, "a change that needs a restart", "start Siku again"],
  [
    "one of a provider",
    { "ai.providers.zhipu.model": "m" },
    "a setting of the providers",
    "PATCH /api/v1/providers/<id>"
  ],
  ["the default provider", { "ai.default_provider": "zhipu" }, "a setting of the providers", "POST /api/v1/providers"],
  [
    "what a flag says",
    { "logging.level": "info" },
    "a change of what flag --set logging.level says",
    "without that flag"
  ],
  ["a value of great length", { "server.cors_origins": "x".repeat(20_000) }, "a value of 20002 characters", ""]
]

describe("a change of settings", () => {
  for (const [what, change, found, remedy] of refused)
    it.effect(`is refused where it is of ${what}`, () =>
      Effect.gen(function* () {
        const { problems, put, remove } = yield* read(change)
        assert.strictEqual(problems.length, 1)
        assert.strictEqual(problems[0]?.found, found)
        assert.include(problems[0]?.remedy ?? "", remedy)
        assert.strictEqual(put.size + remove.size, 0)
      })
    )

  it.effect("may hold what cannot be changed as it was read, masked where it is secret", () =>
    Effect.gen(function* () {
      const { effective } = yield* load({ environment: { SIKU_SECURITY_ENCRYPTION_KEY: secret } })
      const whole = Object.fromEntries(
        effective()
          .filter(({ setting }) => !isLive(setting.path) && setting.path !== "ai.default_provider")
          .map(({ setting, value }) => [setting.path, value])
      )
      assert.strictEqual(whole["security.encryption_key"], "…")
      const same = { ...whole, home: "/srv/data", "server.port": 9000, config: "/srv/data/config.json" }
      const { problems, put, remove } = yield* read(same)
      assert.deepStrictEqual([problems, put.size, remove.size], [[], 0, 0])
    })
  )

  it.effect("knows settings by their other names, but each once", () =>
    Effect.gen(function* () {
      const { problems, put } = yield* read({ "thinking.num_threads": 3 })
      assert.deepStrictEqual([[...put], problems], [[["thinking.threads.max", "3"]], []])
      const twice = yield* read({ "thinking.num_threads": 3, "thinking.threads.max": 4 })
      assert.strictEqual(twice.problems[0]?.found, "the same setting twice")
    })
  )

  it.effect("goes back to the configuration with null and with blank text, of what older versions stored too", () =>
    Effect.gen(function* () {
      const { problems, remove } = yield* read({ "answering.mode": null, "cache.ttl": " ", "old.one": null })
      assert.deepStrictEqual([[...remove], problems], [["answering.mode", "cache.ttl", "old.one"], []])
    })
  )

  it.effect("does not follow odd names, and is bounded", () =>
    Effect.gen(function* () {
      const odd = Object.fromEntries(["__proto__", "constructor", "a.b.__proto__", "", "\u0007"].map((key) => [key, 1]))
      assert.strictEqual((yield* read(odd)).problems.length, 5)
      const many = Object.fromEntries(Array.from({ length: 501 }, (_, n) => [`x.${n}`, 1]))
      assert.strictEqual((yield* read(many)).problems.length, 1)
    })
  )
})

describe("the settings that may be changed while running", () => {
  const live = settingsTable.filter(({ path }) => isLive(path))

  it("are no secrets, for what is stored of them is not encrypted", () => {
    assert.deepStrictEqual(
      live.filter(({ secret }) => secret).map(({ path }) => path),
      []
    )
  })

  it("are of these groups", () => {
    const groups = new Set(live.map(({ path }) => /^(?:answering|thinking|rate_limit|ai)\./.exec(path)?.[0] ?? path))
    assert.deepStrictEqual(
      [...groups].sort(),
      [
        "accounts.max_tokens",
        "accounts.unpriced",
        "ai.",
        "answering.",
        "cache.capacity",
        "cache.ttl",
        "logging.level",
        "rate_limit.",
        "server.body_limit",
        "server.cors_origins",
        "server.max_requests",
        "telemetry.sample_ratio",
        "thinking."
      ].sort()
    )
  })
})
