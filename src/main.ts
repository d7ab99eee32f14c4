import { NodeRuntime } from "@effect/platform-node"
import { SqliteClient } from "@effect/sql-sqlite-node"
import { Effect } from "effect"
const app = Effect.gen(function*() { const s = yield* SqliteClient.make({ filename: ":memory:" }); console.log(yield* s`select 1 as a`) })
import { Reactivity } from "effect/reactivity"
NodeRuntime.runMain(Effect.scoped(app).pipe(Effect.provide(Reactivity.layer)))
