import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit } from "effect"
import { SqlClient } from "effect/sql"
import { AuditReports } from "../../src/accounts/audit/AuditReports.ts"
import { AuditLog } from "../../src/accounts/AuditLog.ts"
import { type Caller, CurrentUser, house } from "../../src/platform/Caller.ts"
import { RequestId } from "../../src/platform/RequestContext.ts"
import { caller, identity } from "./support.ts"

const append = (entry: Parameters<AuditLog["Service"]["append"]>[0]) =>
  Effect.flatMap(AuditLog, (audit) => audit.append(entry))
const entries = Effect.flatMap(AuditReports, (reports) => reports.page({}, { before: undefined, limit: 50 }))

describe("the audit log", () => {
  it.effect("says who did it: the key before the user, nobody by name for the admin key", () =>
    Effect.gen(function* () {
      const done = (as: Caller) => append({ action: "a.b", target: "t" }).pipe(Effect.provideService(CurrentUser, as))
      yield* done(house)
      yield* done(caller({ userId: "usr_1" }))
      yield* done(caller({ kind: "key", userId: "usr_1", keyId: "key_1" }))
      assert.deepStrictEqual(
        (yield* entries).map(({ actor_id, actor_kind }) => [actor_kind, actor_id]),
        [
          ["key", "key_1"],
          ["user", "usr_1"],
          ["admin", null]
        ]
      )
    }).pipe(Effect.provide(identity()))
  )

  it.effect("keeps what it is given, cut to its columns", () =>
    Effect.gen(function* () {
      const detail = { name: "甲", list: [1, null, { deep: true }] }
      yield* append({ action: "a.b", target: "t".repeat(300), accountId: "acc_1", detail }).pipe(
        Effect.provideService(RequestId, "r".repeat(200))
      )
      yield* append({ action: "c.d", target: "u" })
      const [plain, full] = yield* entries
      assert.deepInclude(full, {
        account_id: "acc_1",
        detail,
        target: "t".repeat(255),
        request_id: "r".repeat(128),
        at: 0
      })
      assert.deepInclude(plain, { account_id: null, detail: {}, request_id: "none" })
    }).pipe(Effect.provide(identity()))
  )

  it.effect("is part of the transaction of whoever appends to it", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      const undone = append({ action: "a.b", target: "t" }).pipe(Effect.andThen(Effect.fail("no")), sql.withTransaction)
      assert.isTrue(Exit.isFailure(yield* Effect.exit(undone)))
      assert.deepStrictEqual(yield* entries, [])
    }).pipe(Effect.provide(identity()))
  )

  it.effect("finds by index what it is asked for", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      for (const column of ["action", "target", "account_id"]) {
        const plan = yield* sql`
          EXPLAIN QUERY PLAN SELECT * FROM audit_log WHERE ${sql(column)} = 'x' AND id < 'y' ORDER BY id DESC LIMIT 5`
        assert.match(JSON.stringify(plan), /SEARCH audit_log USING INDEX/, column)
        assert.notMatch(JSON.stringify(plan), /TEMP B-TREE/, column)
      }
    }).pipe(Effect.provide(identity()))
  )
})
