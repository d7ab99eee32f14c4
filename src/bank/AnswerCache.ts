import { Cache, Context, Duration, Effect, Layer, type Option } from "effect"
import type { Settings } from "../platform/config/Settings.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import { steadyNow } from "../platform/steadyTime.ts"
import type { QuestionId } from "./StoredQuestion.ts"

/** An answer that is known, in the words it was stored with; it is put into a question's own words when it is used. */
export interface KnownAnswer {
  readonly id: QuestionId
  readonly title: string
  readonly answer: ReadonlyArray<string>
  /** 0 to 1 */
  readonly confidence: number
  /** Whether a model, not a person, said so. */
  readonly ai: boolean
}

/**
 * The memory tier: answers by question key, bounded in number and age, one for the whole process. Holds answers only,
 * never failures; may forget at any time.
 */
export class AnswerCache extends Context.Service<
  AnswerCache,
  {
    readonly get: (key: string) => Effect.Effect<Option.Option<KnownAnswer>>
    readonly set: (key: string, answer: KnownAnswer) => Effect.Effect<void>
    /**
     * Forgets what is known under these keys, and under any key from the rows of these ids. What somebody read of such a
     * row before it changed may still be on its way here, so for five seconds nothing of it is taken.
     */
    readonly forget: (changed: {
      readonly keys: ReadonlyArray<string>
      readonly ids: ReadonlyArray<QuestionId>
    }) => Effect.Effect<void>
    /** Forgets everything, where nobody knows what has changed; for five seconds nothing is taken. */
    readonly forgetAll: Effect.Effect<void>
  }
>()("siku/bank/AnswerCache") {
  static readonly layer: Layer.Layer<AnswerCache, never, LiveSettings> = Layer.effect(
    AnswerCache,
    Effect.gen(function* () {
      const live = yield* LiveSettings
      let held = yield* makeMemory(live.current.cache)
      // What is known is forgotten where its bounds change: it is soon known again.
      yield* live.follow(({ cache }) =>
        cache.capacity === held.capacity && Duration.equals(cache.ttl, held.ttl)
          ? Effect.void
          : Effect.map(makeMemory(cache), (made) => {
              held = made
            })
      )
      const changing = makeChangedLately()

      // The index first: what memory holds must never be unknown there.
      const keep = (key: string, answer: KnownAnswer) => {
        const { index, memory } = held
        return Effect.andThen(index.add(answer.id, key), Cache.set(memory, key, answer))
      }

      return AnswerCache.of({
        get: (key) => Cache.getOption(held.memory, key),
        // An answer of many pages would make the bound in number no bound in memory.
        set: (key, answer) =>
          answer.answer.reduce((total, text) => total + text.length, 0) > longestAnswer
            ? Effect.void
            : changing.isEmpty()
              ? keep(key, answer)
              : Effect.flatMap(steadyNow, (now) => (changing.has(answer.id, now) ? Effect.void : keep(key, answer))),
        forget: Effect.fnUntraced(function* ({ ids, keys }) {
          const { index, memory } = held
          for (const key of keys) if (index.has(key)) yield* Cache.invalidate(memory, key)
          if (ids.length === 0) return
          changing.add(ids, yield* steadyNow)
          for (const id of ids) {
            for (const key of index.take(id)) {
              // The key may be another row's by now.
              yield* Cache.invalidateWhen(memory, key, (known) => known.id === id)
            }
          }
        }),
        forgetAll: Effect.gen(function* () {
          const { index, memory } = held
          changing.addAll(yield* steadyNow)
          index.clear()
          yield* Cache.invalidateAll(memory)
        })
      })
    })
  )
}

/** Memory within these bounds, and which keys it holds of each row. */
const makeMemory = Effect.fnUntraced(function* ({ capacity, ttl }: Settings["cache"]) {
  const memory = yield* Cache.make<string, KnownAnswer>({
    capacity,
    timeToLive: ttl,
    lookup: () => Effect.die(new Error("the answer cache is only ever filled from outside"))
  })
  return { memory, index: makeKeyIndex(capacity, (key) => Cache.has(memory, key)), capacity, ttl }
})

/** Longest answer kept in memory, in characters. */
const longestAnswer = 16_384

/**
 * Which keys a row is known under. Memory lets go of keys without a word: once there are more here than it can hold, each
 * that is added has the two oldest looked after.
 */
const makeKeyIndex = (capacity: number, isPresent: (key: string) => Effect.Effect<boolean>) => {
  const keysOf = new Map<QuestionId, Set<string>>()
  const idOf = new Map<string, QuestionId>()

  const link = (id: QuestionId, key: string) => {
    idOf.set(key, id)
    const keys = keysOf.get(id)
    if (keys === undefined) keysOf.set(id, new Set([key]))
    else keys.add(key)
  }
  const unlink = (key: string) => {
    const id = idOf.get(key)
    if (id === undefined) return
    idOf.delete(key)
    const keys = keysOf.get(id)
    keys?.delete(key)
    if (keys?.size === 0) keysOf.delete(id)
  }
  const lookAfterTheOldest = Effect.fnUntraced(function* () {
    const oldest: Array<readonly [string, QuestionId]> = []
    for (const entry of idOf) {
      if (oldest.push(entry) === 2) break
    }
    for (const [key, id] of oldest) {
      unlink(key)
      if (yield* isPresent(key)) link(id, key)
    }
  })

  return {
    /** Whether memory may hold it: what it holds is always known here. */
    has: (key: string): boolean => idOf.has(key),
    add: (id: QuestionId, key: string): Effect.Effect<void> => {
      unlink(key)
      link(id, key)
      return idOf.size > capacity ? lookAfterTheOldest() : Effect.void
    },
    take: (id: QuestionId): Iterable<string> => {
      const keys = keysOf.get(id) ?? []
      keysOf.delete(id)
      for (const key of keys) idOf.delete(key)
      return keys
    },
    clear: () => {
      keysOf.clear()
      idOf.clear()
    }
  }
}

const lately = Duration.toMillis("5 seconds")
// An import that changes more than this at once holds all answers off instead.
const mostChanging = 10_000

const makeChangedLately = () => {
  const changed = new Map<QuestionId, number>()
  let allUntil = 0
  const addAll = (now: number) => {
    changed.clear()
    allUntil = now + lately
  }
  return {
    addAll,
    isEmpty: () => changed.size === 0 && allUntil === 0,
    add: (ids: ReadonlyArray<QuestionId>, now: number) => {
      // In the order they were added, so the oldest come first.
      for (const [id, until] of changed) {
        if (until > now) break
        changed.delete(id)
      }
      for (const id of ids) {
        changed.delete(id)
        changed.set(id, now + lately)
      }
      if (changed.size > mostChanging) addAll(now)
    },
    has: (id: QuestionId, now: number) => {
      if (now < allUntil) return true
      allUntil = 0
      const until = changed.get(id)
      if (until === undefined) return false
      if (now < until) return true
      changed.delete(id)
      return false
    }
  }
}
