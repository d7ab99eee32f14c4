import { type Array as Arr, Effect, Result, Stream } from "effect"
import type { ChatModel, ChatRequest } from "../ChatModel.ts"
import type { ProviderError } from "../ProviderError.ts"

/**
 * Several models as one: each is asked when the one before it has failed, retries included, and the reply says who gave it.
 * When all fail, the first one's failure is told, for it is the one that was meant to answer. A stream goes to the next
 * model only while nothing of it was passed on.
 */
export const withFallback = (models: Arr.NonEmptyReadonlyArray<ChatModel>): ChatModel => {
  const [first, ...others] = models

  const complete = Effect.fnUntraced(function* (request: ChatRequest) {
    const meant = yield* Effect.result(first.complete(request))
    if (Result.isSuccess(meant)) return meant.success
    let error = meant.failure
    for (const model of others) {
      yield* tellOfFallback(error, model)
      const result = yield* Effect.result(model.complete(request))
      if (Result.isSuccess(result)) return result.success
      error = result.failure
    }
    return yield* meant.failure
  })

  const stream = (request: ChatRequest) =>
    Stream.suspend(() => {
      let hasBegun = false
      let meant: ProviderError | undefined
      const begin = (model: ChatModel) => Stream.tap(model.stream(request), () => Effect.sync(() => (hasBegun = true)))
      return others
        .reduce(
          (before, model) =>
            Stream.catch(before, (error) => {
              meant ??= error
              return hasBegun
                ? Stream.fail(error)
                : Stream.concat(Stream.drain(Stream.fromEffect(tellOfFallback(error, model))), begin(model))
            }),
          begin(first)
        )
        .pipe(Stream.mapError((error) => (hasBegun ? error : (meant ?? error))))
    })

  return { provider: first.provider, name: first.name, model: first.model, complete, stream }
}

const tellOfFallback = (error: ProviderError, next: ChatModel) =>
  Effect.logWarning(`${error.message}; asking ${next.provider}/${next.model} instead`)
