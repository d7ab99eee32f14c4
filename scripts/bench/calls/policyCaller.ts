// Calls with all that the service has around them.
import { Effect, Stream } from "effect"
import { SqlClient } from "effect/sql"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import type { ChatEvent, ChatModel, ChatRequest } from "../../../src/providers/ChatModel.ts"
import { withDeadline } from "../../../src/providers/policy/CallLimits.ts"
import { type Caller, makeJudge, shares } from "./Caller.ts"
import { answering } from "./Policy.ts"

/** Calls through the policy. */
export const makePolicyCaller = Effect.fnUntraced(function* (request: ChatRequest, answer: string) {
  const { limit } = (yield* AppConfig).answering
  const model = yield* answering
  const sql = yield* SqlClient.SqlClient

  const whole = Effect.flatMap(model, (model) => Effect.map(model.complete(request), ({ text }) => text))
  const stream = Effect.flatMap(model, (model) => textOf(model, request))

  const caller: Caller = {
    call: Effect.fnUntraced(function* (form, calls, concurrency) {
      const { judge, verdict } = makeJudge(answer)
      // A failure ends no run: it is one of the wrong ones.
      const once = (form === "whole" ? whole : stream).pipe(
        withDeadline(limit),
        Effect.catch((error) => Effect.succeed(error.message)),
        Effect.map(judge)
      )
      const loop = Effect.fnUntraced(function* (calls: number) {
        for (let made = 0; made < calls; made++) yield* once
      })
      yield* Effect.forEach(shares(calls, concurrency), loop, { concurrency, discard: true })
      // The ledger's way into the database file is a cost of these calls: left to the thread that sees to it every second,
      // it would be anybody's.
      yield* Effect.orDie(sql`PRAGMA wal_checkpoint(PASSIVE)`)
      return verdict()
    })
  }
  return caller
})

const textOf = (model: ChatModel, request: ChatRequest) => Stream.runFold(model.stream(request), () => "", addText)

const addText = (text: string, event: ChatEvent): string => (event._tag === "TextDelta" ? text + event.text : text)
