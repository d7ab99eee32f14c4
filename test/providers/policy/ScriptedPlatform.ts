// A platform of the OpenAI form without sockets: what it does is data and when it does it is the `Clock`'s, so that a test
// clock rules all of it.
import { Array as Arr, Clock, Effect, Schema, Stream } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest, HttpClientResponse } from "effect/http"
import type { Does, Reaction } from "./Reaction.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
import { exchangeOver } from "../../support/exchangeOver.ts"

/** Milliseconds between two pieces of a stream. */
export const pieceMillis = 100
/** What `wait` asks for, in milliseconds. */
export const waitMillis = 7000
/** How many pieces the text of an answer has. */
const pieces = 3

/** One request as the platform saw it; the ends fill in as it proceeds. Times are the clock's. */
export interface SeenRequest {
  readonly index: number
  readonly at: number
  readonly key: string
  readonly stream: boolean
  readonly does: Does
  /** The limit that it came with. */
  readonly maxTokens: number | undefined
  /** What it is answered with. */
  readonly text: string
  /** What is counted for it, as JSON. */
  readonly usage: string
  endedAt: number | undefined
  /** `left`: the other side closed before the end. */
  end: "pending" | "answered" | "failed" | "left"
}

/** The tokens that the platform reports for an answer. */
export const tokensOf = (index: number) => ({ prompt: 20 + index, completion: 3 + 2 * index, cached: index % 5 })

/** What a reply says, so that every piece tells of which request it is. */
export const wordOf = (index: number): string => `[${index}]`

/** The body of a request, as far as it is looked at. */
const Asked = Schema.fromJsonString(
  Schema.Struct({
    model: Schema.String,
    max_tokens: Schema.optionalKey(Schema.Finite),
    messages: Schema.Array(Schema.Struct({ content: Schema.String }))
  })
)
export type Asked = typeof Asked.Type

export const makePlatform = (
  script: ReadonlyArray<Reaction> | ((request: SeenRequest) => Reaction),
  say: (asked: Asked, index: number) => string = (_, index) => wordOf(index).repeat(pieces),
  count: (asked: Asked, index: number) => string = (asked, index) => JSON.stringify(usageOf(asked, index))
) => {
  const seen: Array<SeenRequest> = []
  let react: typeof script = script
  let mostAtOnce = 0

  const reactionTo = (request: SeenRequest): Reaction =>
    (typeof react === "function" ? react(request) : (react[seen.length] ?? react.at(-1))) ?? { does: "hang", after: 0 }

  const client = HttpClient.make(
    Effect.fnUntraced(function* (request, _url, signal) {
      const clock = yield* Clock.Clock
      const asked = askedIn(request)
      const draft: SeenRequest = {
        index: seen.length,
        at: clock.currentTimeMillisUnsafe(),
        key: request.headers["authorization"]?.replace("Bearer ", "") ?? "",
        stream: request.headers["accept"] === "text/event-stream",
        does: "hang",
        maxTokens: asked.max_tokens,
        text: say(asked, seen.length),
        usage: count(asked, seen.length),
        endedAt: undefined,
        end: "pending"
      }
      const { after, does } = reactionTo(draft)
      const entry: SeenRequest = { ...draft, does }
      seen.push(entry)
      mostAtOnce = Math.max(mostAtOnce, seen.filter(({ end, key }) => end === "pending" && key === entry.key).length)
      const end = (how: "answered" | "failed" | "left") => {
        if (entry.end !== "pending") return
        entry.end = how
        entry.endedAt = clock.currentTimeMillisUnsafe()
      }
      signal.addEventListener("abort", () => end("left"))
      const closed = closing(request, signal)
      if (does === "hang") return yield* closed
      yield* Effect.raceFirst(Effect.sleep(after), closed)
      return yield* replyOf(request, entry, end, closed)
    })
  )

  return {
    client: Effect.succeed(client),
    /** Every request, oldest first. */
    seen,
    /** From now on it does this; what it saw is forgotten. */
    become: (next: typeof script) => {
      seen.length = 0
      mostAtOnce = 0
      react = next
    },
    /** Requests that are open still. */
    open: () => seen.filter(({ end }) => end === "pending").length,
    /** The most requests that were open at once with one key. */
    mostAtOnce: () => mostAtOnce
  }
}
export type Platform = ReturnType<typeof makePlatform>

/** A way out that leads to the platform alone. */
export const outboundTo = ({ client }: Pick<Platform, "client">) =>
  Outbound.of({ clientFor: () => client, exchangeFor: () => Effect.map(client, exchangeOver) })

type Fails = HttpClientError.HttpClientError

const replyOf = (
  request: HttpClientRequest.HttpClientRequest,
  entry: SeenRequest,
  end: (how: "answered" | "failed") => void,
  closed: Effect.Effect<never, Fails>
): Effect.Effect<HttpClientResponse.HttpClientResponse, Fails> => {
  const { does, stream } = entry
  const broken = Effect.suspend(() => {
    end("failed")
    return Effect.fail(failureOf(request))
  })
  // As a connection does, a reply fails once its own side has closed it.
  const later = <A>(effect: Effect.Effect<A, Fails>) => Effect.raceFirst(Effect.delay(effect, pieceMillis), closed)
  const all = (how: "answered" | "failed", text: string) =>
    Effect.sync(() => {
      end(how)
      return text
    })
  const reply = (status: number, text: Effect.Effect<string, Fails>, events: Stream.Stream<string, Fails>) =>
    Effect.succeed(
      Object.defineProperties(HttpClientResponse.fromWeb(request, new Response(null, headOf(entry, status))), {
        text: { value: text },
        stream: { value: Stream.encodeText(stream ? events : Stream.fromEffect(text)) }
      })
    )
  const [first, ...others] = piecesOf(entry)
  const begun = Stream.make(first)
  switch (does) {
    case "reset":
      return broken
    case "hang":
    case "silent":
      return reply(200, closed, Stream.fromEffect(closed))
    case "cut":
      return reply(200, broken, Stream.fromEffect(broken))
    case "breaksOff":
      return reply(200, broken, Stream.concat(begun, Stream.fromEffect(later(broken))))
    case "stalls":
      return reply(200, closed, Stream.concat(begun, Stream.fromEffect(closed)))
    case "garbage":
      return reply(200, all("failed", "{"), Stream.fromEffect(all("failed", "data: {\n\n")))
    case "answers":
    case "unmetered": {
      const last = later(all("answered", lastPieceOf(entry)))
      const middle = Stream.mapEffect(Stream.fromIterable(others), (piece) => later(Effect.succeed(piece)))
      const events = Stream.concat(begun, middle).pipe(Stream.concat(Stream.fromEffect(last)))
      return reply(200, all("answered", wholeReplyOf(entry)), events)
    }
    default: {
      const text = all("failed", errorOf(does))
      return reply(statusOf[does], text, stream ? Stream.fromEffect(text) : Stream.never)
    }
  }
}

const decodeAsked = Schema.decodeUnknownSync(Asked)

const askedIn = ({ body }: HttpClientRequest.HttpClientRequest): Asked =>
  decodeAsked(body._tag === "Uint8Array" ? new TextDecoder().decode(body.body) : "")

const failureOf = (request: HttpClientRequest.HttpClientRequest) =>
  new HttpClientError.HttpClientError({
    reason: new HttpClientError.TransportError({ request, cause: new Error("the socket was closed") })
  })

/** Fails as soon as the asking side closes the connection. */
const closing = (request: HttpClientRequest.HttpClientRequest, signal: AbortSignal): Effect.Effect<never, Fails> =>
  Effect.callback((resume) => {
    const fail = () => resume(Effect.fail(failureOf(request)))
    if (signal.aborted) return fail()
    signal.addEventListener("abort", fail, { once: true })
    return Effect.sync(() => signal.removeEventListener("abort", fail))
  })

const headOf = ({ does, stream }: SeenRequest, status: number): ResponseInit => ({
  status,
  headers: {
    "content-type": status === 200 && stream ? "text/event-stream" : "application/json",
    ...(does === "wait" ? { "retry-after-ms": String(waitMillis) } : {})
  }
})

/** A platform keeps to the limit that it is told. */
const usageOf = ({ max_tokens = Number.POSITIVE_INFINITY }: Asked, index: number) => {
  const { cached, completion, prompt } = tokensOf(index)
  return {
    prompt_tokens: prompt,
    completion_tokens: Math.min(completion, max_tokens),
    prompt_tokens_details: { cached_tokens: cached }
  }
}

const dataOf = (chunk: unknown) => `data: ${JSON.stringify(chunk)}\n\n`
const piecesOf = ({ text }: SeenRequest): Arr.NonEmptyArray<string> => {
  const length = Math.ceil(text.length / pieces)
  return Arr.makeBy(pieces, (at) =>
    dataOf({ choices: [{ delta: { content: text.slice(at * length, (at + 1) * length) } }] })
  )
}

const lastPieceOf = ({ does, usage }: SeenRequest): string =>
  [
    dataOf({ choices: [{ delta: {}, finish_reason: "stop" }] }),
    ...(does === "answers" ? [`data: {"choices":[],"usage":${usage}}\n\n`] : []),
    "data: [DONE]\n\n"
  ].join("")

const wholeReplyOf = ({ does, text, usage }: SeenRequest): string => {
  const choices = JSON.stringify([{ message: { content: text }, finish_reason: "stop" }])
  return does === "answers" ? `{"choices":${choices},"usage":${usage}}` : `{"choices":${choices}}`
}

const statusOf = {
  limited: 429,
  wait: 429,
  busy: 503,
  down: 500,
  refused: 401,
  noBalance: 402,
  badRequest: 400,
  noModel: 404,
  filtered: 400,
  tooLong: 400
}

const codes: Readonly<Partial<Record<Does, string>>> = {
  filtered: "content_filter",
  tooLong: "context_length_exceeded"
}

const errorOf = (does: Does): string => JSON.stringify({ error: { message: does, code: codes[does] ?? null } })
