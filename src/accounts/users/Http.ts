import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { Admission } from "../../platform/Admission.ts"
import { CurrentUser } from "../../platform/Caller.ts"
import { page } from "../page.ts"
import { aUser, mayManageAll } from "../policies.ts"
import { emailTaken, invalid, notAllowed, notFound, passwordsBusy, slowDown } from "../problems.ts"
import { UserAdmin } from "./UserAdmin.ts"
import { viewOf } from "./view.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "users",
  Effect.fnUntraced(function* (handlers) {
    const admin = yield* UserAdmin
    const admission = yield* Admission
    const asAdmin = Effect.catchTags(mayManageAll, { NotAllowed: notAllowed })
    const me = Effect.catchTags(aUser, { NotAllowed: notAllowed })

    return handlers
      .handle("listUsers", ({ query: { last_id, limit } }) =>
        asAdmin.pipe(
          Effect.andThen(page(limit, (limit) => admin.list({ before: last_id, limit }))),
          Effect.map(({ next, shown }) => ({ users: shown.map(viewOf), next }))
        )
      )
      .handle("createUser", ({ payload: { admin: isAdmin = false, age = null, ...fields } }) =>
        asAdmin.pipe(
          Effect.andThen(admin.create({ ...fields, age, admin: isAdmin })),
          Effect.map(({ accountId, user }) => ({ ...viewOf(user), account_id: accountId })),
          Effect.catchTags({ EmailTaken: emailTaken, PasswordsBusy: passwordsBusy })
        )
      )
      .handle("readMe", () =>
        me.pipe(Effect.flatMap(admin.read), Effect.map(viewOf), Effect.catchTags({ NotFound: notFound }))
      )
      .handle(
        "changeMe",
        Effect.fnUntraced(
          function* ({ payload: { age, name, old_password, password }, request }) {
            const id = yield* me
            if (password === undefined) return viewOf(yield* admin.change(id, { age, name }))
            if (old_password === undefined) {
              return yield* invalid("old_password", "is needed to set another password")
            }
            const { address } = admission.originOf(request)
            return viewOf(yield* admin.changeOwn(id, { age, name, password }, { password: old_password, address }))
          },
          Effect.catchTags({
            NotFound: notFound,
            PasswordsBusy: passwordsBusy,
            SlowDown: slowDown,
            WrongPassword: () => invalid("old_password", "is not your password"),
            // Nothing here changes the address.
            EmailTaken: Effect.die
          })
        )
      )
      .handle(
        "readUser",
        Effect.fnUntraced(
          function* ({ params: { user_id } }) {
            const { kind, userId } = yield* CurrentUser
            if (kind !== "user" || userId !== user_id) yield* asAdmin
            return viewOf(yield* admin.read(user_id))
          },
          Effect.catchTags({ NotFound: notFound })
        )
      )
      .handle("changeUser", ({ params: { user_id }, payload }) =>
        asAdmin.pipe(
          Effect.andThen(admin.change(user_id, payload)),
          Effect.map(viewOf),
          Effect.catchTags({ NotFound: notFound, EmailTaken: emailTaken, PasswordsBusy: passwordsBusy })
        )
      )
      .handle("deactivateUser", ({ params: { user_id } }) =>
        asAdmin.pipe(
          Effect.andThen(admin.change(user_id, { active: false })),
          Effect.asVoid,
          // Neither address nor password changes.
          Effect.catchTags({ NotFound: notFound, EmailTaken: Effect.die, PasswordsBusy: Effect.die })
        )
      )
  })
)
