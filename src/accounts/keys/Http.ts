import { Effect, Redacted } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import type { AccountId } from "../AccountId.ts"
import type { ApiKeyId } from "../ApiKeyId.ts"
import { page } from "../page.ts"
import { mayManageAll, Policies } from "../policies.ts"
import { notAllowed, notFound } from "../problems.ts"
import type { KeyChange as KeyChangeBody, NewKey } from "./Api.ts"
import { KeyAdmin, type KeyChange, type KeyGrant } from "./KeyAdmin.ts"
import type { KeysOf } from "./keyRows.ts"
import { viewOf } from "./view.ts"

const house = { accountId: null }

export const layer = HttpApiBuilder.group(
  Api,
  "keys",
  Effect.fnUntraced(function* (handlers) {
    const admin = yield* KeyAdmin
    const policies = yield* Policies

    const list = (of: KeysOf, last_id: ApiKeyId | undefined, limit: number | undefined) =>
      Effect.map(
        page(limit, (limit) => admin.list(of, { before: last_id, limit })),
        ({ next, shown }) => ({ keys: shown.map(viewOf), next })
      )
    const create = Effect.fnUntraced(function* (accountId: AccountId | null, payload: typeof NewKey.Type) {
      const grant = grantOf(payload)
      yield* policies.mayGrant(grant)
      const { key, secret } = yield* admin.create(accountId, grant)
      return { ...viewOf(key), key: Redacted.value(secret) }
    })
    const change = Effect.fnUntraced(function* (id: ApiKeyId, of: KeysOf, payload: typeof KeyChangeBody.Type) {
      const fields = changeOf(payload)
      // Also a key that is there already is nobody's to change who may less than it does.
      const { models, scopes } = yield* admin.read(id, of)
      yield* policies.mayGrant({
        ...fields,
        scopes: fields.scopes ?? scopes,
        models: fields.models === undefined ? models : fields.models
      })
      return viewOf(yield* admin.change(id, of, fields))
    })

    return handlers
      .handle("listAccountKeys", ({ params: { account_id }, query: { last_id, limit } }) =>
        policies.mayUseKeys(account_id).pipe(
          Effect.flatMap((of) => list(of, last_id, limit)),
          Effect.catchTags({ NotFound: notFound })
        )
      )
      .handle("createAccountKey", ({ params: { account_id }, payload }) =>
        policies
          .mayUseKeys(account_id)
          .pipe(
            Effect.andThen(create(account_id, payload)),
            Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
          )
      )
      .handle("readAccountKey", ({ params: { account_id, key_id } }) =>
        policies.mayUseKeys(account_id).pipe(
          Effect.flatMap((of) => admin.read(key_id, of)),
          Effect.map(viewOf),
          Effect.catchTags({ NotFound: notFound })
        )
      )
      .handle("changeAccountKey", ({ params: { account_id, key_id }, payload }) =>
        policies.mayUseKeys(account_id).pipe(
          Effect.flatMap((of) => change(key_id, of, payload)),
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
      .handle("revokeAccountKey", ({ params: { account_id, key_id } }) =>
        policies.mayUseKeys(account_id).pipe(
          Effect.flatMap((of) => admin.revoke(key_id, of)),
          Effect.asVoid,
          Effect.catchTags({ NotFound: notFound })
        )
      )
      .handle("listKeys", ({ query: { last_id, limit } }) =>
        mayManageAll.pipe(Effect.andThen(list(house, last_id, limit)), Effect.catchTags({ NotAllowed: notAllowed }))
      )
      .handle("createKey", ({ payload }) =>
        mayManageAll.pipe(
          Effect.andThen(create(null, payload)),
          // A key of the house needs no account.
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: Effect.die })
        )
      )
      .handle("readKey", ({ params: { key_id } }) =>
        mayManageAll.pipe(
          Effect.andThen(admin.read(key_id, house)),
          Effect.map(viewOf),
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
      .handle("changeKey", ({ params: { key_id }, payload }) =>
        mayManageAll.pipe(
          Effect.andThen(change(key_id, house, payload)),
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
      .handle("revokeKey", ({ params: { key_id } }) =>
        mayManageAll.pipe(
          Effect.andThen(admin.revoke(key_id, house)),
          Effect.asVoid,
          Effect.catchTags({ NotAllowed: notAllowed, NotFound: notFound })
        )
      )
  })
)

const changeOf = (body: typeof KeyChangeBody.Type): KeyChange => ({
  name: body.name,
  scopes: body.scopes,
  models: body.models,
  perMinute: body.per_minute,
  perHour: body.per_hour,
  concurrency: body.concurrency,
  expiresAt: body.expires_at
})

const grantOf = (body: typeof NewKey.Type): KeyGrant => ({
  name: body.name,
  scopes: body.scopes,
  models: body.models ?? null,
  perMinute: body.per_minute ?? null,
  perHour: body.per_hour ?? null,
  concurrency: body.concurrency ?? null,
  expiresAt: body.expires_at ?? null
})
