import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Layer } from "effect"
import { HttpServerRequest, HttpServerResponse } from "effect/http"
import { Gate } from "../../../src/accounts/access/Gate.ts"
import { AdminKey } from "../../../src/accounts/AdminKey.ts"
import type { Need } from "../../../src/platform/Access.ts"
import { CurrentUser, Scope } from "../../../src/platform/Caller.ts"
import { everybody, type Known, keyOf, nobodyCloses } from "../../support/access.ts"
import { testConfig } from "../../support/config.ts"

const adminKey = "admin-key-of-this-test"
const ownAdminKey = "sk-siku-of-an-operator"
const all = Scope.literals
const scopesOf = new Map<string, ReadonlyArray<Scope>>([
  ["sk-siku-none", []],
  ...all.map((scope): [string, ReadonlyArray<Scope>] => [`sk-siku-${scope}`, [scope]]),
  ["sk-siku-all", all]
])
const known = new Map<string, Known>([
  ...[...scopesOf].map(([credential, scopes]): [string, Known] => [credential, keyOf("acc_1", scopes)]),
  ["sk-siku-old", "expired"],
  ["sk-siku-dark", "unavailable"]
])
const credentials = [null, "any", adminKey, ownAdminKey, "sk-siku-nobody", "eyJ.e30.x", ...known.keys()]

const needs: ReadonlyArray<Need> = [...all, "any", "public"]
const modes = ["local", "required", "off"] as const

type Mode = (typeof modes)[number]

const gateIn = (mode: Mode) =>
  Gate.layer.pipe(
    Layer.provide([
      everybody(known),
      nobodyCloses,
      Layer.succeed(AdminKey, { isValid: (key) => Effect.succeed(key === adminKey || key === ownAdminKey) }),
      testConfig({ set: [`security.authentication=${mode}`] })
    ])
  )

interface Case {
  readonly mode: Mode
  readonly isLocal: boolean
  readonly needs: Need
  readonly isOpenToLocal: boolean
  readonly credential: string | null
}

/** What becomes of a request: whom it is served for, or why it is not. */
const outcome = ({ credential, isLocal, isOpenToLocal, mode, needs }: Case): string => {
  if (needs === "public") return "anonymous"
  const isClaimed = credential !== null && credential !== "any"
  if (isClaimed) {
    if (credential === adminKey || credential === ownAdminKey) return "admin"
    const scopes = scopesOf.get(credential)
    if (scopes === undefined) return credential === "sk-siku-dark" ? "IdentityUnavailable" : "BadCredential"
    return needs === "any" || scopes.includes(needs) ? "key" : "MissingScope"
  }
  const mayGoWithout = isOpenToLocal && (mode === "off" || (mode === "local" && isLocal))
  if (!mayGoWithout) return credential === null ? "NoCredential" : "BadCredential"
  if (isLocal) return "local"
  return needs === "any" || needs === "ask" || needs === "chat" ? "anonymous" : "MissingScope"
}

const cases = (mode: Mode): ReadonlyArray<Case> =>
  [true, false].flatMap((isLocal) =>
    needs.flatMap((needs) =>
      [true, false].flatMap((isOpenToLocal) =>
        credentials.map((credential) => ({ mode, isLocal, needs, isOpenToLocal, credential }))
      )
    )
  )

describe("the way in", () => {
  for (const mode of modes) {
    it.effect(`serves who may, and nobody else, where authentication is ${mode}`, () =>
      Effect.gen(function* () {
        const { guard } = yield* Gate
        for (const each of cases(mode)) {
          let runs = 0
          const handler = Effect.map(CurrentUser, ({ kind }) => {
            runs++
            return HttpServerResponse.text(kind)
          })
          const refused: Array<string> = []
          const guarded = guard({
            rule: { ...each, isLimited: true, bodies: "none", route: "GET /x", path: "/x" },
            takesQuery: false,
            refuse: (refusal) =>
              Effect.sync(() => {
                refused.push(refusal._tag)
                return HttpServerResponse.empty({ status: 400 })
              })
          })(handler)
          const request = HttpServerRequest.fromWeb(
            new Request("http://siku.example/x", {
              headers: {
                ...(each.isLocal ? {} : { "x-forwarded-for": "203.0.113.9" }),
                ...(each.credential === null ? {} : { authorization: `Bearer ${each.credential}` })
              }
            })
          )
          const reply = yield* Effect.provideContext(
            guarded,
            Context.make(HttpServerRequest.HttpServerRequest, request)
          )
          const said = refused[0] ?? (yield* Effect.promise(() => HttpServerResponse.toWeb(reply).text()))
          assert.strictEqual(said, outcome(each), JSON.stringify(each))
          assert.deepStrictEqual([runs, refused.length], refused.length === 0 ? [1, 0] : [0, 1], JSON.stringify(each))
        }
      }).pipe(Effect.provide(gateIn(mode)))
    )
  }

  it.effect("gives a handler's own failure on as it is", () =>
    Effect.gen(function* () {
      const { guard } = yield* Gate
      const guarded = guard({
        rule: { needs: "public", isOpenToLocal: false, isLimited: true, bodies: "none", route: "GET /x", path: "/x" },
        takesQuery: false,
        refuse: () => Effect.die(new Error("nothing is to be refused"))
      })(Effect.fail("its own"))
      const request = HttpServerRequest.fromWeb(new Request("http://siku.example/x"))
      const error = yield* Effect.flip(
        Effect.provideContext(guarded, Context.make(HttpServerRequest.HttpServerRequest, request))
      )
      assert.strictEqual(error, "its own")
    }).pipe(Effect.provide(gateIn("local")))
  )
})
