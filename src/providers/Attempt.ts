import { Clock, Duration, Effect, Result, type Scope, Stream } from "effect"
import { Sse } from "effect/encoding"
import { HttpClient, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { ChatEvent, ChatRequest } from "./ChatModel.ts"
import { foldEvents, replyEvents } from "./events.ts"
import type { DecodedReply, Family, StreamReader, Target } from "./Family.ts"
import { mustStream } from "./openai/encode.ts"
import { Malformed, type ProviderErrorReason, Timeout } from "./ProviderError.ts"
import { brokenOff, transportReason } from "./transport.ts"

/** Longest reply body read, in bytes: far above any model's output, far below what hurts. */
const maxBodyBytes = 8 * 1024 * 1024

const shortestKey = 8

/** One request to a platform. */
export interface Attempt {
  readonly client: HttpClient.HttpClient
  readonly family: Family
  readonly target: Target
  readonly request: ChatRequest
  /** For a whole reply, and for a stream to begin. */
  readonly timeout: Duration.Duration
  /** Between two pieces of a stream. */
  readonly stallTimeout: Duration.Duration
  /** Told when a 2xx reply has begun. */
  readonly onReply: () => void
}

/** Asks for a reply as a whole; a model that only streams is listened to until its end. */
export const replyTo = (attempt: Attempt): Effect.Effect<DecodedReply, ProviderErrorReason, Scope.Scope> =>
  attempt.target.preset.family === "openai" && mustStream(attempt.target)
    ? Effect.map(Stream.runCollect(eventsOf(attempt)), foldEvents)
    : Effect.timeoutOrElse(wholeReply(attempt), {
        duration: attempt.timeout,
        orElse: () => Effect.fail(late("total", attempt.timeout))
      })

/** Asks for a streamed reply. A stream that ends before the reply does fails. */
export const eventsOf = (attempt: Attempt): Stream.Stream<ChatEvent, ProviderErrorReason> =>
  Stream.unwrap(
    Effect.timeoutOrElse(begin(attempt), {
      duration: attempt.timeout,
      orElse: () => Effect.fail(late("firstByte", attempt.timeout))
    })
  )

/** The stream, as soon as the platform has begun to answer. */
const begin = Effect.fnUntraced(function* (attempt: Attempt) {
  const { family, stallTimeout } = attempt
  const response = yield* send(attempt, true)
  if (!isSuccess(response)) return yield* failWith(attempt, response)
  attempt.onReply()
  // A platform that answers a stream with a whole body, mostly an error, is read as what it is.
  if (!/event-stream/i.test(response.headers["content-type"] ?? "text/event-stream")) {
    const reply = yield* Effect.fromResult(family.decodeReply(yield* readText(attempt, response)))
    return Stream.fromIterable(replyEvents(reply))
  }
  return response.stream.pipe(
    Stream.mapError(brokenOff),
    Stream.timeoutOrElse({ duration: stallTimeout, orElse: () => Stream.fail(late("stall", stallTimeout)) }),
    Stream.decodeText,
    readEvents(family.makeStreamReader(), hidingKey(attempt.target.key))
  )
})

// The scope of an attempt owns its connection: leaving it, for whatever reason, closes what is still open.
const send = Effect.fnUntraced(function* ({ client, family, request, target }: Attempt, stream: boolean) {
  const wire = yield* Effect.fromResult(family.encode(target, request, { stream }))
  return yield* HttpClientRequest.post(wire.url, {
    headers: { ...wire.headers, accept: stream ? "text/event-stream" : "application/json" }
  }).pipe(
    HttpClientRequest.bodyJsonUnsafe(wire.body),
    HttpClient.withScope(client).execute,
    Effect.mapError(transportReason)
  )
})

const wholeReply = Effect.fnUntraced(function* (attempt: Attempt) {
  const response = yield* send(attempt, false)
  if (!isSuccess(response)) return yield* failWith(attempt, response)
  attempt.onReply()
  return yield* Effect.fromResult(attempt.family.decodeReply(yield* readText(attempt, response)))
})

const failWith = Effect.fnUntraced(function* (attempt: Attempt, response: HttpClientResponse.HttpClientResponse) {
  const text = yield* readText(attempt, response)
  const now = yield* Clock.currentTimeMillis
  return yield* attempt.family.readError(attempt.target, response.status, response.headers, text, now)
})

const readText = ({ target }: Attempt, response: HttpClientResponse.HttpClientResponse) =>
  Number(response.headers["content-length"] ?? 0) > maxBodyBytes
    ? Effect.fail(new Malformed({ detail: `a reply of more than ${maxBodyBytes} bytes` }))
    : response.text.pipe(Effect.mapError(brokenOff), Effect.map(hidingKey(target.key)))

// Some platforms echo the key that they refuse: it leaves no trace here. What is too short for a key is left alone, or
// the words of the reply would go with it.
const hidingKey =
  (key: string | undefined) =>
  (text: string): string =>
    key === undefined || key.length < shortestKey ? text : text.replaceAll(key, "***")

const isSuccess = ({ status }: HttpClientResponse.HttpClientResponse): boolean => status >= 200 && status < 300

const waitedFor = { firstByte: "no reply", stall: "nothing more of the reply", total: "no whole reply" }

const late = (phase: "firstByte" | "stall" | "total", timeout: Duration.Duration) =>
  new Timeout({ phase, detail: `${waitedFor[phase]} in ${Duration.format(timeout)}` })

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
