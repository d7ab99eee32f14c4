import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Option } from "effect"
import { ApiKeys } from "../../src/accounts/ApiKeys.ts"
import { readTime } from "../../src/cli/identity/flags.ts"
import { identity } from "../accounts/support.ts"
import { manage, startSiku } from "../support/siku.ts"
import { inHome } from "./support.ts"

describe("siku key", { timeout: 180_000 }, () => {
  it.live("makes a key, shows it once, and ends it, beside a running server", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const set = [`database.url=sqlite:///${home}/siku.db`]
        const base = yield* startSiku({ home, set })
        const { identify } = Context.get(yield* Layer.build(identity({ home, set })), ApiKeys)

        const grants = "--models auto,demo --per-minute 5 --per-hour 0 --concurrency 2".split(" ")
        const made = yield* siku(["key", "create", "--json", "--name", "n", ...grants])
        const { key, ...rest } = JSON.parse(made.output)
        assert.match(key, /^sk-siku-/)
        assert.deepInclude(rest, {
          scopes: ["ask", "chat"],
          per_minute: 5,
          per_hour: 0,
          concurrency: 2,
          expires_at: null
        })
        assert.deepStrictEqual(rest.models, ["auto", "demo"])
        assert.deepStrictEqual(JSON.parse((yield* siku(["key", "list", "--json"])).output), [rest])
      })
    )
  )

  it.live("says what cannot be", () =>
    inHome((siku) =>
      Effect.gen(function* () {
        const nobody = "acc_00000000-0000-7000-8000-000000000000"
        for (const [args, words] of [
          [["revoke", "key_of_nobody"], "there is no key key_of_nobody"],
          [["create", "--name", "n", "--account", nobody], `there is no account ${nobody}`],
          [["create", "--name", "n", "--scopes", "ask,root"], "some of ask, chat"]
        ] as const) {
          const { code, errors, output } = yield* siku(["key", ...args])
          assert.strictEqual(code, 1, args.join(" "))
          assert.include(errors + output, words)
        }
      })
    )
  )

  it("reads times as people write them", () => {
    const millis = (text: string) => Option.getOrUndefined(Option.map(readTime(text), Duration.toMillis))
    assert.deepStrictEqual(
      ["90m", "12h", "30d", "2w"].map(millis),
      [5_400_000, 43_200_000, 2_592_000_000, 1_209_600_000]
    )
    for (const text of ["", "30", "d", "0d", "-1d", "1.5h", "30 d", "30days", "999999d", "1y"]) {
      assert.isUndefined(millis(text), text)
    }
  })
})
