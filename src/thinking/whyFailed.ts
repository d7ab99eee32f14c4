import { Malformed } from "../providers/ProviderError.ts"
import type { AskFailedReason } from "./AskFailed.ts"
import { BudgetExhausted, ModelsFailed, NoModel, NoPrice, type ReasoningErrorReason } from "./ReasoningError.ts"
import type { RunFailed } from "./ThoughtEvent.ts"

/** What a run fails with when the last that it could ask failed, and how its log names that. */
export const whyFailed = (
  reason: AskFailedReason
): { readonly reason: ReasoningErrorReason; readonly logged: (typeof RunFailed.Type)["reason"] } => {
  switch (reason._tag) {
    case "NoModel":
      return {
        reason: new NoModel({
          role: reason.role,
          detail: "No AI provider is set up. Set the key of one, such as DEEPSEEK_API_KEY, and start Siku again."
        }),
        logged: "no_model"
      }
    case "NoPrice":
      return { reason: new NoPrice({ role: reason.role }), logged: "budget" }
    case "OutOfBudget":
      return { reason: new BudgetExhausted({ what: reason.what }), logged: "budget" }
    case "ModelFailed": {
      const { model, provider, reason: why } = reason.error
      return { reason: new ModelsFailed({ provider, model, reason: why }), logged: "models_failed" }
    }
    case "Unreadable":
      return {
        reason: new ModelsFailed({
          provider: "",
          model: "",
          reason: new Malformed({ detail: "the reply does not say what was asked for" })
        }),
        logged: "models_failed"
      }
  }
}
