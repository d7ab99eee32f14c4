import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import type { Caller } from "../platform/Caller.ts"
import { steadyNow } from "../platform/steadyTime.ts"
import { ApiKeyId } from "./ApiKeyId.ts"
import { makeMemory } from "./IdentityMemory.ts"
import type { IdentityVersion } from "./IdentityVersion.ts"
import { makeKeyRows } from "./keys/keyRows.ts"
import { type KnownKey, knownKey } from "./keys/KnownKey.ts"
import { UserId } from "./UserId.ts"
import { Users } from "./Users.ts"
import type { WhyClosed } from "./WhyClosed.ts"

/** Who asked for something that goes on, and whose account it is. */
export type Owner = Pick<Caller, "accountId" | "keyId" | "userId">

const mostRemembered = 10_000

/**
 * Whether who asked for something may still have it done. What this process changes is seen at once, what another one does within
 * five seconds. Only what is known to be closed is: while the database does not answer, work goes on.
 */
export class Standing extends Context.Service<
  Standing,
  { readonly whyClosed: (owner: Owner) => Effect.Effect<WhyClosed | undefined> }
>()("siku/accounts/Standing") {
  static readonly layer: Layer.Layer<Standing, never, IdentityVersion | SqlClient.SqlClient | Users> = Layer.effect(
    Standing,
    Effect.suspend(() => make)
  )
}

const isKeyId = Schema.is(ApiKeyId)
const isUserId = Schema.is(UserId)

const make = Effect.gen(function* () {
  const users = yield* Users
  const rows = yield* makeKeyRows
  const memory = yield* makeMemory<KnownKey>(mostRemembered)

  const keyOf = Effect.fnUntraced(function* (id: ApiKeyId) {
    const known = memory.get(id, yield* steadyNow)
    if (known !== undefined) return known
    const read = Effect.map(rows.known(id), (row) => (row === undefined ? undefined : knownKey(row)))
    return yield* Effect.orElseSucceed(memory.read(id, read), () => undefined)
  })

  const ofKey = Effect.fnUntraced(function* (id: ApiKeyId) {
    const known = yield* keyOf(id)
    if (known === undefined) return undefined
    if (known.isRevoked || (yield* Clock.currentTimeMillis) >= known.expiresAt) return "key_closed"
    return known.isInactive ? "inactive" : undefined
  })

  const ofUser = Effect.fnUntraced(function* (id: UserId, accountId: string | null) {
    const known = yield* Effect.orElseSucceed(users.find(id), () => undefined)
    if (known === undefined) return undefined
    const { accounts, user } = known
    const isMember = accountId === null ? user.admin : accounts.some((account) => account === accountId)
    return user.active && isMember ? undefined : "inactive"
  })

  return Standing.of({
    whyClosed: ({ accountId, keyId, userId }) =>
      keyId !== null
        ? isKeyId(keyId)
          ? ofKey(keyId)
          : Effect.undefined
        : userId !== null && isUserId(userId)
          ? ofUser(userId, accountId)
          : Effect.undefined
  })
})
