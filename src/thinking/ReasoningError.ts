import { Schema } from "effect"
import { ProviderErrorReason } from "../providers/ProviderError.ts"

/** No provider is set up for a role that the run needs, or none of the name that was asked for. */
export class NoModel extends Schema.TaggedError<NoModel>()("NoModel", { role: Schema.String, detail: Schema.String }) {}
/** Nothing came of any thread, nor of a plain call in their place: the failure of the last model asked. */
export class ModelsFailed extends Schema.TaggedError<ModelsFailed>()("ModelsFailed", {
  provider: Schema.String,
  model: Schema.String,
  reason: ProviderErrorReason
}) {}
/** The budget ended before there was anything to answer with. */
export class BudgetExhausted extends Schema.TaggedError<BudgetExhausted>()("BudgetExhausted", {
  what: Schema.Literals(["calls", "tokens", "cost", "deadline"])
}) {}
/** The budget is in money, and what the models of a role cost is not known. */
export class NoPrice extends Schema.TaggedError<NoPrice>()("NoPrice", { role: Schema.String }) {}
/** The process ended under a run that nobody can take up again. */
export class RunLost extends Schema.TaggedError<RunLost>()("RunLost", { detail: Schema.String }) {}

export const ReasoningErrorReason = Schema.Union([NoModel, ModelsFailed, BudgetExhausted, NoPrice, RunLost])
export type ReasoningErrorReason = typeof ReasoningErrorReason.Type

/** A run that ends without an answer. Its last event is `RunFailed`. */
export class ReasoningError extends Schema.TaggedError<ReasoningError>()("ReasoningError", {
  reason: ReasoningErrorReason
}) {
  override get message(): string {
    const { reason } = this
    switch (reason._tag) {
      case "NoModel":
      case "RunLost":
        return reason.detail
      case "ModelsFailed":
        return `no model answered; ${reason.provider}/${reason.model}: ${reason.reason._tag}: ${reason.reason.detail}`
      case "BudgetExhausted":
        return `the budget (${reason.what}) ended before there was an answer`
      case "NoPrice":
        return `a budget in money needs the prices of the models of the role ${reason.role} (ai.providers.<id>.prices)`
    }
  }
}
