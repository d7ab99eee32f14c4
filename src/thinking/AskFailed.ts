import { Data } from "effect"
import type { ProviderError } from "../providers/ProviderError.ts"
import type { BudgetKind } from "./Budget.ts"

/** Why there is no reply to what a part of a run asked: what is left in the run's log says the same. */
export type AskFailedReason =
  | { readonly _tag: "ModelFailed"; readonly error: ProviderError }
  /** The reply is none: nothing of what was asked for can be read in it. */
  | { readonly _tag: "Unreadable" }
  | { readonly _tag: "OutOfBudget"; readonly what: BudgetKind }
  /** A budget in money holds, and what the role's models cost is not known. */
  | { readonly _tag: "NoPrice"; readonly role: string }
  | { readonly _tag: "NoModel"; readonly role: string }

export class AskFailed extends Data.TaggedError("AskFailed")<{ readonly reason: AskFailedReason }> {}
