import { Context, Effect, Layer } from "effect"
import type { SqlClient } from "effect/sql"
import { type Caller, CurrentUser, type Scope } from "../platform/Caller.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import type { AccountId } from "./AccountId.ts"
import { makeMemberRows, type Role } from "./accounts/memberRows.ts"
import { NotAllowed, NotFound } from "./errors.ts"
import { UserId } from "./UserId.ts"

/** Whether whoever asks (`CurrentUser`) may do something: succeeds with what they may, fails where they may not. */
export type Policy<A, E> = Effect.Effect<A, E>

/** What a key is to be allowed, as far as it is said; limits of null are as the settings say, 0 is none. */
export interface Grant {
  readonly scopes: ReadonlyArray<Scope>
  /** The models that may be named; null is all. */
  readonly models: ReadonlyArray<string> | null
  readonly perMinute?: number | null | undefined
  readonly perHour?: number | null | undefined
  readonly concurrency?: number | null | undefined
}

/**
 * Who may do what with users, accounts and keys. The scope admin may everything. A user that has logged in may what it is to an account;
 * a key may no more than read the account it belongs to, whoever made it. What somebody has no access to is not there for them.
 */
export class Policies extends Context.Service<
  Policies,
  {
    readonly mayReadAccount: (id: AccountId) => Policy<void, NotFound>
    /** Administrators and owners; members are told that it takes an owner, all others that there is no such account. */
    readonly mayManageAccount: (id: AccountId) => Policy<void, NotAllowed | NotFound>
    /** As `mayManageAccount`, and everybody may leave. */
    readonly mayRemoveMember: (id: AccountId, user: UserId) => Policy<void, NotAllowed | NotFound>
    /** Whose members may be seen: as `mayReadAccount`, but not by keys. */
    readonly mayReadMembers: (id: AccountId) => Policy<void, NotFound>
    /** Among which keys of an account one may look, make and change: all of them, or a member's own. */
    readonly mayUseKeys: (
      id: AccountId
    ) => Policy<{ readonly accountId: AccountId; readonly userId?: UserId | undefined }, NotFound>
    /**
     * Nobody gives a key more than they may themselves: no scope, no model and no limit above their own. Limits above those of the settings, as
     * they are then, are given by administrators.
     */
    readonly mayGrant: (grant: Grant) => Policy<void, NotAllowed>
  }
>()("siku/accounts/Policies") {
  static readonly layer: Layer.Layer<Policies, never, LiveSettings | SqlClient.SqlClient> = Layer.effect(
    Policies,
    Effect.suspend(() => make)
  )
}

/** Only with the scope admin. */
export const mayManageAll: Policy<void, NotAllowed> = Effect.flatMap(CurrentUser, (caller) =>
  isAdmin(caller) ? Effect.void : new NotAllowed({ needs: "the scope admin" })
)

/** The user who has logged in; a key is none. */
export const aUser: Policy<UserId, NotAllowed> = Effect.flatMap(CurrentUser, (caller) => {
  const id = userOf(caller)
  return id === undefined ? new NotAllowed({ needs: "a login" }) : Effect.succeed(id)
})

const isAdmin = (caller: Caller): boolean => caller.scopes.has("admin")
const userOf = ({ kind, userId }: Caller): UserId | undefined =>
  kind === "user" && userId !== null ? UserId.make(userId) : undefined

const make = Effect.gen(function* () {
  const members = yield* makeMemberRows
  const live = yield* LiveSettings

  /** What the user is to the account. */
  const roleIn = (id: AccountId, caller: Caller): Effect.Effect<Role | undefined> => {
    const user = userOf(caller)
    return user === undefined ? Effect.undefined : Effect.orDie(members.roleOf(id, user))
  }
  const noAccount = (id: AccountId) => new NotFound({ what: "account", id })

  const mayReadMembers = Effect.fnUntraced(function* (id: AccountId) {
    const caller = yield* CurrentUser
    if (!isAdmin(caller) && (yield* roleIn(id, caller)) === undefined) return yield* noAccount(id)
  })

  const mayManageAccount = Effect.fnUntraced(function* (id: AccountId) {
    const caller = yield* CurrentUser
    if (isAdmin(caller)) return
    const role = yield* roleIn(id, caller)
    if (role === undefined) return yield* noAccount(id)
    if (role !== "owner") return yield* new NotAllowed({ needs: "an owner of the account" })
  })

  return Policies.of({
    mayReadMembers,
    mayManageAccount,
    mayRemoveMember: (id, user) =>
      Effect.flatMap(CurrentUser, (caller) => (userOf(caller) === user ? mayReadMembers(id) : mayManageAccount(id))),
    mayReadAccount: (id) =>
      Effect.flatMap(CurrentUser, ({ accountId, kind }) =>
        kind === "key" && accountId === id ? Effect.void : mayReadMembers(id)
      ),
    mayUseKeys: Effect.fnUntraced(function* (id) {
      const caller = yield* CurrentUser
      if (isAdmin(caller)) return { accountId: id }
      const role = yield* roleIn(id, caller)
      if (role === undefined) return yield* noAccount(id)
      return { accountId: id, userId: role === "owner" ? undefined : userOf(caller) }
    }),
    mayGrant: Effect.fnUntraced(function* ({ models, scopes, ...limits }) {
      const caller = yield* CurrentUser
      const { rateLimit } = live.current
      const missing = scopes.find((scope) => !caller.scopes.has(scope))
      if (missing !== undefined) return yield* new NotAllowed({ needs: `the scope ${missing}` })
      const mayName = caller.models === null || models?.every((model) => caller.models?.includes(model)) === true
      if (!mayName) return yield* new NotAllowed({ needs: "a key that may name these models" })
      for (const name of limitNames) {
        const limit = limits[name]
        if (limit === undefined) continue
        const own = caller.limits[name]
        if (own !== undefined && isAbove(limit ?? rateLimit[name], own)) {
          return yield* new NotAllowed({ needs: "a key or login without lower limits of its own" })
        }
        if (!isAdmin(caller) && limit !== null && isAbove(limit, rateLimit[name])) {
          return yield* new NotAllowed({ needs: "the scope admin, for limits above the usual ones," })
        }
      }
    })
  })
})

const limitNames = ["perMinute", "perHour", "concurrency"] as const

// 0 is no limit.
const isAbove = (limit: number, other: number): boolean => other !== 0 && (limit === 0 || limit > other)
