import { Clock, Context, Duration, Effect, Layer, Schema, Semaphore } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { type CryptoKey as Key, exportJWK, generateKeyPair, importJWK } from "jose"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { Durability } from "../../platform/Durability.ts"
import { Vault } from "../../platform/Vault.ts"
import { IdentityUnavailable } from "../Users.ts"
import { orUnavailable } from "./databaseDown.ts"
import { findKeys, insertKey, KeyId, PrivateJwk, PublicJwk, type SigningKeyRow } from "./signingKeyRows.ts"
import { longestTokenLife } from "./AccessClaims.ts"

/** A key pair of ours. */
export interface SigningKey {
  readonly id: KeyId
  readonly sign: Key
  readonly verify: Key
  readonly publicJwk: PublicJwk
  /** Milliseconds since 1970. */
  readonly createdAt: number
}

/**
 * The Ed25519 keys that sign access tokens. One is made at the first use and every 90 days; one that has been replaced still verifies until
 * the last token it can have signed is over. The private half is stored sealed, and the public half is taken from it: who can write to
 * the database but has not the vault's key cannot make tokens. Several processes on one database use the same keys.
 */
export class SigningKeys extends Context.Service<
  SigningKeys,
  {
    /** The key to sign with; makes one where there is none, or the newest is too old. */
    readonly current: Effect.Effect<SigningKey, IdentityUnavailable>
    /** The key of this id, while tokens of it count. Known ones are found without the database. */
    readonly find: (id: KeyId) => Effect.Effect<SigningKey | undefined, IdentityUnavailable>
    /** Every key by which a token may be verified now. */
    readonly all: Effect.Effect<ReadonlyArray<SigningKey>, IdentityUnavailable>
    /** Makes a new key now; other processes sign with it within a minute. */
    readonly rotate: Effect.Effect<SigningKey, IdentityUnavailable>
  }
>()("siku/accounts/tokens/SigningKeys") {
  static readonly layer: Layer.Layer<SigningKeys, never, SqlClient.SqlClient | Vault | Durability> = Layer.effect(
    SigningKeys,
    Effect.suspend(() => make)
  )
}

/** How long a key signs. */
export const signingPeriod = Duration.days(90)
/** How long others may go on signing with a key that has been replaced. */
const readEvery = Duration.toMillis("1 minute")
/** How often an id that nobody knows may send us to the database. */
const lookAgainAfter = Duration.toMillis("5 seconds")
/** How long a key that has been replaced still verifies: the longest life of a token, and what others need to see the new key. */
export const overlap = Duration.sum(longestTokenLife, Duration.minutes(5))

interface Known {
  readonly keys: ReadonlyMap<KeyId, SigningKey & { readonly retiredAt: number | null }>
  /** The ids of all keys of the database, which are more where some cannot be opened. */
  readonly seen: ReadonlyArray<KeyId>
  /** Milliseconds since 1970. */
  readonly readAt: number
}

const PrivateKeyText = Schema.fromJsonString(PrivateJwk)
const decodePrivate = Schema.decodeUnknownEffect(PrivateKeyText)
const encodePublic = Schema.encodeEffect(Schema.fromJsonString(PublicJwk))
const encodePrivate = Schema.encodeEffect(PrivateKeyText)
const Id = Schema.Struct({ id: KeyId })

const contextOf = (id: KeyId): string => `signing-key:${id}`

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const vault = yield* Vault
  const durability = yield* Durability
  const one = yield* Semaphore.make(1)
  const warned = new Set<KeyId>()
  let known: Known = { keys: new Map(), seen: [], readAt: Number.NEGATIVE_INFINITY }

  const rowsAt = findKeys(sql)
  const rowOf = SqlSchema.findAll({
    Request: KeyId,
    Result: Id,
    execute: (id) => sql`SELECT id FROM signing_keys WHERE id = ${id}`
  })

  const warn = Effect.fnUntraced(function* (id: KeyId) {
    if (warned.has(id)) return
    warned.add(id)
    yield* Effect.logWarning(
      `the signing key ${id} cannot be opened: it was stored with another encryption key. Tokens signed with it are not valid here, whoever holds one has to log in again. Bring back the encryption key it was stored with (encryption.key in the home folder, or SIKU_SECURITY_ENCRYPTION_KEY) to make them valid`
    )
  })

  const open = Effect.fnUntraced(function* ({ created_at: createdAt, id, private_key }: SigningKeyRow) {
    const opened = known.keys.get(id)
    if (opened !== undefined) return opened
    const jwk = yield* vault.open(private_key, contextOf(id)).pipe(
      Effect.flatMap((text) => Effect.orDie(decodePrivate(text))),
      Effect.catchTag("CannotOpen", () => Effect.as(warn(id), undefined))
    )
    return jwk === undefined ? undefined : yield* keyOf(id, jwk, createdAt)
  })

  const read = Effect.gen(function* () {
    const now = yield* Clock.currentTimeMillis
    const keys = new Map<KeyId, SigningKey & { readonly retiredAt: number | null }>()
    const rows = yield* orUnavailable(rowsAt(now))
    for (const row of rows) {
      const key = yield* open(row)
      if (key !== undefined) keys.set(row.id, { ...key, retiredAt: row.retired_at })
    }
    known = { keys, seen: rows.map(({ id }) => id), readAt: now }
    return known
  })

  /** What the database said at most so many milliseconds ago; when it does not answer, what it said last, if it ever did. */
  const readWithin = Effect.fnUntraced(function* (millis: number) {
    const now = yield* Clock.currentTimeMillis
    if (now - known.readAt < millis) return known
    if (known.keys.size === 0) return yield* read
    return yield* Effect.catchTag(read, "IdentityUnavailable", () =>
      // Not at once again for everybody who asks.
      Effect.sync(() => (known = { ...known, readAt: now }))
    )
  })

  const newest = ({ keys }: Known) => [...keys.values()].findLast(({ retiredAt }) => retiredAt === null)

  const store = Effect.fnUntraced(function* (key: SigningKey, jwk: PrivateJwk) {
    const row = {
      id: key.id,
      publicKey: yield* Effect.orDie(encodePublic(key.publicJwk)),
      privateKey: yield* vault.seal(yield* Effect.orDie(encodePrivate(jwk)), contextOf(key.id)),
      createdAt: key.createdAt
    }
    const replaced = [...known.keys.values()].filter(({ retiredAt }) => retiredAt === null).map(({ id }) => id)
    yield* Effect.gen(function* () {
      yield* insertKey(sql, row, known.seen)
      const stored = yield* rowOf(key.id)
      if (stored.length === 0 || replaced.length === 0) return
      yield* sql`
        UPDATE signing_keys SET retired_at = ${key.createdAt + Duration.toMillis(overlap)}
        WHERE retired_at IS NULL AND ${sql.in("id", replaced)}`
    }).pipe(sql.withTransaction, orUnavailable)
    yield* durability.flush
  })

  const add = Effect.gen(function* () {
    const before = yield* read
    const last = newest(before)
    const jwk = yield* newJwk
    const key = yield* keyOf(
      KeyId.make(`sig_${sortableUuid()}`),
      jwk,
      // After the one it replaces, whatever the clock did.
      Math.max(yield* Clock.currentTimeMillis, (last?.createdAt ?? 0) + 1)
    )
    yield* store(key, jwk)
    // Where another process was first, the key is that one's.
    const stored = newest(yield* read)
    return stored !== undefined && stored.id !== last?.id ? stored : yield* new IdentityUnavailable()
  }).pipe(Effect.retry({ times: 2 }))

  const usable = Effect.fnUntraced(function* (from: Known) {
    const key = newest(from)
    const age = (yield* Clock.currentTimeMillis) - (key?.createdAt ?? 0)
    return key !== undefined && age < Duration.toMillis(signingPeriod) ? key : undefined
  })

  const current = Effect.gen(function* () {
    const key = yield* usable(yield* readWithin(readEvery))
    return key ?? (yield* usable(yield* read)) ?? (yield* add)
  })

  return SigningKeys.of({
    current: one.withPermit(current),
    find: Effect.fnUntraced(function* (id) {
      const now = yield* Clock.currentTimeMillis
      const found = known.keys.get(id) ?? (yield* one.withPermit(readWithin(lookAgainAfter))).keys.get(id)
      return found !== undefined && (found.retiredAt === null || found.retiredAt > now) ? found : undefined
    }),
    all: Effect.map(one.withPermit(readWithin(lookAgainAfter)), ({ keys }) => [...keys.values()]),
    rotate: one.withPermit(add)
  })
})

const decodeJwk = Schema.decodeUnknownEffect(PrivateJwk)

const newJwk = Effect.gen(function* () {
  const { privateKey } = yield* Effect.promise(() => generateKeyPair("EdDSA", { crv: "Ed25519", extractable: true }))
  return yield* Effect.orDie(decodeJwk(yield* Effect.promise(() => exportJWK(privateKey))))
})

const keyOf = Effect.fnUntraced(function* (id: KeyId, { d, ...publicJwk }: PrivateJwk, createdAt: number) {
  const sign = yield* importKey({ ...publicJwk, d })
  return { id, sign, verify: yield* importKey(publicJwk), publicJwk, createdAt } satisfies SigningKey
})

const importKey = Effect.fnUntraced(function* (jwk: PublicJwk | PrivateJwk) {
  const key = yield* Effect.promise(() => importJWK(jwk, "EdDSA"))
  return key instanceof CryptoKey ? key : yield* Effect.die(new Error("an Ed25519 key became no CryptoKey"))
})
