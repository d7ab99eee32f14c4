import { Effect, Result, Schema } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { AuditLog } from "../../accounts/AuditLog.ts"
import { Api } from "../../Api.ts"
import { faultOf } from "../../platform/config/ConfigProblems.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { Catalog } from "../Catalog.ts"
import { remedyFor } from "../remedyFor.ts"
import type { BadProvider, ProviderConfigured, ProviderExists, ProviderNotReady, UnknownProvider } from "./errors.ts"
import { ProviderAdmin } from "./ProviderAdmin.ts"
import { viewAll } from "./view.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "providers",
  Effect.fnUntraced(function* (handlers) {
    const admin = yield* ProviderAdmin
    const audit = yield* AuditLog
    const noted = (verb: string, id: string, fields: object = {}) =>
      // which fields were set, not to what: a key may be among them
      audit.append({ action: `provider.${verb}`, target: id, detail: { fields: Object.keys(fields) } })
    const catalog = yield* Catalog
    const all = viewAll.pipe(Effect.provideService(ProviderAdmin, admin), Effect.provideService(Catalog, catalog))

    const read = Effect.fnUntraced(function* (id: string) {
      const found = (yield* all).providers.find((provider) => provider.id === id)
      return found ?? (yield* notFound({ id }))
    })

    return handlers
      .handle("listProviders", () => all)
      .handle("addProvider", ({ payload: { id, ...fields } }) =>
        admin
          .add(id, fields)
          .pipe(
            Effect.tap(noted("add", id, fields)),
            Effect.catchTags({ ProviderExists: exists, BadProvider: invalid }),
            Effect.andThen(Effect.orDie(read(id)))
          )
      )
      .handle("readProvider", ({ params }) => read(params.id))
      .handle("changeProvider", ({ params, payload }) =>
        admin
          .change(params.id, payload)
          .pipe(
            Effect.tap(noted("change", params.id, payload)),
            Effect.catchTags({ UnknownProvider: notFound, BadProvider: invalid }),
            Effect.andThen(read(params.id))
          )
      )
      .handle("removeProvider", ({ params }) =>
        admin
          .remove(params.id)
          .pipe(
            Effect.tap(noted("remove", params.id)),
            Effect.catchTags({ UnknownProvider: notFound, ProviderConfigured: configured, BadProvider: invalid })
          )
      )
      .handle("makeDefaultProvider", ({ params }) =>
        admin
          .makeDefault(params.id)
          .pipe(
            Effect.tap(noted("make_default", params.id)),
            Effect.catchTags({ UnknownProvider: notFound, ProviderNotReady: notReady, BadProvider: invalid }),
            Effect.andThen(read(params.id))
          )
      )
      .handle("testProvider", ({ params, query }) =>
        admin.test(params.id, query.model).pipe(
          Effect.map(({ elapsedMillis, model, result }) => ({
            ok: Result.isSuccess(result),
            model,
            elapsed_ms: elapsedMillis,
            text: Result.isSuccess(result) ? result.success.text : null,
            cost: Result.isSuccess(result) ? (result.success.receipt?.cost ?? null) : null,
            failure: Result.isSuccess(result)
              ? null
              : {
                  reason: result.failure.reason._tag,
                  detail: result.failure.reason.detail,
                  retryable: result.failure.retryable,
                  remedy: remedyFor(result.failure.reason)
                }
          })),
          Effect.catchTags({ UnknownProvider: notFound, ProviderNotReady: notReady })
        )
      )
  })
)

const isId = Schema.is(Schema.String.check(Schema.isPattern(/^[\w.-]{1,64}$/)))
const named = (id: string): string => (isId(id) ? id : "that id")

const notFound = ({ id }: Pick<UnknownProvider, "id">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new NotFoundProblem({ detail: `There is no provider ${named(id)}. See GET /api/v1/providers.`, request_id })
    )
  )

const conflict = (detail: string) =>
  Effect.flatMap(RequestId, (request_id) => Effect.fail(new ConflictProblem({ detail, request_id })))

const exists = ({ id }: ProviderExists) =>
  conflict(`There is a provider ${named(id)} already. Change it with PATCH /api/v1/providers/${named(id)}.`)

const configured = ({ id }: ProviderConfigured) =>
  conflict(`${id} stands in the configuration. Take it out there, or switch it off: PATCH {"enabled": false}.`)

const notReady = ({ id, state }: ProviderNotReady) =>
  conflict(
    {
      disabled: `${id} is switched off. Switch it on first: PATCH {"enabled": true}.`,
      without_key: `${id} has no key. Give it one first: PATCH {"api_key": "…"}.`,
      wrong: `The settings of ${id} cannot be used. GET /api/v1/providers/${id} says why.`
    }[state]
  )

const invalid = ({ problems }: BadProvider) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new InvalidProblem({
        detail: "The settings cannot be used; nothing was changed.",
        request_id,
        errors: problems.map((problem) => ({ path: problem.path, message: faultOf(problem) }))
      })
    )
  )
