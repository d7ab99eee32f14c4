// A client that did not hear from us sends its request again: what is under way for the first one is not begun, or paid for, twice.
import { Clock, Context, Effect, Exit, Layer, Option, Scope, Stream } from "effect"
import { CurrentRoute, CurrentUser } from "../platform/Caller.ts"
import { RequestId } from "../platform/RequestId.ts"
import { sortableUuid } from "../platform/sortableUuid.ts"
import { BadBody } from "./BadBody.ts"
import type { Identity } from "./completions/Identity.ts"
import { pullOf, type TurnPull } from "./OpenedTurn.ts"
import { makeShare, type Share } from "./Share.ts"
import type { Turn, TurnError, TurnEvent } from "./Turn.ts"
import { Turns, type UnknownModel, type Unsupported } from "./Turns.ts"

/** Turns that can be joined at the same time; more are begun all the same, and cannot be. */
export const mostShared = 1000
/** A turn with a key goes on for so long after its last reader has left. */
export const lingers = "30 seconds"
/** How long the reply to a request with a key can be had again. */
export const keptFor = "60 seconds"

export interface SharedRequest {
  readonly turn: Turn
  /** The header `Idempotency-Key`. */
  readonly key: string | undefined
  /** The same for the same request of the same caller, and for no other. */
  readonly fingerprint: () => string
  /** Whether the client says that it has sent this before. */
  readonly isRetry: boolean
}

/** A turn for one reader, from its beginning. */
export interface Joined {
  readonly identity: Identity
  readonly pull: TurnPull
}

interface Entry {
  readonly fingerprint: string
  readonly identity: Identity
  readonly share: Share
}

/**
 * Turns that a request sent again finds under way: one with the same `Idempotency-Key`, which goes on for a while when nobody reads
 * and can be had again for a minute; or a run that is asked for by the same body again, where the client says that it tries again. Two
 * requests that merely look the same are two. Others end as soon as their reader leaves.
 */
export class SharedTurns extends Context.Service<
  SharedTurns,
  {
    readonly open: (request: SharedRequest) => Effect.Effect<Joined, UnknownModel | Unsupported | BadBody, Scope.Scope>
  }
>()("siku/chat/SharedTurns") {
  static readonly layer: Layer.Layer<SharedTurns, never, Turns> = Layer.effect(
    SharedTurns,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const turns = yield* Turns
  const service = yield* Effect.scope
  const entries = new Map<string, Entry>()

  /** Asks nothing yet: what is begun and not pulled costs nothing. */
  const begin = Effect.fnUntraced(function* (turn: Turn) {
    const { events, model, run } = yield* turns.begin(turn)
    const created = Math.floor((yield* Clock.currentTimeMillis) / 1000)
    const identity: Identity = { id: `chatcmpl-${run ?? sortableUuid()}`, created, model, run }
    return { identity, events }
  })

  /** Makes a turn one that others may join, as long as it stands in the table. */
  const share = Effect.fnUntraced(function* (
    name: string,
    fingerprint: string,
    mayLinger: boolean,
    { events, identity }: Begun
  ) {
    const scope = yield* Scope.fork(service)
    const forget = Effect.sync(() => {
      if (entries.get(name) === entry) entries.delete(name)
    })
    const close = Effect.andThen(forget, Scope.close(scope, Exit.void))
    const linger: Effect.Effect<void> = Effect.suspend(() =>
      Effect.timeoutOption(entry.share.drain, lingers).pipe(
        Effect.flatMap((drained) => (Option.isSome(drained) ? Effect.sleep(keptFor) : Effect.void)),
        Effect.andThen(Effect.suspend(() => (entry.share.isRead() ? Effect.void : close))),
        Effect.forkIn(service),
        Effect.asVoid
      )
    )
    const entry: Entry = {
      fingerprint,
      identity,
      // Whoever reads it first, it is the turn of who began it.
      share: makeShare(yield* Scope.provide(pullOf(Stream.provideContext(events, yield* ofRequest)), scope), scope, {
        left: mayLinger ? linger : close,
        failed: forget
      })
    }
    entries.set(name, entry)
    return entry
  })

  const join = ({ identity, share }: Entry) => Effect.map(share.read, (pull): Joined => ({ identity, pull }))

  return SharedTurns.of({
    open: Effect.fnUntraced(function* (request) {
      const { isRetry, key, turn } = request
      const mayJoin = key !== undefined || isRetry
      const begun = yield* begin(turn)
      if ((!mayJoin && begun.identity.run === undefined) || entries.size >= mostShared) {
        return { identity: begun.identity, pull: yield* pullOf(begun.events) }
      }
      const fingerprint = request.fingerprint()
      const name = key === undefined ? `body ${fingerprint}` : `key ${key}`
      const found = mayJoin ? entries.get(name) : undefined
      if (found !== undefined && found.fingerprint !== fingerprint) {
        return yield* new BadBody({ param: null, detail: "this Idempotency-Key came with another request before" })
      }
      if (found !== undefined) return yield* join(found)
      return yield* join(yield* share(name, fingerprint, key !== undefined, begun))
    })
  })
})

/** Which request it is that is served, for whom and on which route. */
const ofRequest = Effect.gen(function* () {
  return Context.make(CurrentUser, yield* CurrentUser).pipe(
    Context.add(CurrentRoute, yield* CurrentRoute),
    Context.add(RequestId, yield* RequestId)
  )
})

type Begun = { readonly identity: Identity; readonly events: Stream.Stream<TurnEvent, TurnError> }
