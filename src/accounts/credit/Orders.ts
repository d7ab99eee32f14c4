import { Clock, Context, Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { sortableUuid } from "../../platform/sortableUuid.ts"
import { CurrentUser } from "../../platform/Caller.ts"
import { Durability } from "../../platform/Durability.ts"
import type { AccountId } from "../AccountId.ts"
import { AuditLog } from "../AuditLog.ts"
import { availableOf, makeLockAccounts } from "./accountRows.ts"
import { AccountNotFound, BalanceTooHigh, OrderNotFound, ReferenceTaken, RefundTooHigh } from "./errors.ts"
import { type NewOrder, Order, OrderId } from "./Order.ts"
import { highestBalance } from "./soundNumbers.ts"

/** The orders by which accounts got their credit. A failing database is a defect. */
export class Orders extends Context.Service<
  Orders,
  {
    /**
     * Makes an order and changes the balance by it, in one transaction. An order of the same reference, kind and amount is there only
     * once: it is the reply to whoever orders again.
     */
    readonly make: (
      account: AccountId,
      order: NewOrder
    ) => Effect.Effect<Order, AccountNotFound | BalanceTooHigh | ReferenceTaken | RefundTooHigh>
    /** The newest first, those before `before` where it is given. */
    readonly list: (
      account: AccountId,
      options: { readonly limit: number; readonly before?: OrderId | undefined }
    ) => Effect.Effect<ReadonlyArray<Order>>
    readonly find: (account: AccountId, id: OrderId) => Effect.Effect<Order, OrderNotFound>
  }
>()("siku/accounts/credit/Orders") {
  static readonly layer: Layer.Layer<Orders, never, AuditLog | Durability | SqlClient.SqlClient> = Layer.effect(
    Orders,
    Effect.suspend(() => make)
  )
}

const Named = Schema.Struct({ account: Schema.String, name: Schema.String })

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const { append } = yield* AuditLog
  const lock = makeLockAccounts(sql)
  const columns = sql.literal(Object.keys(Order.fields).join(", "))

  const byReference = SqlSchema.findAll({
    Request: Named,
    Result: Order,
    execute: ({ account, name }) => sql`
      SELECT ${columns} FROM orders WHERE account_id = ${account} AND reference = ${name}`
  })
  const byId = SqlSchema.findAll({
    Request: Named,
    Result: Order,
    execute: ({ account, name }) => sql`SELECT ${columns} FROM orders WHERE account_id = ${account} AND id = ${name}`
  })
  const page = SqlSchema.findAll({
    Request: Schema.Struct({ account: Schema.String, before: Schema.UndefinedOr(Schema.String), limit: Schema.Int }),
    Result: Order,
    execute: ({ account, before, limit }) => sql`
      SELECT ${columns} FROM orders
      WHERE account_id = ${account} ${before === undefined ? sql.literal("") : sql`AND id < ${before}`}
      ORDER BY id DESC LIMIT ${sql.literal(String(limit))}`
  })

  const store = Effect.fnUntraced(function* (account: AccountId, order: NewOrder) {
    const [row] = yield* lock([account])
    if (row === undefined) return yield* new AccountNotFound({ account })
    const { amount, kind, reference } = order
    const [known] = reference === null ? [] : yield* byReference({ account, name: reference })
    if (known !== undefined) {
      if (known.amount === amount && known.kind === kind) return known
      return yield* new ReferenceTaken({ reference: known.reference ?? "", order: known.id })
    }
    const available = availableOf(row)
    if (amount < 0 && available + amount < 0) return yield* new RefundTooHigh({ available })
    if (row.balance + amount > highestBalance) return yield* new BalanceTooHigh({ most: highestBalance })
    const { keyId, userId } = yield* CurrentUser
    const now = yield* Clock.currentTimeMillis
    const made: Order = {
      id: OrderId.make(`ord_${sortableUuid()}`),
      account_id: account,
      ...order,
      created_by: userId ?? keyId,
      created_at: now
    }
    yield* sql`INSERT INTO orders ${sql.insert(made)}`
    yield* sql`UPDATE accounts SET balance = balance + ${amount}, updated_at = ${now} WHERE id = ${account}`
    yield* append({ action: "order.create", target: made.id, accountId: account, detail: { kind, amount, reference } })
    return made
  }, sql.withTransaction)

  return Orders.of({
    make: Effect.fn("Orders.make")((account, order) =>
      store(account, order).pipe(
        Effect.catchTags({ SqlError: Effect.die, SchemaError: Effect.die }),
        Effect.tap(() => durability.flush)
      )
    ),
    list: Effect.fn("Orders.list")((account, { before, limit }) => Effect.orDie(page({ account, before, limit }))),
    find: Effect.fn("Orders.find")(function* (account, id) {
      const [order] = yield* Effect.orDie(byId({ account, name: id }))
      return order ?? (yield* new OrderNotFound({ order: id }))
    })
  })
})
