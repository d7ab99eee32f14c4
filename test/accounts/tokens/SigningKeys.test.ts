import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Duration, Effect, Layer, Logger, References } from "effect"
import { SqlClient } from "effect/sql"
import { TestClock } from "effect/testing"
import { AccessTokens } from "../../../src/accounts/AccessTokens.ts"
import { longestTokenLife } from "../../../src/accounts/tokens/AccessClaims.ts"
import { forgetOldTokens } from "../../../src/accounts/tokens/OldTokens.ts"
import { overlap, SigningKeys, signingPeriod } from "../../../src/accounts/tokens/SigningKeys.ts"
import { KeyId } from "../../../src/accounts/tokens/signingKeyRows.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { Vault } from "../../../src/platform/Vault.ts"
import { testConfig } from "../../support/config.ts"
import { temporaryHome } from "../../support/sikuProcess.ts"
import { logIn, start, whyNot, withTokens } from "./support/tokens.ts"

const stored = Effect.flatMap(
  SqlClient.SqlClient,
  (sql) => sql`SELECT id, private_key, public_key, retired_at FROM signing_keys ORDER BY created_at`
)

/** A process over the database of a folder, with an encryption key. */
const processIn = (folder: string, encryptionKey = "an encryption key of the tests, long enough") =>
  Effect.map(
    Layer.build(
      Layer.fresh(
        SigningKeys.layer.pipe(
          Layer.provide([Sql.layer, Vault.layer]),
          Layer.provide(
            testConfig({
              set: [`database.url=sqlite:${folder}/siku.db`],
              environment: { SIKU_SECURITY_ENCRYPTION_KEY: encryptionKey }
            })
          ),
          Layer.provide(NodeServices.layer)
        )
      )
    ),
    (context) => Context.get(context, SigningKeys)
  )

const ids = (keys: SigningKeys["Service"]) => Effect.map(keys.all, (all) => all.map(({ id }) => id))

describe("the signing keys", () => {
  it.effect(
    "are made at the first use, once, with the private half sealed",
    withTokens(() =>
      Effect.gen(function* () {
        const keys = yield* SigningKeys
        assert.deepStrictEqual(yield* keys.all, [])
        const made = yield* Effect.all([keys.current, keys.current, keys.current], { concurrency: "unbounded" })
        assert.strictEqual(new Set(made.map(({ id }) => id)).size, 1)
        const rows = yield* stored
        assert.strictEqual(rows.length, 1)
        assert.match(String(rows[0]?.["private_key"]), /^v1\./)
        assert.deepStrictEqual(JSON.parse(String(rows[0]?.["public_key"])), made[0]?.publicJwk)
        assert.hasAllKeys(made[0]?.publicJwk, ["kty", "crv", "x"])
      })
    )
  )

  it.effect(
    "change every 90 days, and what the one before signed stays valid until it is over",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const keys = yield* SigningKeys
        const tokens = yield* AccessTokens
        const first = yield* keys.current
        yield* TestClock.adjust(Duration.subtract(signingPeriod, Duration.millis(1)))
        const last = (yield* logIn(ann)).token
        assert.strictEqual((yield* keys.current).id, first.id)
        yield* TestClock.adjust("1 millis")
        const second = yield* keys.current
        assert.notStrictEqual(second.id, first.id)
        assert.strictEqual((yield* keys.current).id, second.id)
        assert.strictEqual(yield* whyNot(tokens.identify(last)), "accepted")
        assert.isDefined(yield* keys.find(first.id))
        yield* TestClock.adjust(longestTokenLife)
        assert.isDefined(yield* keys.find(first.id))
        yield* TestClock.adjust("5 minutes")
        assert.isUndefined(yield* keys.find(first.id))
        assert.deepStrictEqual(yield* ids(keys), [second.id])
      })
    )
  )

  it.effect(
    "change on demand, and the retired are deleted",
    withTokens(({ ann }) =>
      Effect.gen(function* () {
        yield* TestClock.setTime(start)
        const keys = yield* SigningKeys
        const before = (yield* logIn(ann)).token
        const first = yield* keys.current
        const second = yield* keys.rotate
        assert.notStrictEqual(second.id, first.id)
        assert.strictEqual((yield* keys.current).id, second.id)
        const tokens = yield* AccessTokens
        assert.strictEqual(yield* whyNot(tokens.identify(before)), "accepted")
        assert.strictEqual(yield* whyNot(tokens.identify((yield* logIn(ann)).token)), "accepted")
        assert.strictEqual((yield* stored).length, 2)
        yield* TestClock.adjust(Duration.sum(overlap, Duration.minutes(1)))
        yield* forgetOldTokens()
        assert.deepStrictEqual(
          (yield* stored).map(({ id }) => id),
          [second.id]
        )
      })
    )
  )

  it.effect("are the same in every process of one database, also when all are made at the same time", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const all = yield* Effect.replicateEffect(processIn(folder), 4)
      const made = yield* Effect.forEach(all, (keys) => keys.current, { concurrency: "unbounded" })
      assert.strictEqual(new Set(made.map(({ id }) => id)).size, 1)
      yield* TestClock.adjust("5 seconds")
      for (const keys of all) assert.strictEqual((yield* keys.all).length, 1)
    })
  )

  it.effect("that another process makes are known within five seconds, and signed with within a minute", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const [one, two] = [yield* processIn(folder), yield* processIn(folder)]
      const first = yield* one.current
      assert.strictEqual((yield* two.current).id, first.id)
      const second = yield* one.rotate
      assert.isUndefined(yield* two.find(second.id))
      yield* TestClock.adjust("5 seconds")
      assert.strictEqual((yield* two.find(second.id))?.id, second.id)
      yield* TestClock.adjust("1 minute")
      assert.strictEqual((yield* two.current).id, second.id)
      assert.isDefined(yield* two.find(first.id))
    })
  )

  it.effect("stored with another encryption key count for nothing, with one warning, and a new one is made", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      const first = yield* Effect.flatMap(processIn(folder), (keys) => keys.current)
      const logged: Array<string> = []
      const other = yield* processIn(folder, "another encryption key, which is long enough")
      const second = yield* Effect.gen(function* () {
        const made = yield* other.current
        yield* TestClock.adjust("2 minutes")
        assert.strictEqual((yield* other.current).id, made.id)
        return made
      }).pipe(
        Effect.provideService(References.MinimumLogLevel, "All"),
        Effect.provide(Logger.layer([Logger.make(({ message }) => void logged.push(String(message)))]))
      )
      assert.notStrictEqual(second.id, first.id)
      assert.isUndefined(yield* other.find(first.id))
      assert.strictEqual(logged.length, 1)
      assert.match(logged.join(), new RegExp(`${first.id}.*another encryption key.*SIKU_SECURITY_ENCRYPTION_KEY`))
      // With the first one's encryption key back, its tokens count again, and nobody's key is retired by the other.
      const back = yield* processIn(folder)
      assert.strictEqual((yield* back.current).id, first.id)
    })
  )

  it.effect("cannot be put into the database by who has not the encryption key", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const keys = yield* SigningKeys
      const real = yield* keys.current
      yield* sql`
        INSERT INTO signing_keys SELECT 'sig_00000000-0000-7000-8000-000000000001', algorithm, public_key, private_key, created_at + 1, NULL
        FROM signing_keys`
      yield* TestClock.adjust("2 minutes")
      assert.deepStrictEqual(yield* ids(keys), [real.id])
      assert.strictEqual((yield* keys.current).id, real.id)
    }).pipe(
      Effect.provide(
        SigningKeys.layer.pipe(
          Layer.provideMerge(Layer.mergeAll(Sql.layer, Vault.layer)),
          Layer.provide(testConfig({})),
          Layer.provide(NodeServices.layer)
        )
      )
    )
  )

  it.effect(
    "are looked for at most every five seconds, whoever makes up ids",
    withTokens(() =>
      Effect.gen(function* () {
        const keys = yield* SigningKeys
        const { id } = yield* keys.current
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP TABLE signing_keys`)
        assert.isUndefined(yield* keys.find(madeUp(id)))
        yield* TestClock.adjust("10 seconds")
        assert.isUndefined(yield* keys.find(madeUp(id)))
        assert.strictEqual((yield* keys.find(id))?.id, id)
      })
    )
  )

  it.effect(
    "cannot be had without a database when none is known",
    withTokens(() =>
      Effect.gen(function* () {
        const keys = yield* SigningKeys
        yield* Effect.flatMap(SqlClient.SqlClient, (sql) => sql`DROP TABLE signing_keys`)
        assert.strictEqual(yield* whyNot(keys.current), "IdentityUnavailable")
        assert.strictEqual(yield* whyNot(keys.rotate), "IdentityUnavailable")
        assert.strictEqual(yield* whyNot(keys.all), "IdentityUnavailable")
      })
    )
  )
})

const madeUp = (id: KeyId): KeyId => KeyId.make(`${id.slice(0, -4)}ffff`)
