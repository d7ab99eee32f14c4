// Calls that accounts pay for, over scripted platforms.
import { Effect, Stream } from "effect"
import { type Caller, CurrentUser } from "../../../src/platform/Caller.ts"
import { RequestId } from "../../../src/platform/RequestContext.ts"
import type { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import type { ChatModel, ChatRequest } from "../../../src/providers/ChatModel.ts"

/** The same model, asked by whoever a request's id stands for. */
export const askedBy = (model: ChatModel, callerOf: (requestId: string) => Caller): ChatModel => ({
  ...model,
  complete: (request: ChatRequest) =>
    Effect.flatMap(RequestId, (id) => Effect.provideService(model.complete(request), CurrentUser, callerOf(id))),
  stream: (request: ChatRequest) =>
    Stream.unwrap(
      Effect.map(RequestId, (id) => Stream.provideService(model.stream(request), CurrentUser, callerOf(id)))
    )
})

/** A ledger that is given everything so many times. */
export const givenAgain = (ledger: CallLedger["Service"], times: number): CallLedger["Service"] => ({
  ...ledger,
  append: (call) => Effect.forEach(Array.from({ length: times }), () => ledger.append(call), { discard: true })
})
