import { Clock, Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import type { AccountId } from "../AccountId.ts"
import { AccountAdmin } from "../accounts/AccountAdmin.ts"
import { Policies } from "../policies.ts"
import type { BalanceTooHigh, ReferenceTaken, RefundTooHigh } from "./errors.ts"
import { Orders } from "./Orders.ts"
import { Usage, type UsageByGroup, type UsageQuery } from "./Usage.ts"
import { noFigures, sumOfFigures, type UsageGrouping } from "./UsageFigures.ts"

const usualLimit = 50
const usualMillis = 30 * 86_400_000

export const layer = HttpApiBuilder.group(
  Api,
  "credit",
  Effect.fnUntraced(function* (handlers) {
    const orders = yield* Orders
    const usage = yield* Usage
    const { mayReadAccount } = yield* Policies
    const accounts = yield* AccountAdmin

    /** Goes on for those who may know of the account; to the others there is none. */
    const readable = (account: AccountId) =>
      Effect.andThen(mayReadAccount(account), accounts.read(account)).pipe(Effect.catchTag("NotFound", () => noAccount))

    return handlers
      .handle("createOrder", ({ params, payload: { amount, kind, note = "", reference = null } }) =>
        amount === 0 || amount < 0 !== (kind === "refund")
          ? invalid("amount", kind === "refund" ? "is below 0 for a refund" : `is above 0 for a ${kind}`)
          : orders.make(params.account_id, { kind, amount, note, reference }).pipe(
              Effect.catchTags({
                AccountNotFound: () => noAccount,
                BalanceTooHigh: tooMuch,
                ReferenceTaken: taken,
                RefundTooHigh: tooHigh
              })
            )
      )
      .handle("listOrders", ({ params, query: { last_id: before, limit = usualLimit } }) =>
        Effect.andThen(
          readable(params.account_id),
          Effect.map(orders.list(params.account_id, { limit: limit + 1, before }), (found) => {
            const page = found.slice(0, limit)
            return { orders: page, next: found.length > limit ? (page.at(-1)?.id ?? null) : null }
          })
        )
      )
      .handle("readOrder", ({ params }) =>
        Effect.andThen(readable(params.account_id), orders.find(params.account_id, params.order_id)).pipe(
          Effect.catchTag("OrderNotFound", () => noOrder)
        )
      )
      .handle("accountUsage", ({ params, query }) =>
        Effect.gen(function* () {
          yield* readable(params.account_id)
          const asked = yield* queryOf(query)
          return viewOf(asked, yield* usage.ofAccount(params.account_id, asked))
        })
      )
      .handle("allUsage", ({ query }) =>
        Effect.flatMap(queryOf(query), (asked) => Effect.map(usage.ofAll(asked), (groups) => viewOf(asked, groups)))
      )
  })
)

const viewOf = ({ by, from, to }: UsageQuery, groups: UsageByGroup) => ({
  from,
  to,
  group_by: by,
  total: [...groups.values()].reduce(sumOfFigures, noFigures),
  groups: Array.from(groups, ([group, figures]) => ({ group, ...figures }))
})

const queryOf = Effect.fnUntraced(function* (query: {
  readonly from?: string
  readonly to?: string
  readonly group_by?: UsageGrouping
}) {
  const now = yield* Clock.currentTimeMillis
  const to = query.to === undefined ? now + 1 : millisOf(query.to)
  const from = query.from === undefined ? now - usualMillis : millisOf(query.from)
  if (Number.isNaN(from)) return yield* invalid("from", "is no day")
  if (Number.isNaN(to)) return yield* invalid("to", "is no day")
  return { from, to, by: query.group_by ?? "day" } satisfies UsageQuery
})

const millisOf = (moment: string): number => (moment.includes("-") ? Date.parse(moment) : Number(moment))

const notFound = (detail: string) =>
  Effect.flatMap(RequestId, (request_id) => Effect.fail(new NotFoundProblem({ detail, request_id })))

const noAccount = notFound("There is no account of that id.")
const noOrder = notFound("There is no order of that id.")

const conflict = (detail: string) =>
  Effect.flatMap(RequestId, (request_id) => Effect.fail(new ConflictProblem({ detail, request_id })))

const taken = ({ order }: ReferenceTaken) =>
  conflict(`The reference stands for ${order} already, which is of another kind or amount.`)

const tooHigh = ({ available }: RefundTooHigh) =>
  conflict(`More is to be taken back than is left: ${available} micro-USD, without what is held for calls under way.`)

const tooMuch = ({ most }: BalanceTooHigh) => conflict(`An account has ${most} micro-USD at most.`)

const invalid = (path: string, message: string) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(new InvalidProblem({ detail: `${path} ${message}.`, request_id, errors: [{ path, message }] }))
  )
