// Asks models on an account's credit until it is killed: `payingProcess.ts <plan>`. Each request that was answered to its end is told
// with a line of its id, which a pipe has before anything else happens.
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Option, Schema, Stream } from "effect"
import { CurrentUser, house } from "../../src/platform/Caller.ts"
import { RequestId } from "../../src/platform/RequestContext.ts"
import { Catalog } from "../../src/providers/Catalog.ts"
import { Plan } from "./Plan.ts"
import { callsOver } from "./services.ts"

const request = { messages: [{ role: "user" as const, content: "What is 7 times 6?" }] }

const main = Effect.gen(function* () {
  const plan = yield* Schema.decodeEffect(Schema.fromJsonString(Plan))(process.argv[2] ?? "")
  const asking = Effect.gen(function* () {
    const catalog = yield* Catalog
    const model = Option.getOrThrow(yield* catalog.find("chat", "custom"))
    let asked = 0
    const askOnce = Effect.suspend(() => {
      const id = `${plan.name}-${++asked}`
      const reply = asked % 2 === 0 ? model.complete(request) : Stream.runDrain(model.stream(request))
      return reply.pipe(
        Effect.tap(() => Effect.sync(() => process.stdout.write(`${id}\n`))),
        Effect.provideService(RequestId, id)
      )
    })
    yield* Effect.all(
      Array.from({ length: plan.concurrency }, () => Effect.forever(askOnce)),
      { concurrency: "unbounded" }
    )
  }).pipe(
    Effect.provideService(CurrentUser, {
      ...house,
      kind: "key",
      accountId: plan.account,
      scopes: new Set(house.scopes)
    })
  )
  yield* Effect.provide(asking, callsOver(plan.home, plan.port))
})

NodeRuntime.runMain(main)
