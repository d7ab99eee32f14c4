import { Schema } from "effect"

/** The account cannot pay for what was about to be asked: nothing was sent. Amounts are micro-USD. */
export class CreditExhausted extends Schema.TaggedError<CreditExhausted>()("CreditExhausted", {
  account: Schema.String,
  /** What it may cost at most. */
  needed: Schema.Finite,
  /** What is left, without what is held for other calls; below 0 where a call came out dearer than was held for it. */
  available: Schema.Finite
}) {
  override get message(): string {
    return `account ${this.account} has ${dollars(this.available)} left, and the call may cost ${dollars(this.needed)}`
  }
}

/** The account was closed, or there is none of this id. */
export class AccountClosed extends Schema.TaggedError<AccountClosed>()("AccountClosed", { account: Schema.String }) {
  override get message(): string {
    return `account ${this.account} is not active`
  }
}

/** The database does not answer: nobody knows who can pay. */
export class CreditUnreachable extends Schema.TaggedError<CreditUnreachable>()("CreditUnreachable", {}) {
  override get message(): string {
    return "what the account has left cannot be looked up at the moment"
  }
}

/** There is no account of this id. */
export class AccountNotFound extends Schema.TaggedError<AccountNotFound>()("AccountNotFound", {
  account: Schema.String
}) {}

/** The account has no order of this id. */
export class OrderNotFound extends Schema.TaggedError<OrderNotFound>()("OrderNotFound", { order: Schema.String }) {}

/** The reference stands for another order of this account. */
export class ReferenceTaken extends Schema.TaggedError<ReferenceTaken>()("ReferenceTaken", {
  reference: Schema.String,
  order: Schema.String
}) {}

/** More is to be taken back than is left; in micro-USD. */
export class RefundTooHigh extends Schema.TaggedError<RefundTooHigh>()("RefundTooHigh", {
  available: Schema.Finite
}) {}

/** More would stand on the account than can be counted; in micro-USD. */
export class BalanceTooHigh extends Schema.TaggedError<BalanceTooHigh>()("BalanceTooHigh", { most: Schema.Finite }) {}

const dollars = (micros: number): string => `USD ${(micros / 1e6).toFixed(6)}`
