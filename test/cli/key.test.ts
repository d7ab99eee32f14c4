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

        const made = yield* siku([
          "key",
          "create",
          "--name",
          "ci 机器人",
          "--scopes",
          "ask,bank:read",
          "--expires",
          "30d"
        ])
        assert.strictEqual(made.code, 0, made.errors)
        assert.match(made.output, /only this once/)
        const [key = ""] = /^sk-siku-[\w-]{49}$/m.exec(made.output) ?? []
        const { keyId, scopes } = yield* identify(key)
        assert.deepStrictEqual([...scopes], ["ask", "bank:read"])
        assert.include(made.output, String(keyId))

        const shown = yield* manage(base, "GET", `/api/v1/keys/${keyId}`)
        assert.deepInclude(shown.json, { name: "ci 机器人", account_id: null, revoked_at: null })
        const audit = yield* manage(base, "GET", `/api/v1/audit?target=${keyId}`)
        assert.deepInclude(JSON.parse(audit.text).entries[0], { action: "key.create", request_id: "cli" })

        const listed = yield* siku(["key", "list"])
        assert.match(listed.output, /^id +key +name +account +scopes +state +ends +used\n/)
        assert.match(
          listed.output,
          new RegExp(`^${keyId} +${key.slice(0, 16)}… +ci 机器人 +the house +ask bank:read +active`, "m")
        )
        assert.notInclude(listed.output, key.slice(17))

        const gone = yield* siku(["key", "revoke", key.slice(0, 16)])
        assert.strictEqual(gone.code, 0, gone.errors)
        assert.isString((yield* manage(base, "GET", `/api/v1/keys/${keyId}`)).json["prefix"])
        assert.isNotNull((yield* manage(base, "GET", `/api/v1/keys/${keyId}`)).json["revoked_at"])
        const fresh = Context.get(yield* Layer.build(identity({ home, set })), ApiKeys)
        assert.deepInclude(yield* Effect.flip(fresh.identify(key)), { why: "revoked" })
        assert.notInclude([made.errors, listed.errors, gone.errors, gone.output].join(""), key.slice(17))
      })
    )
  )

  it.live("speaks JSON to programs, in the words of the API", () =>
    inHome((siku) =>
      Effect.gen(function* () {
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
