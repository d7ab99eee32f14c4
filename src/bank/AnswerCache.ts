import { Cache, Context, Effect, Layer, type Option } from "effect"
import { AppConfig } from "../platform/config/AppConfig.ts"
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
  }
>()("siku/bank/AnswerCache") {
  static readonly layer: Layer.Layer<AnswerCache, never, AppConfig> = Layer.effect(
    AnswerCache,
    Effect.gen(function* () {
      const { cache } = yield* AppConfig
      const memory = yield* Cache.make<string, KnownAnswer>({
        capacity: cache.capacity,
        timeToLive: cache.ttl,
        lookup: () => Effect.die(new Error("the answer cache is only ever filled from outside"))
      })
      return AnswerCache.of({
        get: (key) => Cache.getOption(memory, key),
        // An answer of many pages would make the bound in number no bound in memory.
        set: (key, answer) =>
          answer.answer.reduce((total, text) => total + text.length, 0) > longestAnswer
            ? Effect.void
            : Cache.set(memory, key, answer)
      })
    })
  )
}

/** Longest answer kept in memory, in characters. */
const longestAnswer = 16_384
