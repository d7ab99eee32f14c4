// A client that did not hear from us sends its request again: what is under way for the first one is not begun, or paid for, twice.
import { Context, Effect, Exit, Layer, Option, Scope } from "effect"
import { UnderWay } from "../accounts/UnderWay.ts"
import { CurrentRoute, CurrentUser } from "../platform/Caller.ts"
import { OwnedPlaces } from "../platform/OwnedPlaces.ts"
import { RequestId } from "../platform/RequestId.ts"
import { BadBody } from "./BadBody.ts"
import { makeShare, type PullOf, type Share } from "./Share.ts"

/** Turns that can be joined at the same time, of one owner half of them; more are begun all the same, and cannot be. */
export const mostShared = 1000
/** A turn with a key goes on for so long after its last reader has left. */
export const lingers = "30 seconds"
/** How long the reply to a request with a key can be had again. */
export const keptFor = "60 seconds"

/** By what a request is known again. */
export interface Retry {
  /** The header `Idempotency-Key`. */
  readonly key: string | undefined
  /** The same for the same request of the same caller to the same route, and for no other. */
  readonly fingerprint: () => string
  /** Whether the client says that it has sent this before. */
  readonly isRetry: boolean
  /** Whose places it takes: nobody pushes out what others have sent. */
  readonly owner: string
}

/** A turn that asks nothing, and costs nothing, until it is pulled. */
export interface BegunTurn<H, A, E> {
  /** What all who read it are told alike: its id above all. */
  readonly head: H
  readonly pull: Effect.Effect<PullOf<A, E>, never, Scope.Scope>
  /** Whether who says that it tries again finds it also without a key. */
  readonly isFound: boolean
  /** Whether it can be had again for a minute also without a key. */
  readonly isKept?: boolean
}

/** A turn for one reader, from its beginning. */
export interface Joined<H, A, E> {
  readonly head: H
  readonly pull: PullOf<A, E>
}

/** Turns of one kind, which are read in one form. */
export interface Room<H, A, E> {
  readonly open: <F>(
    retry: Retry,
    begin: Effect.Effect<BegunTurn<H, A, E>, F>
  ) => Effect.Effect<Joined<H, A, E>, F | BadBody, Scope.Scope>
}

interface Entry<H, A, E> {
  readonly head: H
  readonly share: Share<A, E>
  readonly close: Effect.Effect<void>
}

/**
 * Turns that a request sent again finds under way: one with the same `Idempotency-Key`, which goes on for a while when nobody reads
 * and can be had again for a minute; or a run that is asked for by the same body again, where the client says that it tries again. Two
 * requests that merely look the same are two. Others end as soon as their reader leaves. A key is one key, whichever room it is used in.
 */
export class SharedTurns extends Context.Service<
  SharedTurns,
  {
    readonly room: <H, A, E>() => Room<H, A, E>
  }
>()("siku/chat/SharedTurns") {
  static readonly layer: Layer.Layer<SharedTurns, never, UnderWay> = Layer.effect(
    SharedTurns,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const service = yield* Effect.scope
  const underWay = yield* UnderWay
  const runFork = Effect.runForkWith(yield* Effect.context<never>())
  /** The fingerprints of all that can be joined, by name. */
  const taken = new Map<string, string>()
  const places = new OwnedPlaces(mostShared)

  const room = <H, A, E>(): Room<H, A, E> => {
    const entries = new Map<string, Entry<H, A, E>>()

    /** Makes a turn one that others may join, as long as it stands in the table by that name. */
    const share = Effect.fnUntraced(function* (
      { name, owner }: { readonly name: string; readonly owner: string },
      mayLinger: boolean,
      begun: BegunTurn<H, A, E>
    ) {
      const scope = yield* Scope.fork(service)
      const forget = Effect.sync(() => {
        if (entries.get(name) !== entry) return
        entries.delete(name)
        taken.delete(name)
        places.giveBack(owner)
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
      const pull = yield* Scope.provide(begun.pull, scope)
      // Whoever reads it first, it is the turn of who began it.
      const ofWhoBegan = Effect.provideContext(pull, yield* ofRequest)
      // Nobody reads it then, and it would go on for a while.
      const leave = underWay.add(yield* CurrentUser, () => void runFork(close))
      yield* Scope.addFinalizer(scope, Effect.sync(leave))
      const entry: Entry<H, A, E> = {
        head: begun.head,
        share: makeShare(ofWhoBegan, scope, { left: mayLinger ? linger : close, failed: forget }),
        close
      }
      return entry
    })

    /** What is under way by that name, for the same request or another one. */
    const find = (name: string, fingerprint: string): Entry<H, A, E> | BadBody | undefined => {
      const other = taken.get(name)
      return other === undefined || other === fingerprint ? entries.get(name) : otherBody
    }

    const join = (found: Entry<H, A, E> | BadBody): Effect.Effect<Joined<H, A, E>, BadBody, Scope.Scope> =>
      found instanceof BadBody
        ? Effect.fail(found)
        : Effect.map(found.share.read, (pull) => ({ head: found.head, pull }))

    /** Puts a turn into the table for its first reader, both or neither: nobody would take it out again. */
    const enter = Effect.fnUntraced(function* (retry: Retry, fingerprint: string, begun: BegunTurn<H, A, E>) {
      const { isRetry, key } = retry
      const name = nameOf(retry, fingerprint)
      const entry = yield* share({ name, owner: retry.owner }, key !== undefined || begun.isKept === true, begun)
      // Another request may have begun the same in the meantime.
      const other = key !== undefined || isRetry ? find(name, fingerprint) : undefined
      if (other !== undefined) {
        yield* entry.close
        return yield* join(other)
      }
      // One that merely looks the same may stand there; whoever reads that one reads on.
      if (!taken.has(name)) places.occupy(retry.owner)
      entries.set(name, entry)
      taken.set(name, fingerprint)
      return yield* join(entry)
    }, Effect.uninterruptible)

    return {
      open: Effect.fnUntraced(function* (retry, begin) {
        const { isRetry, key } = retry
        const mayJoin = key !== undefined || isRetry
        const fingerprint = mayJoin ? retry.fingerprint() : undefined
        if (fingerprint !== undefined) {
          const found = find(nameOf(retry, fingerprint), fingerprint)
          if (found !== undefined) return yield* join(found)
        }
        const begun = yield* begin
        if ((!mayJoin && !begun.isFound) || !places.hasPlaceFor(retry.owner)) {
          return { head: begun.head, pull: yield* begun.pull }
        }
        return yield* enter(retry, fingerprint ?? retry.fingerprint(), begun)
      })
    }
  }

  return SharedTurns.of({ room })
})

const otherBody = new BadBody({ param: null, detail: "this Idempotency-Key came with another request before" })

const nameOf = ({ key }: Retry, fingerprint: string): string =>
  key === undefined ? `body ${fingerprint}` : `key ${key}`

/** Which request it is that is served, for whom and on which route. */
const ofRequest = Effect.gen(function* () {
  return Context.make(CurrentUser, yield* CurrentUser).pipe(
    Context.add(CurrentRoute, yield* CurrentRoute),
    Context.add(RequestId, yield* RequestId)
  )
})
