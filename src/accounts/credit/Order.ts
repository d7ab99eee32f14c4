import { Schema } from "effect"
import { AccountId } from "../AccountId.ts"

/** `ord_` and a UUID of version 7, which sorts by the time it was made. */
export const OrderId = Schema.String.check(Schema.isPattern(/^ord_[0-9a-f-]{36}$/)).pipe(Schema.brand("OrderId"))
export type OrderId = typeof OrderId.Type

export const OrderKind = Schema.Literals(["purchase", "grant", "refund"])
export type OrderKind = typeof OrderKind.Type

/** What changed an account's credit: `amount` in micro-USD, below 0 for a refund. Times are milliseconds since 1970. */
export const Order = Schema.Struct({
  id: OrderId,
  account_id: AccountId,
  kind: OrderKind,
  amount: Schema.Finite,
  note: Schema.String,
  /** The orderer's own name for it, by which it is made only once. */
  reference: Schema.NullOr(Schema.String),
  /** Of the user or the key that made it; null for the admin key. */
  created_by: Schema.NullOr(Schema.String),
  created_at: Schema.Finite
})
export type Order = typeof Order.Type

/** What an order says; `amount` has the sign of its kind. */
export type NewOrder = Pick<Order, "kind" | "amount" | "note" | "reference">
