import { Clock, Duration, Effect, type Exit, Hash, Stream } from "effect"
import { steadyMillis, timesFrom } from "../../platform/steadyTime.ts"
import { attemptRecorder } from "../accounting/attemptRecorder.ts"
import { AttemptListener } from "../accounting/CallRecord.ts"
import { estimatedPrompt } from "../accounting/usage.ts"
import type { CallRole } from "../CallRole.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "../ChatModel.ts"
import { CallLimits } from "../policy/CallLimits.ts"
import { BadRequest, ProviderError, type ProviderErrorReason } from "../ProviderError.ts"
import { callerLeft } from "../Watch.ts"
import { readDemoPrompt } from "./DemoPrompt.ts"
import { demoObject, demoScript } from "./demoScript.ts"

/** The name of the demo model, as a provider and as a model. */
export const DEMO = "demo"

export const demoPrice = { input: 0, output: 0 }

const shortestMillis = 150
const longestMillis = 400
/** In characters, about a token. */
const lengthOfPiece = 4

/**
 * A model that needs neither key nor network: it plays every part of the thinking by a script, the same for the same request,
 * and says so. A reply takes 150 to 400 ms and costs nothing.
 */
export const demoModel = (role: CallRole): ChatModel => {
  /** An attempt under way, which is told of when it ends. */
  const begin = Effect.fnUntraced(function* (request: ChatRequest) {
    const limits = yield* CallLimits
    const clock = yield* Clock.Clock
    const listener = yield* AttemptListener
    const time = timesFrom(clock)
    if (steadyMillis(clock) >= Math.min(limits.deadline, limits.share) || !limits.mayAttempt())
      return yield* toError(callerLeft)
    const written = yield* write(role, request)
    const recorder = attemptRecorder({
      at: time(),
      provider: DEMO,
      model: DEMO,
      key: undefined,
      price: demoPrice,
      promptEstimate: () => estimatedPrompt(request)
    })
    const tell = (exit: Exit.Exit<unknown>) =>
      Effect.sync(() => {
        const record = recorder.record(recorder.endOf(exit), time())
        listener({ ...record, charged: undefined })
      })
    return { ...written, recorder, tell, time }
  })

  const complete = Effect.fnUntraced(function* (request: ChatRequest) {
    const { finish, millis, pieces, recorder, tell, time } = yield* begin(request)
    const reply = { text: pieces.join(""), reasoning: "", toolCalls: [] }
    return yield* Effect.sleep(Duration.millis(millis)).pipe(
      Effect.map((): ChatReply => {
        recorder.replyBegan(time())
        const usage = recorder.reported(undefined, reply)
        return { ...reply, finish, usage, provider: DEMO, model: DEMO }
      }),
      Effect.onExit((exit) => tell(exit))
    )
  })

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    Stream.unwrap(
      Effect.map(begin(request), ({ finish, millis, pieces, recorder, tell, time }) => {
        const start = time()
        // By the time since the beginning, so that the delays of timers do not add up.
        const pauseBefore = (at: number) =>
          Effect.suspend(() => {
            const due = start + Math.round((millis * (at + 1)) / pieces.length)
            return Effect.sleep(Duration.millis(Math.max(0, due - time())))
          })
        const texts = Stream.mapEffect(Stream.fromIterable(pieces.entries()), ([at, text]) =>
          Effect.as(pauseBefore(at), {
            _tag: "TextDelta",
            text
          } satisfies ChatEvent)
        )
        return Stream.concat(texts, Stream.make<ReadonlyArray<ChatEvent>>({ _tag: "Finish", reason: finish })).pipe(
          Stream.flatMap((event) => {
            const seen = recorder.saw([event])
            if (seen.isFirst) recorder.replyBegan(time())
            return Stream.fromIterable(seen.events)
          }),
          Stream.onExit((exit) => tell(exit))
        )
      })
    )

  return { provider: DEMO, name: "Demo", model: DEMO, complete, stream }
}

const toError = (reason: ProviderErrorReason) => Effect.fail(new ProviderError({ provider: DEMO, model: DEMO, reason }))

const write = Effect.fnUntraced(function* (role: CallRole, request: ChatRequest) {
  const format = request.responseFormat?.type ?? "text"
  if (format === "json_schema")
    return yield* toError(new BadRequest({ detail: "response_format: the demo model keeps to no JSON schema" }))
  const { toolChoice } = request
  if (toolChoice !== undefined && toolChoice !== "auto" && toolChoice !== "none")
    return yield* toError(new BadRequest({ detail: "tool_choice: the demo model calls no tools" }))
  const prompt = readDemoPrompt(request)
  const whole = format === "json_object" && role === "fusion" ? demoObject(prompt) : demoScript(role, prompt)
  const all = piecesOf(beforeStop(whole, request.stop ?? []))
  const pieces = all.slice(0, request.maxTokens ?? all.length)
  return {
    pieces,
    finish: pieces.length < all.length ? ("length" as const) : ("stop" as const),
    // Drawn from all that is asked and said, so that those who are asked at the same time do not all end together.
    millis:
      shortestMillis +
      ((Hash.string(`${prompt.system}${prompt.instruction}${whole}`) >>> 0) % (longestMillis - shortestMillis + 1))
  }
})

const beforeStop = (text: string, stop: ReadonlyArray<string>): string =>
  stop.reduce((rest, each) => (each === "" ? rest : (rest.split(each)[0] ?? rest)), text)

const piecesOf = (text: string): ReadonlyArray<string> => {
  const characters = [...text]
  return Array.from({ length: Math.ceil(characters.length / lengthOfPiece) }, (_, at) =>
    characters.slice(at * lengthOfPiece, (at + 1) * lengthOfPiece).join("")
  )
}
