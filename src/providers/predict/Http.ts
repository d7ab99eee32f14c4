import { DateTime, Effect, Option } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { type Caller, CurrentUser, mayName } from "../../platform/Caller.ts"
import {
  NotFoundProblem,
  PaymentRequiredProblem,
  UnavailableProblem,
  UpstreamProblem,
  UpstreamTimeoutProblem
} from "../../platform/Problems.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { Catalog } from "../Catalog.ts"
import { withDeadline } from "../policy/CallLimits.ts"
import type { ChatModel } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"
import { remedyFor } from "../remedyFor.ts"

export const layer = HttpApiBuilder.group(
  Api,
  "predict",
  Effect.fnUntraced(function* (handlers) {
    const live = yield* LiveSettings
    const catalog = yield* Catalog

    const modelNamed = (name: string) =>
      name === "default" ? catalog.forRole("predict") : catalog.find("predict", name)

    return handlers.handle(
      "predict",
      Effect.fnUntraced(function* ({ payload }) {
        const { max_tokens: maxTokens, model_name: name = "default", temperature, text } = payload
        const request_id = yield* RequestId
        const model = yield* modelNamed(name)
        if (Option.isNone(model)) return yield* noModel(name, request_id)
        if (!mayAsk(yield* CurrentUser, name, model.value)) return yield* notThere(request_id)
        const reply = yield* model.value
          .complete({
            messages: [{ role: "user", content: text }],
            ...(temperature === undefined ? {} : { temperature }),
            ...(maxTokens === undefined ? {} : { maxTokens })
          })
          .pipe(
            withDeadline(live.current.answering.limit),
            Effect.catchTag("ProviderError", (error) => Effect.fail(problemOf(error, request_id)))
          )
        return {
          success: true as const,
          data: {
            result: reply.text,
            tokens_used: reply.usage.promptTokens + reply.usage.completionTokens,
            model: `${reply.provider}/${reply.model}`,
            estimated: reply.usage.estimated,
            cost: reply.receipt?.cost ?? null,
            attempts: reply.receipt?.attempts ?? 1,
            call_id: reply.receipt?.callId ?? null
          },
          message: "ok",
          request_id,
          timestamp: DateTime.formatIso(yield* DateTime.now)
        }
      })
    )
  })
)

/** The default has a name of its own as well. */
const mayAsk = (caller: Caller, name: string, { model, provider }: ChatModel): boolean =>
  mayName(caller, name) || (name === "default" && mayName(caller, `${provider}/${model}`))

const noModel = (name: string, request_id: string) =>
  name === "default"
    ? new UnavailableProblem({
        detail: "No AI provider is set up. Set the key of one, such as DEEPSEEK_API_KEY, and start Siku again.",
        request_id
      })
    : notThere(request_id)

const notThere = (request_id: string) =>
  new NotFoundProblem({
    detail: 'There is no such model: give "default", "<provider>" or "<provider>/<model>" of a provider in use.',
    request_id
  })

const problemOf = (error: ProviderError, request_id: string) => {
  const { model, provider, reason, retryable } = error
  const said = { detail: `${reason.detail}. ${remedyFor(reason)}`, request_id }
  switch (reason._tag) {
    case "NoCredit":
    case "ModelNotPriced":
      return new PaymentRequiredProblem(said)
    case "CreditUnavailable":
      return new UnavailableProblem(said)
  }
  const fields = {
    ...said,
    provider,
    model,
    reason: reason._tag,
    retryable
  }
  return reason._tag === "Timeout" ? new UpstreamTimeoutProblem(fields) : new UpstreamProblem(fields)
}
