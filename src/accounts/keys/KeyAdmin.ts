import { Clock, Context, Effect, Layer, Redacted } from "effect"
import type { SqlClient } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { CurrentUser, type Scope } from "../../platform/Caller.ts"
import type { Durability } from "../../platform/Durability.ts"
import type { AccountId } from "../AccountId.ts"
import { makeAccountRows } from "../accounts/accountRows.ts"
import { ApiKeyId } from "../ApiKeyId.ts"
import { AuditLog } from "../AuditLog.ts"
import { makeChange } from "../changeIdentity.ts"
import { NotFound } from "../errors.ts"
import type { IdentityVersion } from "../IdentityVersion.ts"
import { UserId } from "../UserId.ts"
import { ApiKey } from "./ApiKey.ts"
import { HashSecret } from "./HashSecret.ts"
import { type KeyRow, type KeysOf, makeKeyRows } from "./keyRows.ts"
import { keyHash, newKeyText, shownPart } from "./keyText.ts"

/** What a key is to be; a limit of null is as the settings say, 0 none. */
export interface KeyGrant {
  readonly name: string
  readonly scopes: ReadonlyArray<Scope>
  readonly models: ReadonlyArray<string> | null
  readonly perMinute: number | null
  readonly perHour: number | null
  readonly concurrency: number | null
  /** Milliseconds since 1970. */
  readonly expiresAt: number | null
}

/** What is left out stays as it is. */
export type KeyChange = { readonly [Name in keyof KeyGrant]?: KeyGrant[Name] | undefined }

/**
 * The management of keys. `of` says among which keys one is looked for; there it is found also when it is revoked or expired, but nowhere
 * else.
 */
export class KeyAdmin extends Context.Service<
  KeyAdmin,
  {
    /** Makes a key of an account, or of the house (null), for whoever asks; `secret` is the key, which nobody can read again. */
    readonly create: (
      accountId: AccountId | null,
      grant: KeyGrant
    ) => Effect.Effect<{ readonly key: ApiKey; readonly secret: Redacted.Redacted }, NotFound>
    /** The newest first, those made before `before`. */
    readonly list: (
      of: KeysOf,
      page: { readonly before: ApiKeyId | undefined; readonly limit: number }
    ) => Effect.Effect<ReadonlyArray<ApiKey>>
    readonly read: (id: ApiKeyId, of: KeysOf) => Effect.Effect<ApiKey, NotFound>
    /** Those, at most two, with this id or this beginning. */
    readonly named: (text: string) => Effect.Effect<ReadonlyArray<ApiKey>>
    readonly change: (id: ApiKeyId, of: KeysOf, change: KeyChange) => Effect.Effect<ApiKey, NotFound>
    /** Ends a key for good; one that is revoked already stays as it is. */
    readonly revoke: (id: ApiKeyId, of: KeysOf) => Effect.Effect<ApiKey, NotFound>
  }
>()("siku/accounts/keys/KeyAdmin") {
  static readonly layer: Layer.Layer<
    KeyAdmin,
    never,
    AuditLog | Durability | HashSecret | IdentityVersion | SqlClient.SqlClient
  > = Layer.effect(
    KeyAdmin,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const audit = yield* AuditLog
  const secret = yield* HashSecret
  const change = yield* makeChange
  const rows = yield* makeKeyRows
  const accounts = yield* makeAccountRows

  const rowOf = Effect.fnUntraced(function* (id: ApiKeyId, of: KeysOf) {
    return (yield* Effect.orDie(rows.find(id, of))) ?? (yield* new NotFound({ what: "key", id }))
  })

  const create = Effect.fn("KeyAdmin.create")(function* (accountId: AccountId | null, grant: KeyGrant) {
    const { scopes, userId } = yield* CurrentUser
    const text = newKeyText()
    const row: KeyRow = {
      id: ApiKeyId.make(`key_${sortableUuid()}`),
      account_id: accountId,
      user_id: userId === null ? null : UserId.make(userId),
      prefix: shownPart(text),
      hash: keyHash(text, secret),
      ...columnsOf(grant),
      limits_granted: scopes.has("admin"),
      revoked_at: null,
      last_used_at: null,
      created_at: yield* Clock.currentTimeMillis
    }
    yield* change(
      Effect.gen(function* () {
        if (accountId !== null && (yield* Effect.orDie(accounts.byId(accountId))) === undefined) {
          return yield* new NotFound({ what: "account", id: accountId })
        }
        yield* Effect.orDie(rows.insert(row))
        yield* audit.append({ action: "key.create", target: row.id, accountId, detail: detailOf(row) })
      })
    )
    return { key: ApiKey.fromRow(row), secret: Redacted.make(text, { label: "api key" }) }
  })

  const replace = Effect.fnUntraced(function* (
    action: string,
    id: ApiKeyId,
    of: KeysOf,
    next: (row: KeyRow) => KeyRow
  ) {
    return yield* change(
      Effect.gen(function* () {
        const before = yield* rowOf(id, of)
        const after = next(before)
        if (after !== before) {
          yield* Effect.orDie(rows.replace(after))
          yield* audit.append({ action, target: id, accountId: after.account_id, detail: detailOf(after) })
        }
        return ApiKey.fromRow(after)
      })
    )
  })

  return KeyAdmin.of({
    create,
    list: (of, { before, limit }) =>
      rows.page(of, before, limit).pipe(
        Effect.map((found) => found.map(ApiKey.fromRow)),
        Effect.orDie
      ),
    read: (id, of) => Effect.map(rowOf(id, of), ApiKey.fromRow),
    named: (text) =>
      rows.named(text).pipe(
        Effect.map((found) => found.map(ApiKey.fromRow)),
        Effect.orDie
      ),
    change: Effect.fn("KeyAdmin.change")(function* (id, of, fields) {
      const { scopes } = yield* CurrentUser
      const setsLimits = [fields.perMinute, fields.perHour, fields.concurrency].some((limit) => limit !== undefined)
      return yield* replace("key.change", id, of, (row) => ({
        ...row,
        ...columnsOf({ ...grantOf(row), ...defined(fields) }),
        limits_granted: setsLimits ? scopes.has("admin") : row.limits_granted
      }))
    }),
    revoke: Effect.fn("KeyAdmin.revoke")((id, of) =>
      Effect.flatMap(Clock.currentTimeMillis, (now) =>
        replace("key.revoke", id, of, (row) => (row.revoked_at === null ? { ...row, revoked_at: now } : row))
      )
    )
  })
})

const columnsOf = ({ concurrency, expiresAt, models, name, perHour, perMinute, scopes }: KeyGrant) => ({
  name,
  scopes: [...new Set(scopes)],
  models: models === null ? null : [...new Set(models)],
  per_minute: perMinute,
  per_hour: perHour,
  concurrency,
  expires_at: expiresAt
})

const grantOf = (row: KeyRow): KeyGrant => ({
  name: row.name,
  scopes: row.scopes,
  models: row.models,
  perMinute: row.per_minute,
  perHour: row.per_hour,
  concurrency: row.concurrency,
  expiresAt: row.expires_at
})

/** What of a change was said: a field that is undefined was not. */
const defined = ({ concurrency, expiresAt, models, name, perHour, perMinute, scopes }: KeyChange) => ({
  ...(name === undefined ? {} : { name }),
  ...(scopes === undefined ? {} : { scopes }),
  ...(models === undefined ? {} : { models }),
  ...(perMinute === undefined ? {} : { perMinute }),
  ...(perHour === undefined ? {} : { perHour }),
  ...(concurrency === undefined ? {} : { concurrency }),
  ...(expiresAt === undefined ? {} : { expiresAt })
})

const detailOf = (row: KeyRow) => ({ prefix: row.prefix, ...grantOf(row) })
