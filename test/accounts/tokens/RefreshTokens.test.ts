import { NodeServices } from "@effect/platform-node"
import { assert, describe, it, layer } from "@effect/vitest"
import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { SessionId } from "../../../src/accounts/tokens/AccessClaims.ts"
import { forgetOldTokens } from "../../../src/accounts/tokens/OldTokens.ts"
import { type Grant, RefreshTokens } from "../../../src/accounts/tokens/RefreshTokens.ts"
import { RevokedTokens } from "../../../src/accounts/tokens/RevokedTokens.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { testConfig } from "../../support/config.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { accountId, userId } from "./support/people.ts"
import { whyNot } from "./support/tokens.ts"

const database = (set: ReadonlyArray<string> = []) =>
  RefreshTokens.layer.pipe(
    Layer.provideMerge(RevokedTokens.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provide(testConfig({ set })),
    Layer.provide(NodeServices.layer)
  )

const processIn = (folder: string) =>
  Effect.map(Layer.build(Layer.fresh(database([`database.url=sqlite:${folder}/siku.db`]))), (context) =>
    Context.get(context, RefreshTokens)
  )

const aGrant = (): Grant => ({
  family: SessionId.make(`ses_${SecureRandom.uuidV7Unsafe()}`),
  user_id: userId(1),
  account_id: accountId(1),
  scopes: "ask chat"
})

const rows = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM refresh_tokens ORDER BY created_at`)

describe("a refresh token", () => {
  it.effect("gives the next one, once, which stands for the same", () =>
    Effect.gen(function* () {
      const tokens = yield* RefreshTokens
      const grant = aGrant()
      const first = yield* tokens.start(grant)
      assert.match(first, /^rt-siku-[\w-]{43}$/)
      const second = yield* tokens.use(first)
      assert.notStrictEqual(second, first)
      assert.deepInclude(yield* tokens.look(second), grant)
      assert.strictEqual((yield* rows).length, 2)
      assert.notInclude(JSON.stringify(yield* rows), first.slice("rt-siku-".length))
    }).pipe(Effect.provide(database()))
  )

  it.effect("that is used again ends its login, and no other", () =>
    Effect.gen(function* () {
      const tokens = yield* RefreshTokens
      const revoked = yield* RevokedTokens
      const [grant, other] = [aGrant(), aGrant()]
      const first = yield* tokens.start(grant)
      const apart = yield* tokens.start(other)
      const second = yield* tokens.use(first)
      const third = yield* tokens.use(second)
      assert.isFalse(yield* revoked.isAnyRevoked([grant.family]))
      assert.strictEqual(yield* whyNot(tokens.use(first)), "used")
      assert.strictEqual(yield* whyNot(tokens.use(third)), "revoked")
      assert.strictEqual(yield* whyNot(tokens.use(second)), "used")
      assert.isTrue(yield* revoked.isAnyRevoked([grant.family]))
      assert.isFalse(yield* revoked.isAnyRevoked([other.family]))
      assert.strictEqual(yield* whyNot(tokens.use(apart)), "accepted")
    }).pipe(Effect.provide(database()))
  )

  it.effect("is good for as long as the setting says, each for its own time, and is then deleted", () =>
    Effect.gen(function* () {
      const tokens = yield* RefreshTokens
      const first = yield* tokens.start(aGrant())
      yield* TestClock.adjust("59999 millis")
      const second = yield* tokens.use(first)
      yield* TestClock.adjust("59999 millis")
      assert.strictEqual(yield* whyNot(tokens.look(second)), "accepted")
      yield* TestClock.adjust("1 millis")
      assert.strictEqual(yield* whyNot(tokens.look(second)), "expired")
      assert.strictEqual(yield* whyNot(tokens.use(second)), "expired")
      yield* TestClock.adjust("1 minute")
      assert.strictEqual(yield* forgetOldTokens(), 2)
      assert.deepStrictEqual(yield* rows, [])
      assert.strictEqual(yield* whyNot(tokens.use(second)), "unknown")
    }).pipe(Effect.provide(database(["security.refresh_token_ttl=60"])))
  )

  it.effect("is no other text", () =>
    Effect.gen(function* () {
      const tokens = yield* RefreshTokens
      const token = yield* tokens.start(aGrant())
      const wrong = [
        "",
        "rt-siku-",
        token.slice(0, -1),
        `${token} `,
        token.toUpperCase(),
        token.slice("rt-siku-".length)
      ]
      for (const text of wrong) assert.strictEqual(yield* whyNot(tokens.use(text)), "unknown", text)
      assert.strictEqual(yield* whyNot(tokens.use(token)), "accepted")
    }).pipe(Effect.provide(database()))
  )

  it.effect("that several use at the same time is good for one of them, in one process and in several", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const all = yield* Effect.replicateEffect(processIn(folder), 3)
      const [first] = all
      assert.isDefined(first)
      for (const users of [
        [first, first, first, first],
        [...all, ...all]
      ]) {
        const token = yield* first.start(aGrant())
        const outcomes = yield* Effect.forEach(users, (tokens) => Effect.result(tokens.use(token)), {
          concurrency: "unbounded"
        })
        const won = outcomes.filter(({ _tag }) => _tag === "Success")
        assert.strictEqual(won.length, 1)
        // Two had it: what the one got is worth nothing either.
        for (const outcome of won) {
          if (outcome._tag === "Success") assert.strictEqual(yield* whyNot(first.use(outcome.success)), "revoked")
        }
      }
    })
  )

  it.effect("gives nothing to who comes second, also when the first comes between its look and its use", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const [one, two] = [yield* processIn(folder), yield* processIn(folder)]
      const token = yield* one.start(aGrant())
      const clock = yield* Clock.Clock
      const first: Array<string> = []
      // The clock is read between the two: there the other process uses the token.
      const currentTimeMillis = Effect.suspend(() =>
        first.length > 0
          ? clock.currentTimeMillis
          : Effect.andThen(
              Effect.tap(Effect.orDie(two.use(token)), (next) => Effect.sync(() => first.push(next))).pipe(
                Effect.provideService(Clock.Clock, clock)
              ),
              clock.currentTimeMillis
            )
      )
      const late = one.use(token).pipe(Effect.provideService(Clock.Clock, { ...clock, currentTimeMillis }))
      assert.strictEqual(yield* whyNot(late), "used")
      assert.strictEqual(first.length, 1)
      assert.strictEqual(yield* whyNot(two.use(first[0] ?? "")), "revoked")
    })
  )

  it.effect("gives nothing when its login ends while it is used", () =>
    Effect.gen(function* () {
      const tokens = yield* RefreshTokens
      const revoked = yield* RevokedTokens
      const grant = aGrant()
      const token = yield* tokens.start(grant)
      // what another process does first of all when it ends a login
      yield* revoked.revoke(grant.family, 1_000_000)
      assert.strictEqual(yield* whyNot(tokens.use(token)), "revoked")
      assert.strictEqual((yield* rows).length, 1)
    }).pipe(Effect.provide(database()))
  )
})

layer(database())("the newest refresh token", (it) => {
  const Step = Schema.Struct({
    /** Which of the tokens that were ever given is used: one of the newest, or any. */
    back: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 3 })),
    /** Whether the next step goes on at the same time. */
    together: Schema.Boolean
  })
  it.effect.prop(
    "is the only one of its login that counts, whatever is used in whatever order",
    [Schema.Array(Step).check(Schema.isMaxLength(8))],
    ([steps]) =>
      Effect.gen(function* () {
        const tokens = yield* RefreshTokens
        const given = [yield* tokens.start(aGrant())]
        let waiting: Array<string> = []
        let reused = false
        const used = new Set<string>()
        for (const { back, together } of steps) {
          waiting.push(given[Math.max(0, given.length - 1 - back)] ?? "")
          if (together) continue
          const outcomes = yield* Effect.forEach(waiting, (token) => Effect.result(tokens.use(token)), {
            concurrency: "unbounded"
          })
          for (const token of waiting) {
            if (used.has(token)) reused = true
            used.add(token)
          }
          waiting = []
          for (const outcome of outcomes) if (outcome._tag === "Success") given.push(outcome.success)
          const alive = yield* Effect.forEach([...given].reverse(), (token) =>
            used.has(token) ? Effect.succeed(false) : Effect.isSuccess(tokens.look(token))
          )
          assert.strictEqual(alive.filter(Boolean).length, reused ? 0 : 1)
        }
      })
  )
})
