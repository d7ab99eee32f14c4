import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { RequiredScope } from "../../platform/Access.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { AccountId } from "../AccountId.ts"
import { Order, OrderId, OrderKind } from "./Order.ts"
import { UsageFigures, UsageGrouping } from "./UsageFigures.ts"

const Limit = Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum: 1, maximum: 200 }))

// A thousand million dollars.
const mostAmount = 1e15

const OrderView = Order.annotate({ identifier: "Order" })

const NewOrderBody = Schema.Struct({
  kind: OrderKind,
  amount: Schema.Int.check(Schema.isBetween({ minimum: -mostAmount, maximum: mostAmount })).annotate({
    description: "In micro-USD (1000000 is one dollar): above 0 for a purchase or a grant, below 0 for a refund."
  }),
  note: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(500))),
  reference: Schema.optionalKey(Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(128))).annotate({
    description: "Your own name for it: the same order under the same reference is made once, however often it is sent."
  })
}).annotate({ identifier: "NewOrder" })

const OrderPage = Schema.Struct({
  orders: Schema.Array(OrderView),
  next: Schema.NullOr(OrderId).annotate({ description: "The `last_id` of the next page; null on the last one." })
}).annotate({ identifier: "Orders" })

const Moment = Schema.String.check(Schema.isPattern(/^(?:\d{4}-\d{2}-\d{2}|\d{1,15})$/))

const usageQuery = {
  from: Schema.optionalKey(Moment).annotate({
    description: "A day (2026-11-22, from midnight UTC), or milliseconds since 1970; thirty days ago without it."
  }),
  to: Schema.optionalKey(Moment).annotate({ description: "Before when; now without it." }),
  group_by: Schema.optionalKey(UsageGrouping).annotate({ description: "day without it." })
}

const UsageReply = Schema.Struct({
  from: Schema.Finite.annotate({ description: "Milliseconds since 1970." }),
  to: Schema.Finite,
  group_by: UsageGrouping,
  total: UsageFigures,
  groups: Schema.Array(
    Schema.Struct({
      group: Schema.NullOr(Schema.String).annotate({
        description: "The day, <provider>/<model>, the key's id or the route; null where there was none."
      }),
      ...UsageFigures.fields
    })
  )
}).annotate({ identifier: "Usage" })

const params = { account_id: AccountId }

/** What accounts got, and what they used. Orders are made with the scope admin; who may read what is in `policies.ts`. */
export const CreditApi = HttpApiGroup.make("credit")
  .add(
    HttpApiEndpoint.post("createOrder", "/api/v1/accounts/:account_id/orders", {
      params,
      payload: NewOrderBody,
      success: OrderView.pipe(HttpApiSchema.status(201)),
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    })
      .annotate(OpenApi.Summary, "Give an account credit, or take some back")
      .annotate(OpenApi.Description, "The balance has changed when this is answered.")
  )
  .add(
    HttpApiEndpoint.get("listOrders", "/api/v1/accounts/:account_id/orders", {
      params,
      query: { limit: Schema.optionalKey(Limit), last_id: Schema.optionalKey(OrderId) },
      success: OrderPage,
      error: NotFoundProblem
    })
      .annotate(OpenApi.Summary, "The orders of an account, the newest first")
      .annotate(RequiredScope, "any")
  )
  .add(
    HttpApiEndpoint.get("readOrder", "/api/v1/accounts/:account_id/orders/:order_id", {
      params: { ...params, order_id: OrderId },
      success: OrderView,
      error: NotFoundProblem
    })
      .annotate(OpenApi.Summary, "One order of an account")
      .annotate(RequiredScope, "any")
  )
  .add(
    HttpApiEndpoint.get("accountUsage", "/api/v1/accounts/:account_id/usage", {
      params,
      query: usageQuery,
      success: UsageReply,
      error: [NotFoundProblem, InvalidProblem]
    })
      .annotate(OpenApi.Summary, "What an account used, by day, model, key or route")
      .annotate(RequiredScope, "any")
  )
  .add(
    HttpApiEndpoint.get("allUsage", "/api/v1/usage", {
      query: usageQuery,
      success: UsageReply,
      error: InvalidProblem
    }).annotate(OpenApi.Summary, "What all accounts and the house used together")
  )
  .annotateMerge(
    OpenApi.annotations({
      title: "Credit",
      description: "What accounts that pay in advance got, and what everyone used. Amounts are micro-USD."
    })
  )
