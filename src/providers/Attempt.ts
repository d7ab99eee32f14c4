import { Array as Arr, Cause, Clock, Duration, Effect, Pull, Result, Scope, Stream } from "effect"
import type { Exchange, Incoming } from "../platform/outbound/Exchange.ts"
import type { ChatEvent, Usage } from "./ChatModel.ts"
import { makeEventReader } from "./EventReader.ts"
import { foldEvents, replyEvents } from "./events.ts"
import type { DecodedReply, Family, Target, WireRequest } from "./Family.ts"
import { mustStream } from "./openai/encode.ts"
import { type BadRequest, Malformed, type ProviderErrorReason } from "./ProviderError.ts"
import { pullingOnce } from "./policy/begin.ts"
import { brokenOff, transportReason } from "./transport.ts"
import { makeWatch, type Watch } from "./Watch.ts"

/** Longest reply body read, in bytes: far above any model's output, far below what hurts. */
const maxBodyBytes = 8 * 1024 * 1024

const shortestKey = 8

/** One request to a platform. */
export interface Attempt {
  readonly exchange: Exchange
  readonly family: Family
  readonly target: Target
  /** The call, or why there is none. */
  readonly wire: Result.Result<WireRequest, BadRequest>
  /** For a whole reply, and for a stream to begin. */
  readonly timeout: Duration.Duration
  /** Between two pieces of a stream. */
  readonly stallTimeout: Duration.Duration
  /** Until when the caller waits for a whole reply, or for the first piece of a stream; by `steadyMillis`. */
  readonly until: number
  /** The same for all of a stream. */
  readonly deadline: number
  /** Told when the request is on its way. */
  readonly onSent: () => void
  /** Told when a 2xx reply has begun. */
  readonly onReply: () => void
  /** Given, when a stream begins, the way to ask what its platform has told so far of tokens. */
  readonly onStream: (toldSoFar: () => Usage | undefined) => void
}

type Events = Arr.NonEmptyReadonlyArray<ChatEvent>

/** Whether a reply is streamed that is wanted as a whole: some models answer no other way. */
export const streamsAnyway = (target: Target): boolean => target.preset.family === "openai" && mustStream(target)

/**
 * Asks for a reply as a whole; a model that only streams is listened to until its end. Fails with `callerLeft` where it is
 * the caller's time that is over.
 */
export const replyTo = (attempt: Attempt): Effect.Effect<DecodedReply, ProviderErrorReason, Scope.Scope> =>
  streamsAnyway(attempt.target)
    ? Effect.map(Stream.runCollect(Stream.fromPull(openEvents({ ...attempt, deadline: attempt.until }))), foldEvents)
    : wholeReply(attempt)

/**
 * Asks for a streamed reply; the events come by pulling while the scope is open. A stream that ends before the reply does
 * fails, and so does one whose caller's time is over, with `callerLeft`.
 */
export const openEvents = Effect.fnUntraced(function* (
  attempt: Attempt
): Effect.fn.Return<Pull.Pull<Events, ProviderErrorReason>, ProviderErrorReason, Scope.Scope> {
  const watch = yield* makeWatch(attempt.until, Duration.min(attempt.timeout, attempt.stallTimeout))
  watch.waitFor("firstByte", attempt.timeout)
  return yield* Effect.mapError(begin(attempt, watch), (reason) => watch.over() ?? reason)
})

/** The events, as soon as the platform has begun to answer. */
const begin = Effect.fnUntraced(function* (attempt: Attempt, watch: Watch) {
  const { deadline, family, stallTimeout, target } = attempt
  const response = yield* send(attempt, watch, true)
  // A platform that answers a stream with a whole body, mostly an error, is read as what it is.
  if (!/event-stream/i.test(response.headers["content-type"] ?? "text/event-stream")) {
    const reply = yield* Effect.fromResult(family.decodeReply(yield* readText(attempt, watch, response)))
    watch.stopWaiting()
    watch.extend(deadline)
    return pullingOnce(Effect.succeed(replyEvents(reply)))
  }
  const reader = makeEventReader(family.makeStreamReader(), hidingKey(target.key))
  attempt.onStream(reader.usage)
  let isOver = false

  // Written by hand, for what a stream's operators take for each piece is most of what a call costs.
  const next: Pull.Pull<Events, ProviderErrorReason> = Effect.suspend(() => {
    if (isOver) return Cause.done()
    const over = watch.over()
    if (over !== undefined) return Effect.fail(over)
    watch.waitFor("stall", stallTimeout)
    return piece
  })
  const piece = Effect.matchEffect(response.body, {
    onSuccess: (bytes) => {
      watch.stopWaiting()
      return give(reader.read(bytes), next)
    },
    onFailure: (error): Pull.Pull<Events, ProviderErrorReason> => {
      watch.stopWaiting()
      if (!Cause.isDone(error)) return Effect.fail(watch.over() ?? brokenOff(error))
      isOver = true
      watch.finish()
      return give(reader.end(), Cause.done())
    }
  })
  const give = (
    result: Result.Result<ReadonlyArray<ChatEvent>, ProviderErrorReason>,
    otherwise: Pull.Pull<Events, ProviderErrorReason>
  ): Pull.Pull<Events, ProviderErrorReason> => {
    if (Result.isFailure(result)) return Effect.fail(result.failure)
    if (!Arr.isReadonlyArrayNonEmpty(result.success)) return otherwise
    watch.extend(deadline)
    return Effect.succeed(result.success)
  }
  return next
})

// The watch owns the connection: leaving the attempt, for whatever reason, closes what is still open. A reply that is an
// error fails with its reason.
const send = Effect.fnUntraced(function* (attempt: Attempt, watch: Watch, stream: boolean) {
  const { exchange, family, onReply, onSent, target } = attempt
  const wire = yield* Effect.fromResult(attempt.wire)
  const response = yield* exchange({
    url: wire.url,
    headers: {
      ...wire.headers,
      accept: stream ? "text/event-stream" : "application/json",
      "content-type": "application/json"
    },
    body: JSON.stringify(wire.body),
    onSent
  }).pipe(Scope.provide(watch.connection), Effect.mapError(transportReason))
  if (response.status < 200 || response.status >= 300) {
    const text = yield* readText(attempt, watch, response)
    const now = yield* Clock.currentTimeMillis
    return yield* Effect.fail(family.readError(target, response.status, response.headers, text, now))
  }
  onReply()
  return response
})

const wholeReply = Effect.fnUntraced(function* (attempt: Attempt) {
  const watch = yield* makeWatch(attempt.until, attempt.timeout)
  watch.waitFor("total", attempt.timeout)
  const text = send(attempt, watch, false).pipe(
    Effect.flatMap((response) => readText(attempt, watch, response)),
    Effect.mapError((reason) => watch.over() ?? reason)
  )
  return yield* Effect.fromResult(attempt.family.decodeReply(yield* text))
})

/** All of a body, which may go on for ever. */
const readText = (
  { target }: Attempt,
  watch: Watch,
  { body }: Incoming
): Effect.Effect<string, ProviderErrorReason> => {
  const pieces: Array<Uint8Array> = []
  let bytes = 0
  const next: Effect.Effect<string, ProviderErrorReason> = Effect.matchEffect(body, {
    onSuccess: (more) => {
      for (const piece of more) bytes += piece.length
      if (bytes > maxBodyBytes) return tooLong
      pieces.push(...more)
      return next
    },
    onFailure: (error) => {
      if (!Cause.isDone(error)) return Effect.fail(brokenOff(error))
      watch.finish()
      return Effect.succeed(hidingKey(target.key)(utf8.decode(Buffer.concat(pieces, bytes))))
    }
  })
  return next
}

const utf8 = new TextDecoder()

const tooLong = Effect.fail(new Malformed({ detail: `a reply of more than ${maxBodyBytes} bytes` }))

// Some platforms echo the key that they refuse: it leaves no trace here. What is too short for a key is left alone, or
// the words of the reply would go with it.
const hidingKey =
  (key: string | undefined) =>
  (text: string): string =>
    key === undefined || key.length < shortestKey ? text : text.replaceAll(key, "***")
