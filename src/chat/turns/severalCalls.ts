import { Array as Arr, Effect, Exit, Scope, Stream } from "effect"
import type { ChatModel } from "../../providers/ChatModel.ts"
import { opening, pulling } from "../../providers/policy/begin.ts"
import { pullOf } from "../OpenedTurn.ts"
import type { Turn, TurnError, TurnEvent } from "../Turn.ts"
import { plainCall } from "./plainCall.ts"

/**
 * A turn with several choices: as many plain calls at once, each with all that a call has, and their events as they come. The first
 * that fails ends the others, and its failure is that of the turn.
 */
export const severalCalls = (model: ChatModel, turn: Turn, choices: number): Stream.Stream<TurnEvent, TurnError> => {
  // Opened by the first pull of each: what merges them opens one after the other.
  const calls = Arr.makeBy(choices, (choice) =>
    Stream.map(opening(pullOf(plainCall(model, turnOf(turn, choice)))), (event): TurnEvent => ({ ...event, choice }))
  )
  return opening(
    Effect.flatMap(Effect.scope, (outer) => {
      const scope = Scope.forkUnsafe(outer)
      const all = pulling(Stream.mergeAll(calls, { concurrency: choices }))
      // At once, and not when the turn's own scope closes: a turn that others may join keeps that open.
      return Effect.map(Scope.provide(all, scope), (pull) => Effect.onError(pull, () => Scope.close(scope, Exit.void)))
    })
  )
}

/** With one seed for all they would all be the same. */
const turnOf = (turn: Turn, choice: number): Turn => {
  const { seed } = turn.options
  return seed === undefined || choice === 0 ? turn : { ...turn, options: { ...turn.options, seed: seed + choice } }
}
