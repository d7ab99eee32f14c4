import { Context } from "effect"
import type { Caller } from "../../platform/Caller.ts"
import type { Usage } from "../ChatModel.ts"
import type { ProviderErrorReason } from "../ProviderError.ts"
import type { CostSource } from "./CostSource.ts"

/** `interrupted`: nobody wanted the reply any more. `defect`: a fault of ours. */
export type CallOutcome = "answered" | "interrupted" | "defect" | ProviderErrorReason["_tag"]

/** What one request to a platform came to. Times are milliseconds, costs micro-USD. */
export interface AttemptRecord {
  /** When it was sent, since 1970. */
  readonly at: number
  readonly provider: string
  readonly model: string
  /** Masked; `undefined` where the platform takes none. */
  readonly key: string | undefined
  readonly outcome: CallOutcome
  /** What the platform said, where it failed. */
  readonly detail: string | undefined
  readonly usage: Usage
  /** `undefined` where no price is known. */
  readonly cost: number | undefined
  /** `undefined` where there is no cost. */
  readonly costSource: CostSource | undefined
  /** What of it is taken off an account: never more than was held. `undefined` where nothing was. */
  readonly charged: number | undefined
  readonly elapsedMillis: number
  /** Until the reply began, if it did: a whole one with its headers, a streamed one with its first piece. */
  readonly firstByteMillis: number | undefined
}

/** Who asked; an account of `null` is the house. */
export type Payer = Pick<Caller, "accountId" | "userId" | "keyId">

/** What a caller asked for, with all the attempts that were made for it. */
export interface CallRecord {
  readonly id: string
  readonly at: number
  readonly role: string
  /** Of the request that was being served. */
  readonly requestId: string
  /** Who asked, and pays. */
  readonly payer: Payer
  /** As the API describes it; empty where no request was being served. */
  readonly route: string
  /** What is held for it of an account's credit, in micro-USD, and given back now; `undefined` where the account has no limit. */
  readonly held: number | undefined
  /** Who answered; `undefined` where nobody did. */
  readonly provider: string | undefined
  readonly model: string | undefined
  readonly stream: boolean
  readonly outcome: CallOutcome
  readonly attempts: ReadonlyArray<AttemptRecord>
  /** Of all attempts together. */
  readonly usage: Usage
  /** Of all attempts together; `undefined` when the price of one is not known. */
  readonly cost: number | undefined
  readonly costSource: CostSource | undefined
  readonly elapsedMillis: number
  readonly firstByteMillis: number | undefined
}

/** Hears of every attempt that a fiber makes, as soon as it has ended. */
export const AttemptListener = Context.Reference<(attempt: AttemptRecord) => void>("siku/providers/AttemptListener", {
  defaultValue: () => () => {}
})
