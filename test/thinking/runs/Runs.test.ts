import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Array as Arr, Context, Effect, Exit, Layer, Schema, Scope, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { type Caller, CurrentRoute, CurrentUser } from "../../../src/platform/Caller.ts"
import { LiveSettings } from "../../../src/platform/settings/LiveSettings.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import type { RunId } from "../../../src/thinking/RunId.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import { endsRun } from "../../../src/thinking/ThoughtEvent.ts"
import { makeRunRows } from "../../../src/thinking/runs/runRows.ts"
import { mostOpen, mostRunning, Runs } from "../../../src/thinking/runs/Runs.ts"
import { keyOf, nobodyCloses } from "../../support/access.ts"
import { testConfig } from "../../support/config.ts"
import { changeLive } from "../../support/liveSettings.ts"
import { aRequest, aRunId, event, runId, started } from "./events.ts"
import { makeScript, scriptedReasoner } from "./ScriptedReasoner.ts"

const log = RunLog.layer.pipe(
  Layer.provideMerge(Layer.merge(Sql.layer, nobodyCloses)),
  Layer.provideMerge(testConfig({})),
  Layer.provide(NodeServices.layer)
)

/** A service over the log, which a test can end and start again. */
const service = Effect.sync(() => {
  const script = makeScript()
  const start = Effect.gen(function* () {
    const scope = yield* Scope.make()
    const context = yield* Layer.buildWithScope(
      Layer.fresh(Runs.layer.pipe(Layer.provide(scriptedReasoner(script)), Layer.provide(RunLog.layer))),
      scope
    )
    return { runs: Context.get(context, Runs), stop: Scope.close(scope, Exit.void) }
  })
  return { script, start }
})

const submit = (runs: Runs["Service"], question = "Why?") => runs.submit(aRequest(question), { requestId: "req-1" })

/** Lets everything that is under way come as far as it can. */
const settled = Effect.gen(function* () {
  for (let turn = 0; turn < 200; turn++) yield* Effect.yieldNow
})

const ended = (runs: Runs["Service"], id: RunId) =>
  Effect.flatMap(runs.follow(id, 0), (events) => Effect.map(Stream.runCollect(events), (all) => [...all]))

describe("Runs", () => {
  it.effect("takes a run on, shows how it goes, and ends with its answer", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const { id, ...row } = yield* submit(runs, "Why is the sky blue?")
      assert.deepInclude(row, { state: "queued", background: true, request_id: "req-1", title: "Why is the sky blue?" })
      yield* settled
      const going = yield* runs.find(id)
      assert.deepStrictEqual([going.row.state, going.state.status, going.state.seq], ["running", "running", 1])
      assert.isFalse(yield* runs.isOver(id, 1))
      yield* script.finish(id, "It scatters.")
      assert.deepStrictEqual(
        (yield* ended(runs, id)).map(({ event }) => event.type),
        ["RunStarted", "Answered"]
      )
      const { row: after, state } = yield* runs.find(id)
      assert.deepInclude(after, { state: "answered", answer: "It scatters." })
      assert.strictEqual(state.outcome?.text, "It scatters.")
      assert.deepStrictEqual([yield* runs.isOver(id, 1), yield* runs.isOver(id, 2)], [false, true])
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("has so many runs under way and no more; the others follow in their order", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const rows = yield* Effect.replicateEffect(submit(runs), mostRunning + 3)
      const ids = rows.map(({ id }) => id)
      yield* settled
      const begun = () => script.begun.map(({ id }) => id)
      assert.deepStrictEqual(begun(), ids.slice(0, mostRunning))
      const waiting = yield* runs.list({ limit: 10, state: "queued" })
      assert.deepStrictEqual(waiting.map(({ id }) => id).toReversed(), ids.slice(mostRunning))
      for (const finished of ids.slice(5, 7)) {
        yield* script.finish(finished, "done")
        yield* ended(runs, finished)
        yield* settled
      }
      assert.deepStrictEqual(begun(), ids.slice(0, mostRunning + 2))
      yield* stop
    }).pipe(Effect.provide(log))
  )

  const as = (account: string | null, key: string, more: Partial<Caller> = {}) =>
    Effect.provideService(CurrentUser, keyOf(account, ["chat"], { keyId: key, ...more }))
  const open = (of: "account" | "key" | "service", open: number) => ({ _tag: "TooManyRuns" as const, of, open })

  it.effect("takes so many runs of a key and of an account, and one more once one of them is gone", () =>
    Effect.gen(function* () {
      const { start } = yield* service
      const { runs, stop } = yield* start
      yield* changeLive({ "thinking.runs_per_account": 15, "thinking.runs_per_key": 10 })
      const { runsPerAccount, runsPerKey } = (yield* LiveSettings).current.thinking
      const one = as("acc_a", "key_1")
      const rows = yield* one(Effect.replicateEffect(submit(runs), runsPerKey))
      assert.deepInclude(yield* Effect.flip(one(submit(runs))), open("key", runsPerKey))
      yield* as("acc_a", "key_2")(Effect.replicateEffect(submit(runs), runsPerAccount - runsPerKey))
      for (const key of ["key_2", "key_3"])
        assert.deepInclude(yield* Effect.flip(as("acc_a", key)(submit(runs))), open("account", runsPerAccount))
      const last = rows.at(-1)
      assert.isDefined(last)
      yield* one(runs.cancel(last.id))
      assert.strictEqual((yield* one(submit(runs))).state, "queued")
      // What is set while it runs holds at once.
      yield* changeLive({ "thinking.runs_per_account": runsPerAccount + 1 })
      yield* as("acc_a", "key_3")(submit(runs))
      assert.strictEqual((yield* Effect.flip(as("acc_a", "key_3")(submit(runs)))).open, runsPerAccount + 1)
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("has a place for another account, however many the others want", () =>
    Effect.gen(function* () {
      yield* changeLive({ "thinking.runs_per_account": 0, "thinking.runs_per_key": 0 })
      const { start } = yield* service
      const { runs, stop } = yield* start
      const fill = Effect.fnUntraced(function* (account: string | null) {
        let taken = 0
        while (yield* Effect.isSuccess(as(account, `key_of_${account}`)(submit(runs)))) taken++
        return taken
      })
      const taken = [yield* fill("acc_a"), yield* fill("acc_b"), yield* fill("acc_c"), yield* fill(null)]
      assert.deepStrictEqual(taken, [mostOpen / 2, mostOpen / 4, mostOpen / 8, Math.ceil(mostOpen / 16)])
      assert.deepInclude(yield* Effect.flip(as("acc_a", "key_2")(submit(runs))), open("service", mostOpen / 2))
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("gives each account its turns: a thousand runs of one make nobody else wait for them", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const many = yield* as("acc_a", "key_1")(Effect.replicateEffect(submit(runs), mostRunning + 50))
      const mine = yield* as("acc_b", "key_2")(submit(runs))
      yield* settled
      assert.isFalse(script.underWay.has(mine.id))
      yield* script.finish(many[0]?.id ?? aRunId, "done")
      yield* settled
      assert.isTrue(script.underWay.has(mine.id))
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("ends a run that is under way when it is cancelled, and one that waits", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const rows = yield* Effect.replicateEffect(submit(runs), mostRunning + 1)
      yield* settled
      const [going, waits] = [rows[0]?.id ?? aRunId, rows[mostRunning]?.id ?? aRunId]
      assert.deepStrictEqual([script.underWay.has(going), script.underWay.has(waits)], [true, false])
      for (const id of [waits, going]) assert.strictEqual((yield* runs.cancel(id)).state, "cancelled")
      assert.isFalse(script.underWay.has(going))
      const types = yield* Effect.forEach([going, waits], (id) =>
        Effect.map(ended(runs, id), (events) => events.map(({ event }) => event.type))
      )
      assert.deepStrictEqual(types, [["RunStarted", "RunCancelled"], ["RunCancelled"]])
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("cancels a run once, and none that has ended, is not there, or belongs to whoever listens", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const twice = yield* submit(runs)
      const finished = yield* submit(runs)
      yield* script.finish(finished.id, "done")
      yield* ended(runs, finished.id)
      const attended = yield* RunLog
      yield* attended.create({ id: aRunId, request: aRequest("Why?"), background: false })
      const tags = (ids: ReadonlyArray<string>) =>
        Effect.forEach(
          ids,
          (id) => Effect.match(runs.cancel(id), { onFailure: ({ _tag }) => _tag, onSuccess: ({ state }) => state }),
          { concurrency: "unbounded" }
        )
      assert.sameMembers([...(yield* tags([twice.id, twice.id]))].map(String), ["cancelled", "cancelled"])
      assert.deepStrictEqual(yield* tags([twice.id, finished.id, aRunId, "run_nobody's"]), [
        "RunEnded",
        "RunEnded",
        "RunAttended",
        "UnknownRun"
      ])
      assert.lengthOf(yield* ended(runs, twice.id), 2)
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("is thought through for who asked for it, on the route it came by, also after a restart", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const first = yield* start
      const asked = [
        keyOf("acc_1", ["chat"], { userId: "usr_1" }),
        { ...keyOf("acc_1", ["chat"]), kind: "user" as const, keyId: null, userId: "usr_2" },
        { ...keyOf(null, ["ask", "chat"]), kind: "local" as const, keyId: null }
      ]
      const rows = yield* Effect.forEach(asked, (caller) =>
        submit(first.runs).pipe(
          Effect.provideService(CurrentUser, caller),
          Effect.provideService(CurrentRoute, "POST /v1/runs")
        )
      )
      assert.deepStrictEqual(
        rows.map((row) => [row.account_id, row.user_id, row.key_id, row.route]),
        asked.map(({ accountId, keyId, userId }) => [accountId, userId, keyId, "POST /v1/runs"])
      )
      yield* settled
      yield* first.stop
      const { stop } = yield* start
      yield* settled
      assert.deepStrictEqual(
        script.begun.map(({ how }) => how),
        ["run", "run", "run", "resume", "resume", "resume"]
      )
      assert.deepStrictEqual(
        script.callers.map(({ caller, route }) => [caller.kind, caller.accountId, caller.userId, caller.keyId, route]),
        [...asked, ...asked].map(({ accountId, keyId, kind, userId }) => [
          kind,
          accountId,
          userId,
          keyId,
          "POST /v1/runs"
        ])
      )
      // Nothing is managed in the name of a run.
      for (const { caller } of script.callers) assert.deepStrictEqual([...caller.scopes], ["chat"])
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("is not there for another account, whatever is asked of it", () =>
    Effect.gen(function* () {
      const { start } = yield* service
      const { runs, stop } = yield* start
      const { id } = yield* Effect.provideService(submit(runs), CurrentUser, keyOf("acc_1", ["chat"]))
      const asked: ReadonlyArray<Effect.Effect<unknown, { readonly _tag: string }>> = [
        runs.find(id),
        runs.cancel(id),
        runs.follow(id, 0),
        runs.isOver(id, 0)
      ]
      for (const ask of asked) {
        const error = yield* Effect.flip(Effect.provideService(ask, CurrentUser, keyOf("acc_2", ["chat"])))
        assert.strictEqual(error._tag, "UnknownRun")
        yield* Effect.provideService(Effect.exit(runs.find(id)), CurrentUser, keyOf("acc_1", ["chat"]))
      }
      yield* settled
      assert.strictEqual((yield* runs.find(id)).row.state, "running")
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("goes on after a restart with what was under way, then with what waited", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const first = yield* start
      const rows = yield* Effect.replicateEffect(submit(first.runs), mostRunning + 2)
      const ids = rows.map(({ id }) => id)
      yield* settled
      yield* first.stop
      assert.strictEqual(script.underWay.size, 0)
      script.begun.length = 0
      const { runs, stop } = yield* start
      yield* settled
      assert.deepStrictEqual(
        script.begun,
        ids.slice(0, mostRunning).map((id) => ({ id, how: "resume" as const }))
      )
      for (const id of ids) yield* script.finish(id, "done")
      const [cutOff, waited] = [ids[0] ?? aRunId, ids[mostRunning] ?? aRunId]
      assert.deepStrictEqual(
        (yield* ended(runs, cutOff)).map(({ event }) => event.type),
        ["RunStarted", "RunResumed", "Answered"]
      )
      assert.deepStrictEqual(
        (yield* ended(runs, waited)).map(({ event }) => event.type),
        ["RunStarted", "Answered"]
      )
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("ends at its start what somebody listened to when the service ended", () =>
    Effect.gen(function* () {
      const { start } = yield* service
      const log = yield* RunLog
      yield* log.create({ id: aRunId, request: aRequest("Why?"), background: false })
      yield* log.append([event(aRunId, 1, started("Why?", false))])
      const { runs, stop } = yield* start
      const { row, state } = yield* runs.find(aRunId)
      assert.deepInclude(row, { state: "failed", error: "the service ended before the run did" })
      assert.deepStrictEqual([state.failure?.reason, state.seq], ["interrupted", 2])
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("starts all the same where a log or a request cannot be read, and gives those runs up", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const log = yield* RunLog
      const rows = yield* makeRunRows
      const sql = yield* SqlClient.SqlClient
      yield* log.create({ id: runId(1), request: aRequest("Why?"), background: true })
      yield* log.append([event(runId(1), 1, started("Why?", true))])
      yield* sql`UPDATE run_events SET data = '{"type":"Unheard"}' WHERE run_id = ${runId(1)}`
      yield* rows.add({ id: runId(2), request: aRequest("Why?"), background: true }, "queued", "req-2")
      yield* sql`UPDATE runs SET request = '{' WHERE id = ${runId(2)}`
      yield* rows.add({ id: runId(3), request: aRequest("Why?"), background: true }, "queued", "req-3")
      yield* script.finish(runId(3), "fine")
      const { runs, stop } = yield* start
      yield* settled
      const all = yield* runs.list({ limit: 10 })
      assert.deepStrictEqual(
        all.map(({ error, state }) => [state, error]),
        [
          ["answered", null],
          ["failed", "something went wrong here; the log of the service says what"],
          ["failed", "its log cannot be used"]
        ]
      )
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("says that a run failed where thinking broke, and goes on with others", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      script.breaksAt.add("Break!")
      const broken = yield* submit(runs, "Break!")
      const fine = yield* submit(runs)
      yield* script.finish(fine.id, "done")
      const events = yield* ended(runs, broken.id)
      assert.deepInclude(events.at(-1)?.event, { type: "RunFailed", reason: "defect" })
      assert.strictEqual((yield* ended(runs, fine.id)).at(-1)?.event.type, "Answered")
      yield* stop
    }).pipe(Effect.provide(log))
  )

  it.effect("lists runs page by page, the newest first, and by state", () =>
    Effect.gen(function* () {
      const { script, start } = yield* service
      const { runs, stop } = yield* start
      const ids = (yield* Effect.replicateEffect(submit(runs), 5)).map(({ id }) => id).toReversed()
      const listed = (options: Parameters<typeof runs.list>[0]) =>
        Effect.map(runs.list(options), (rows) => rows.map(({ id }) => id))
      assert.deepStrictEqual(yield* listed({ limit: 2 }), ids.slice(0, 2))
      assert.deepStrictEqual(yield* listed({ limit: 9, before: ids[1] }), ids.slice(2))
      const [newest = aRunId] = ids
      yield* script.finish(newest, "done")
      yield* ended(runs, newest)
      assert.deepStrictEqual(yield* listed({ limit: 9, state: "answered" }), [newest])
      assert.deepStrictEqual(yield* listed({ limit: 9, state: "running", before: ids[2] }), ids.slice(3))
      yield* stop
    }).pipe(Effect.provide(log))
  )

  const Commands = Schema.NonEmptyArray(
    Schema.Struct({
      does: Schema.Literals(["submit", "submit", "finish", "cancel", "restart", "wait"]),
      which: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 7 }))
    })
  ).check(Schema.isMaxLength(25))

  it.effect.prop(
    "loses no run, and ends each once, whatever happens to the service",
    [Commands],
    ([commands]) =>
      Effect.gen(function* () {
        const { script, start } = yield* service
        let now = yield* start
        const expected = new Map<RunId, "answered" | "cancelled">()
        const ids: Array<RunId> = []
        for (const { does, which } of commands) {
          const id = ids[which]
          if (does === "submit") ids.push((yield* submit(now.runs)).id)
          else if (does === "restart") {
            yield* now.stop
            now = yield* start
          } else if (does === "wait") yield* settled
          else if (id !== undefined && does === "finish" && !expected.has(id)) {
            yield* script.finish(id, "done")
            yield* ended(now.runs, id)
            expected.set(id, "answered")
          } else if (id !== undefined && does === "cancel") {
            const cancelled = yield* Effect.exit(now.runs.cancel(id))
            assert.strictEqual(Exit.isSuccess(cancelled), !expected.has(id))
            if (!expected.has(id)) expected.set(id, "cancelled")
          }
        }
        for (const id of ids) {
          yield* script.finish(id, "done")
          const events = yield* ended(now.runs, id)
          assert.deepStrictEqual(
            events.map(({ seq }) => seq),
            Arr.makeBy(events.length, (index) => index + 1)
          )
          assert.strictEqual(
            events.findIndex(({ event }) => endsRun(event)),
            events.length - 1
          )
          const { row, state } = yield* now.runs.find(id)
          assert.strictEqual(row.state, expected.get(id) ?? "answered")
          assert.strictEqual(state.status, row.state)
        }
        yield* now.stop
      }).pipe(Effect.provide(log)),
    { arbitrary: { runs: 60 } }
  )
})
