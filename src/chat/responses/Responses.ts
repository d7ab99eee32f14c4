import { Array as Arr, Context, Effect, Layer, type Scope, Stream } from "effect"
import { CurrentUser } from "../../platform/Caller.ts"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { Catalog } from "../../providers/Catalog.ts"
import { pulling, pullingOnce } from "../../providers/policy/begin.ts"
import type { TooManyRuns } from "../../thinking/runs/errors.ts"
import { Runs } from "../../thinking/runs/Runs.ts"
import { whenPulled } from "../OpenedTurn.ts"
import type { PullOf } from "../Share.ts"
import type { BegunTurn } from "../SharedTurns.ts"
import type { TurnError } from "../Turn.ts"
import { Turns, type UnknownModel, type Unsupported } from "../Turns.ts"
import { backgroundEvents, lost } from "./backgroundEvents.ts"
import { conversationOf } from "./conversationOf.ts"
import { NotInBackground, UnknownResponse } from "./errors.ts"
import { failureOf } from "./failureOf.ts"
import { makeHistory } from "./history.ts"
import { makeResponseId } from "./ids.ts"
import { itemsOf } from "./itemsOf.ts"
import { keptItem } from "./keptItem.ts"
import type { ResponseBody } from "./ResponseBody.ts"
import type { ResponseEvent } from "./ResponseEvent.ts"
import { nowInSeconds, responseEvents, wholeResponse } from "./responseEvents.ts"
import { type Asked, hasEnded, type ResponseObject } from "./ResponseObject.ts"
import { ResponseStore, type StoredResponse } from "./ResponseStore.ts"
import { makeResponseWriter } from "./responseWriter.ts"
import { runFor } from "./runFor.ts"
import type { StoredItem } from "./StoredItem.ts"
import { toTurn } from "./toTurn.ts"
import type { BadBody } from "../BadBody.ts"

/** A response that is to be read as `A`; it asks nothing until it is pulled. Of one that may be told as it comes, a pull fails after that. */
export type BegunResponse<A> = BegunTurn<ResponseObject, A, ResponseError>

/** Why a response that had begun has no end. */
export type ResponseError = TurnError | TooManyRuns

type Refused = BadBody | UnknownModel | Unsupported

/**
 * Responses in OpenAI's form: turns, kept for those who go on from them, and runs in the background. What is to be kept is
 * committed before its end is told. Of a foreground response whose caller leaves nothing is kept.
 */
export class Responses extends Context.Service<
  Responses,
  {
    /** As one reply. Refuses what cannot be had before anything is asked. */
    readonly whole: (body: ResponseBody) => Effect.Effect<BegunResponse<ResponseObject>, Refused>
    /** The same as the events it consists of. */
    readonly stream: (body: ResponseBody) => Effect.Effect<BegunResponse<ResponseEvent>, Refused>
    readonly find: (id: string) => Effect.Effect<ResponseObject, UnknownResponse>
    /** What went into it, in order. */
    readonly itemsOf: (id: string) => Effect.Effect<ReadonlyArray<StoredItem>, UnknownResponse>
    /** The events after number `after` (-1: all) of a response in the background, those so far and those to come. */
    readonly follow: (
      id: string,
      after: number
    ) => Effect.Effect<Stream.Stream<ResponseEvent>, UnknownResponse | NotInBackground>
    /** Ends a response in the background; of one that has ended, says how. */
    readonly cancel: (id: string) => Effect.Effect<ResponseObject, UnknownResponse | NotInBackground>
    /** Forgets a response, and ends it if it is under way. */
    readonly remove: (id: string) => Effect.Effect<void, UnknownResponse>
  }
>()("siku/chat/responses/Responses") {
  static readonly layer: Layer.Layer<Responses, never, Catalog | LiveSettings | ResponseStore | Runs | Turns> =
    Layer.effect(
      Responses,
      Effect.suspend(() => make)
    )
}

/** A response that has begun, and both ways to read it, of which one is good. */
interface Begun extends Pick<BegunResponse<never>, "head" | "isFound" | "isKept"> {
  readonly whole: Effect.Effect<ResponseObject, ResponseError>
  readonly events: Effect.Effect<PullOf<ResponseEvent, ResponseError>, ResponseError, Scope.Scope>
}

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const catalog = yield* Catalog
  const runs = yield* Runs
  const store = yield* ResponseStore
  const turns = yield* Turns

  const eventsOf = (stored: StoredResponse, run: NonNullable<StoredResponse["run_id"]>) =>
    Effect.map(runs.follow(run, 0), (logged) => {
      const writer = makeResponseWriter(queued(stored.response))
      return { writer, events: backgroundEvents(writer, logged) }
    })

  /** A response as it stands; one in the background is kept as it ended once that is seen. */
  const current = Effect.fnUntraced(function* (stored: StoredResponse) {
    const { response, run_id: run } = stored
    if (run === null || hasEnded(response)) return response
    return yield* Effect.gen(function* () {
      const { row } = yield* runs.find(run)
      if (row.state === "queued") return response
      if (row.state === "running") return { ...response, status: "in_progress" as const }
      const { events, writer } = yield* eventsOf(stored, run)
      yield* Stream.runDrain(events)
      const ended = writer.response()
      yield* store.update(ended)
      return ended
    }).pipe(
      Effect.catchTag("UnknownRun", () => Effect.succeed({ ...response, status: "failed" as const, error: lost }))
    )
  })
  const history = makeHistory(store, current)

  const find = Effect.fnUntraced(function* (id: string) {
    return (yield* store.find(id)) ?? (yield* new UnknownResponse({ id }))
  })

  const begin = Effect.fnUntraced(function* (body: ResponseBody): Effect.fn.Return<Begun, Refused> {
    const id = makeResponseId()
    const { background, previous_response_id: previous } = body
    const earlier = previous === undefined || previous === null ? [] : yield* history.upTo(previous)
    const given = yield* itemsOf(body.input, id)
    const itemOf = history.makeItemOf()
    const items = (yield* Effect.forEach(given, (item) =>
      item.type === "item_reference" ? Effect.map(itemOf(item), keptItem) : Effect.succeed([item])
    )).flat()
    const { asked, turn } = yield* Effect.fromResult(toTurn(body, conversationOf([...earlier, ...items])))
    const stored = (response: ResponseObject): Omit<StoredResponse, "run_id"> => ({
      id,
      previous_id: previous ?? null,
      account_id: accountId,
      items,
      response
    })
    const { accountId } = yield* CurrentUser
    const at = yield* nowInSeconds
    if (background === true) {
      const { model, request } = yield* runFor(turn, { catalog, thinking: live.current.thinking })
      const response = newResponse({ ...asked, model }, id, at)
      const submit = Effect.gen(function* () {
        const row = yield* runs.submit(request, { requestId: yield* RequestId })
        const kept = { ...stored(response), run_id: row.id }
        yield* store.add(kept)
        return Effect.orDie(eventsOf(kept, row.id))
      })
      return {
        head: response,
        // It goes on whoever listens.
        isFound: true,
        isKept: true,
        whole: Effect.as(submit, response),
        events: Effect.flatMap(Effect.flatten(submit), ({ events }) => pulling(events))
      }
    }
    const running = yield* turns.begin(turn)
    const response = newResponse({ ...asked, model: running.model }, id, at)
    const head: ResponseObject = { ...response, status: "in_progress" }
    const writer = makeResponseWriter(head)
    const keep = (ended: ResponseObject) => (asked.store ? store.add({ ...stored(ended), run_id: null }) : Effect.void)
    return {
      head,
      isFound: running.run !== undefined,
      isKept: false,
      whole: wholeResponse(writer, running.events, keep),
      events: responseEvents(writer, running.events, { keep, failureOf })
    }
  })

  const follow = Effect.fn("Responses.follow")(function* (id: string, after: number) {
    const stored = yield* find(id)
    if (stored.run_id === null) return yield* new NotInBackground({ wanted: "stream" })
    const { events } = yield* Effect.catchTag(eventsOf(stored, stored.run_id), "UnknownRun", () =>
      Effect.fail(new UnknownResponse({ id }))
    )
    return Stream.filter(events, ({ sequence_number }) => sequence_number > after)
  })

  /** Ends the run of a response, if it has one under way. */
  const endRun = ({ run_id: run }: StoredResponse) =>
    run === null
      ? Effect.void
      : Effect.catchTags(runs.cancel(run), {
          UnknownRun: () => Effect.void,
          RunEnded: () => Effect.void,
          RunAttended: Effect.die
        })

  return Responses.of({
    whole: (body) =>
      Effect.map(begin(body), ({ whole, ...begun }) => ({
        ...begun,
        pull: Effect.succeed(pullingOnce(Effect.map(whole, Arr.of)))
      })),
    stream: (body) => Effect.map(begin(body), ({ events, ...begun }) => ({ ...begun, pull: whenPulled(events) })),
    find: Effect.fn("Responses.find")((id: string) => Effect.flatMap(find(id), current)),
    itemsOf: Effect.fn("Responses.itemsOf")((id: string) => Effect.map(find(id), ({ items }) => items)),
    follow,
    cancel: Effect.fn("Responses.cancel")(function* (id: string) {
      const stored = yield* find(id)
      if (stored.run_id === null) return yield* new NotInBackground({ wanted: "cancel" })
      yield* endRun(stored)
      return yield* current(stored)
    }),
    remove: Effect.fn("Responses.remove")(function* (id: string) {
      yield* endRun(yield* find(id))
      yield* store.remove(id)
    })
  })
})

const newResponse = (asked: Asked, id: string, at: number): ResponseObject => ({
  id,
  object: "response",
  created_at: at,
  completed_at: null,
  status: "queued",
  error: null,
  incomplete_details: null,
  ...asked,
  output: [],
  usage: null
})

/** As it was when it was taken on. */
const queued = (response: ResponseObject): ResponseObject => ({
  ...response,
  completed_at: null,
  status: "queued",
  error: null,
  incomplete_details: null,
  output: [],
  usage: null
})
