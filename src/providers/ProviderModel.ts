import { Clock, Duration, Effect, Redacted, Result, Schedule, Stream } from "effect"
import { Sse } from "effect/encoding"
import { HttpClient, type HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { Preset } from "../platform/config/Presets.ts"
import type { ProviderSettings } from "../platform/config/Settings.ts"
import { anthropicFamily } from "./anthropic/Family.ts"
import type { ChatEvent, ChatModel, ChatReply, ChatRequest } from "./ChatModel.ts"
import type { DecodedReply, Family, StreamReader } from "./Family.ts"
import { foldEvents, replyEvents } from "./events.ts"
import { geminiFamily } from "./gemini/Family.ts"
import { mustStream } from "./openai/encode.ts"
import { openAiFamily } from "./openai/Family.ts"
import { retrySchedule } from "./policy/retry.ts"
import { Malformed, Network, ProviderError, type ProviderErrorReason, Timeout } from "./ProviderError.ts"

/** Longest reply body read, in bytes: far above any model's output, far below what hurts. */
const maxBodyBytes = 8 * 1024 * 1024

const shortestKey = 8

const families: Record<Preset["family"], Family> = {
  openai: openAiFamily,
  gemini: geminiFamily,
  anthropic: anthropicFamily
}

/**
 * The model of a provider's settings, with its time-outs and retries. A whole reply has `settings.timeout` for each
 * attempt; a stream has it for its first byte and between any two. Retryable failures are tried again up to `maxRetries`
 * times, a stream only while nothing of it has been passed on.
 */
export const makeProviderModel = Effect.fnUntraced(function* (
  settings: ProviderSettings,
  options: { readonly maxRetries: number }
) {
  // The scope of an attempt owns its connection: leaving it, for whatever reason, closes what is still open.
  const client = HttpClient.withScope(yield* HttpClient.HttpClient)
  const family = families[settings.preset.family]
  const { baseUrl, id: provider, model, name, preset, timeout } = settings
  const key = settings.apiKey === undefined ? undefined : Redacted.value(settings.apiKey)
  const target = { preset, baseUrl, model, key }
  const defaults = {
    ...(settings.temperature === undefined ? {} : { temperature: settings.temperature }),
    ...(settings.maxTokens === undefined ? {} : { maxTokens: settings.maxTokens })
  }
  const schedule = retrySchedule(options.maxRetries)

  const toError = (reason: ProviderErrorReason) => new ProviderError({ provider, model, reason })
  // Some platforms echo the key that they refuse: it leaves no trace here. What is too short for a key is left alone, or
  // the words of the reply would go with it.
  const hideKey = (text: string) => (key === undefined || key.length < shortestKey ? text : text.replaceAll(key, "***"))

  const send = Effect.fnUntraced(function* (request: ChatRequest, stream: boolean) {
    const wire = yield* Effect.fromResult(family.encode(target, { ...defaults, ...request }, { stream }))
    return yield* HttpClientRequest.post(wire.url, {
      headers: { ...wire.headers, accept: stream ? "text/event-stream" : "application/json" }
    }).pipe(HttpClientRequest.bodyJsonUnsafe(wire.body), client.execute, Effect.mapError(transportReason))
  })

  const readText = (response: HttpClientResponse.HttpClientResponse) =>
    Number(response.headers["content-length"] ?? 0) > maxBodyBytes
      ? Effect.fail(new Malformed({ detail: `a reply of more than ${maxBodyBytes} bytes` }))
      : response.text.pipe(Effect.mapError(brokenOff), Effect.map(hideKey))

  const failWith = Effect.fnUntraced(function* (response: HttpClientResponse.HttpClientResponse) {
    const text = yield* readText(response)
    const now = yield* Clock.currentTimeMillis
    return yield* family.readError(target, response.status, response.headers, text, now)
  })

  const wholeReply = Effect.fnUntraced(function* (request: ChatRequest) {
    const response = yield* send(request, false)
    if (!isSuccess(response)) return yield* failWith(response)
    return yield* Effect.fromResult(family.decodeReply(yield* readText(response)))
  })

  const within = (phase: "firstByte" | "stall" | "total") =>
    new Timeout({ phase, detail: `${waitedFor[phase]} in ${Duration.format(timeout)}` })

  /** One attempt at a stream, until its end. */
  const streamOnce = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderErrorReason> =>
    Stream.unwrap(
      Effect.gen(function* () {
        const response = yield* send(request, true).pipe(
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(within("firstByte")) })
        )
        if (!isSuccess(response)) return yield* failWith(response)
        // A platform that answers a stream with a whole body, mostly an error, is read as what it is.
        if (!/event-stream/i.test(response.headers["content-type"] ?? "text/event-stream")) {
          const reply = yield* Effect.fromResult(family.decodeReply(yield* readText(response)))
          return Stream.fromIterable(replyEvents(reply))
        }
        return response.stream.pipe(
          Stream.mapError(brokenOff),
          Stream.timeoutOrElse({ duration: timeout, orElse: () => Stream.fail(within("stall")) }),
          Stream.decodeText,
          readEvents(family.makeStreamReader(), hideKey)
        )
      })
    )

  const attempt = (request: ChatRequest): Effect.Effect<DecodedReply, ProviderErrorReason> =>
    preset.family === "openai" && mustStream(target)
      ? Effect.map(Stream.runCollect(streamOnce(request)), foldEvents)
      : wholeReply(request).pipe(
          Effect.scoped,
          Effect.timeoutOrElse({ duration: timeout, orElse: () => Effect.fail(within("total")) })
        )

  const complete = (request: ChatRequest): Effect.Effect<ChatReply, ProviderError> =>
    attempt(request).pipe(
      Effect.mapError(toError),
      Effect.retry(schedule),
      Effect.map((reply) => ({
        ...reply,
        usage: reply.usage ?? estimatedUsage(request, reply.text + reply.reasoning),
        provider,
        model: reply.model ?? model
      }))
    )

  const stream = (request: ChatRequest): Stream.Stream<ChatEvent, ProviderError> =>
    Stream.suspend(() => {
      let hasBegun = false
      return streamOnce(request).pipe(
        Stream.tap(() => Effect.sync(() => (hasBegun = true))),
        Stream.mapError(toError),
        Stream.retry(Schedule.while(schedule, () => !hasBegun))
      )
    })

  return { provider, name, model, complete, stream } satisfies ChatModel
})

const waitedFor = { firstByte: "no reply", stall: "nothing more of the reply", total: "no whole reply" }

const isSuccess = ({ status }: HttpClientResponse.HttpClientResponse): boolean => status >= 200 && status < 300

/** Parses server-sent events and has a reader make chat events of them; a body that ends before the reply does is a failure. */
const readEvents =
  (reader: StreamReader, hideKey: (text: string) => string) =>
  (text: Stream.Stream<string, ProviderErrorReason>): Stream.Stream<ChatEvent, ProviderErrorReason> => {
    let pending: Array<{ readonly event: string; readonly data: string }> = []
    const parser = Sse.makeParser((event) => {
      if (event._tag === "Event") pending.push({ event: event.event, data: hideKey(event.data) })
    })
    const read = Effect.fnUntraced(function* (pieces: ReadonlyArray<string>) {
      for (const piece of pieces) {
        const tooLarge = parser.feed(piece)
        if (tooLarge !== undefined) return yield* new Malformed({ detail: tooLarge.message })
      }
      const events: Array<ChatEvent> = []
      for (const event of pending.splice(0)) {
        const result = reader.push(event)
        if (Result.isFailure(result)) return yield* result.failure
        events.push(...result.success)
      }
      return events
    })
    return text.pipe(
      Stream.mapAccumArrayEffect(
        () => undefined,
        (state, pieces) => Effect.map(read(pieces), (events) => [state, events] as const)
      ),
      Stream.concat(
        Stream.unwrap(
          Effect.map(
            Effect.suspend(() => Effect.fromResult(reader.end())),
            Stream.fromIterable
          )
        )
      )
    )
  }

// A platform that reports no tokens: about four characters each, which is said of the figure.
const estimatedUsage = (request: ChatRequest, said: string): ChatReply["usage"] => ({
  promptTokens: Math.ceil(JSON.stringify(request.messages).length / 4),
  completionTokens: Math.ceil(said.length / 4),
  cachedTokens: 0,
  reasoningTokens: 0,
  estimated: true
})

const transportReason = (error: HttpClientError.HttpClientError): ProviderErrorReason => {
  const cause = causeOf(error)
  return cause.includes("UND_ERR_CONNECT_TIMEOUT")
    ? new Timeout({ phase: "connect", detail: "no connection in time" })
    : new Network({ detail: cause })
}

const brokenOff = (error: HttpClientError.HttpClientError) =>
  new Network({ detail: `the reply broke off: ${causeOf(error)}` })

const causeOf = (error: HttpClientError.HttpClientError): string => {
  const cause = "cause" in error.reason ? error.reason.cause : undefined
  if (!(cause instanceof Error)) return error.reason._tag
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
  return cause.message === "" ? code : `${code}: ${cause.message}`
}
