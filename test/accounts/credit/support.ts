// Accounts with credit in an embedded database of their own, and what can be said of them at any time.
import { NodeServices } from "@effect/platform-node"
import { assert } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { AccountId } from "../../../src/accounts/AccountId.ts"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { type Caller, house } from "../../../src/platform/Caller.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { testConfig } from "../../support/config.ts"

/** Credit and ledger, as one process has them, over the database given. */
export const processOver = (set: ReadonlyArray<string> = []) =>
  Layer.merge(Credit.layer, CallLedger.layer).pipe(Layer.provide(testConfig({ set })))

export const database = Sql.layer.pipe(Layer.provide(testConfig({})), Layer.provide(NodeServices.layer), Layer.orDie)

/** Credit and ledger over an embedded database of their own. */
export const creditLayer = (set: ReadonlyArray<string> = []) =>
  processOver(set).pipe(Layer.provideMerge(database), Layer.orDie)

/** The id of an account by its number. */
export const accountOf = (number: number): AccountId =>
  AccountId.make(`acc_00000000-0000-7000-8000-${String(number).padStart(12, "0")}`)

export interface Opened {
  readonly balance: number
  readonly prepaid?: boolean
  readonly active?: boolean
}

/** Opens an account whose balance one order gave it. */
export const openAccount = Effect.fnUntraced(function* (
  id: AccountId,
  { active = true, balance, prepaid = true }: Opened
) {
  const sql = yield* SqlClient.SqlClient
  yield* sql`INSERT INTO accounts ${sql.insert({
    id,
    name: "of a test",
    active: active ? 1 : 0,
    prepaid: prepaid ? 1 : 0,
    balance,
    held: 0,
    created_at: 0,
    updated_at: 0
  })}`
  yield* sql`INSERT INTO orders ${sql.insert({
    id: `ord_${id.slice(4)}`,
    account_id: id,
    kind: "grant",
    amount: balance,
    note: "",
    reference: null,
    created_by: null,
    created_at: 0
  })}`
}, Effect.orDie)

/** Somebody with a key of this account. */
export const callerOf = (account: string | null, more: Partial<Caller> = {}): Caller => ({
  ...house,
  kind: "key",
  accountId: account,
  keyId: `key_of_${account}`,
  scopes: new Set(["ask", "chat"]),
  ...more
})

const Standing = Schema.Struct({
  balance: Schema.Finite,
  held: Schema.Finite,
  ordered: Schema.Finite,
  charged: Schema.Finite,
  cost: Schema.Finite,
  /** Of what was charged, for calls that were lost with their process. */
  lost: Schema.Finite,
  holds: Schema.Finite
})
export type Standing = typeof Standing.Type

/** What an account has, and what its rows say that it has. */
export const standingOf = Effect.fnUntraced(function* (id: AccountId) {
  const sql = yield* SqlClient.SqlClient
  const find = SqlSchema.findOne({
    Request: AccountId,
    Result: Standing,
    execute: (id) => sql`
      SELECT balance, held,
        (SELECT COALESCE(SUM(amount), 0) FROM orders WHERE account_id = accounts.id) AS ordered,
        (SELECT COALESCE(SUM(charged), 0) FROM model_attempts WHERE account_id = accounts.id) AS charged,
        (SELECT COALESCE(SUM(cost), 0) FROM model_attempts WHERE account_id = accounts.id) AS cost,
        (SELECT COALESCE(SUM(charged), 0) FROM model_attempts WHERE account_id = accounts.id AND outcome = 'lost') AS lost,
        (SELECT COALESCE(SUM(amount), 0) FROM credit_holds WHERE account_id = accounts.id) AS holds
      FROM accounts WHERE id = ${id}`
  })
  return yield* Effect.orDie(find(id))
})

/** Holds what must hold of a prepaid account at any moment; answers with how it stands. */
export const assertExact = Effect.fnUntraced(function* (id: AccountId) {
  const standing = yield* standingOf(id)
  assert.strictEqual(standing.balance, standing.ordered - standing.charged, "the balance is not what the rows say")
  assert.strictEqual(standing.held, standing.holds, "what is held is not what the rows say")
  assert.isAtMost(standing.charged, standing.cost, "an attempt was charged more than it cost")
  return standing
})

/** The same once nothing is under way. */
export const assertSettled = Effect.fnUntraced(function* (id: AccountId) {
  const standing = yield* assertExact(id)
  assert.strictEqual(standing.held, 0, "something is held for calls that have ended")
  return standing
})
