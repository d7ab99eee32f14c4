import { Effect, Option, Struct } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { CurrentUser } from "../../platform/Caller.ts"
import { AccountId } from "../AccountId.ts"
import { page } from "../page.ts"
import { aUser, mayManageAll, Policies } from "../policies.ts"
import { lastOwner, notAllowed, notFound } from "../problems.ts"
import { type Account, AccountAdmin } from "./AccountAdmin.ts"
import type { AccountView } from "./Api.ts"
import { Members } from "./Members.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "accounts",
  Effect.fnUntraced(function* (handlers) {
    const admin = yield* AccountAdmin
    const members = yield* Members
    const policies = yield* Policies

    return handlers
      .handle(
        "listAccounts",
        Effect.fnUntraced(function* ({ query: { last_id, limit } }) {
          const { accountId, scopes } = yield* CurrentUser
          const user = yield* Effect.option(aUser)
          if (!scopes.has("admin") && Option.isNone(user)) {
            const own = accountId === null ? [] : [viewOf(yield* Effect.orDie(admin.read(AccountId.make(accountId))))]
            return { accounts: own, next: null }
          }
          const member = scopes.has("admin") ? undefined : Option.getOrUndefined(user)
          const { next, shown } = yield* page(limit, (limit) => admin.list({ before: last_id, limit, member }))
          return { accounts: shown.map(viewOf), next }
        })
      )
      .handle("createAccount", ({ payload: { name, owner, prepaid = false } }) =>
        mayManageAll.pipe(
          Effect.andThen(admin.create({ name, owner, prepaid })),
          Effect.map(viewOf),
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
      .handle("readAccount", ({ params: { account_id } }) =>
        policies
          .mayReadAccount(account_id)
          .pipe(Effect.andThen(admin.read(account_id)), Effect.map(viewOf), Effect.catchTags({ NotFound: notFound }))
      )
      .handle(
        "changeAccount",
        Effect.fnUntraced(
          function* ({ params: { account_id }, payload }) {
            yield* policies.mayManageAccount(account_id)
            // Who could lift their own limit, or come back after being shut out, would have neither.
            if (payload.active !== undefined || payload.prepaid !== undefined) yield* mayManageAll
            return viewOf(yield* admin.change(account_id, payload))
          },
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
      .handle("listMembers", ({ params: { account_id }, query: { last_id, limit } }) =>
        policies.mayReadMembers(account_id).pipe(
          // Also where the account is none at all.
          Effect.andThen(admin.read(account_id)),
          Effect.andThen(
            page(limit, (limit) =>
              Effect.map(members.list(account_id, { before: last_id, limit }), (rows) =>
                rows.map((row) => ({ ...row, id: row.user_id }))
              )
            )
          ),
          Effect.map(({ next, shown }) => ({ members: shown.map((member) => Struct.omit(member, ["id"])), next })),
          Effect.catchTags({ NotFound: notFound })
        )
      )
      .handle("putMember", ({ params: { account_id, user_id }, payload: { role } }) =>
        policies
          .mayManageAccount(account_id)
          .pipe(
            Effect.andThen(members.put(account_id, user_id, role)),
            Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound, LastOwner: lastOwner })
          )
      )
      .handle("removeMember", ({ params: { account_id, user_id } }) =>
        policies
          .mayRemoveMember(account_id, user_id)
          .pipe(
            Effect.andThen(members.remove(account_id, user_id)),
            Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound, LastOwner: lastOwner })
          )
      )
  })
)

const viewOf = (account: Account): typeof AccountView.Type => ({
  id: account.id,
  name: account.name,
  active: account.active,
  prepaid: account.prepaid,
  balance: account.balance,
  held: account.held,
  created_at: account.createdAt,
  updated_at: account.updatedAt
})
