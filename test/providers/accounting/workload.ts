// Callers who ask one chain at random times, and what each of them heard.
import { Array as Arr, Effect, Exit, Option, Schema, Stream } from "effect"
import { RequestId } from "../../../src/platform/RequestContext.ts"
import type { CallOutcome } from "../../../src/providers/accounting/CallRecord.ts"
import type { ChatEvent, ChatModel } from "../../../src/providers/ChatModel.ts"
import type { ProviderError } from "../../../src/providers/ProviderError.ts"
import { request } from "../policy/chains.ts"
import { AnyScript, type Reaction } from "../policy/Reaction.ts"

const between = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))

/** Platforms act at multiples of this and callers leave in between, so that nobody's end is a matter of order. */
const step = 100

const Caller = Schema.Struct({
  comesAt: between(0, 30),
  /** In steps; 0 means for ever. */
  staysFor: Schema.Union([Schema.Literal(0), between(1, 80)]),
  asks: Schema.Literals(["whole", "stream", "two events of a stream"])
})

export const Workload = {
  scripts: Schema.NonEmptyArray(AnyScript).check(Schema.isMaxLength(3)),
  callers: Schema.NonEmptyArray(Caller).check(Schema.isMaxLength(8)),
  keys: between(1, 3),
  concurrency: Schema.Literals([1, 2, 1000]),
  maxRetries: Schema.Literals([0, 1, 3]),
  hedge: Schema.Boolean
}
type Callers = ReadonlyArray<typeof Caller.Type>

/** The same scripts with every platform in step. */
export const inStep = (scripts: Arr.NonEmptyReadonlyArray<Arr.NonEmptyReadonlyArray<Reaction>>) =>
  Arr.map(scripts, (script) =>
    script.map(({ after, does }): Reaction => ({ does, after: Math.ceil(after / step) * step }))
  )

/** The id of the request that a caller's call belongs to. */
export const idOf = (caller: number): string => `caller-${caller}`

/** How each caller's call ended, as the caller heard it. */
export const outcomesOf = (model: ChatModel, callers: Callers): Effect.Effect<ReadonlyArray<CallOutcome>> =>
  Effect.forEach(
    callers,
    ({ asks, comesAt, staysFor }, at) =>
      Effect.gen(function* () {
        const heard: Array<ChatEvent["_tag"]> = []
        const listen = (events: Stream.Stream<ChatEvent, ProviderError>) =>
          Stream.runForEach(events, (event) => Effect.sync(() => heard.push(event._tag)))
        const asked =
          asks === "whole"
            ? Effect.asVoid(model.complete(request))
            : listen(asks === "stream" ? model.stream(request) : Stream.take(model.stream(request), 2))
        yield* Effect.sleep(comesAt * step)
        const stayed = staysFor === 0 ? Effect.asSome(asked) : Effect.timeoutOption(asked, staysFor * step + step / 2)
        const exit = yield* stayed.pipe(Effect.provideService(RequestId, idOf(at)), Effect.exit)
        if (Exit.isFailure(exit)) {
          const failure = exit.cause.reasons.find((reason) => reason._tag === "Fail")
          return failure?.error.reason._tag ?? "defect"
        }
        const isWhole = asks === "whole" ? Option.isSome(exit.value) : heard.at(-1) === "Finish"
        return isWhole ? "answered" : "interrupted"
      }),
    { concurrency: "unbounded" }
  )
