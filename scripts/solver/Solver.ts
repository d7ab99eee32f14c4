// A stand-in model that reads the prompts it gets and works out what they ask, as well or badly as it is told to.
import { hash } from "node:crypto"
import * as Effect from "effect/Effect"
import type * as Scope from "effect/Scope"
import type { ChatRequest } from "../upstream/ChatRequest.ts"
import { startUpstream, type Upstream, type UpstreamOptions } from "../upstream/Upstream.ts"
import { readExercise } from "./Exercise.ts"
import { challenge, fuse, mindOf, plain, plan, summarise, think, vote } from "./roles.ts"
import { type SolverModel, sharedBlindSpots } from "./SolverModel.ts"

export interface SolverOptions extends Pick<UpstreamOptions, "port" | "faultRates" | "faultFor"> {
  readonly model?: SolverModel
  /** How well a model of this name thinks, in place of `model`: `strong/thinker` and `strong/plain` are both of `strong`. */
  readonly named?: Readonly<Record<string, SolverModel>>
}

/** Starts a solver on 127.0.0.1; rejects if the port is taken. */
export const startSolver = async ({
  model = sharedBlindSpots,
  named = {},
  ...options
}: SolverOptions = {}): Promise<Upstream> => {
  // Who asks the same once more gets another sample, as a model with a temperature gives one.
  const asked = new Map<string, number>()
  const answer = (request: ChatRequest): string => {
    const text = request.messages.map((message) => message.text).join("\n\n")
    const exercise = readExercise(text)
    const [family = "", role = family] = request.model.split("-")
    if (role === "planner") return plan(text)
    if (role === "summarizer") return summarise(text)
    if (exercise === undefined) return "I only know exercises of my own."
    const key = hash("sha1", `${request.model} ${text}`)
    const time = (asked.get(key) ?? 0) + 1
    asked.set(key, time)
    const own = named[family] ?? model
    switch (role) {
      case "thinker": {
        const strategy = /(?:Your strategy is|你的策略是)\s?["“「『]([^"”」』\n]{0,200})/.exec(text)?.[1]
        if (strategy === undefined) return plain(mindOf(own, exercise, `${family} plain ${time}`))
        return think(mindOf(own, exercise, `${family} ${strategy} ${time}`), text)
      }
      case "challenger":
        return challenge(mindOf(own, exercise, `${family} challenger ${key}`), text)
      case "voter":
        return vote(mindOf(own, exercise, `${family} voter ${key} ${time}`), text)
      case "fusion":
        return fuse(mindOf(own, exercise, `${family} fusion ${key}`), text)
      default:
        return plain(mindOf(own, exercise, `${family} plain ${time}`))
    }
  }
  return await startUpstream({ answer, model: "plain", keepRequests: 0, ...options })
}

/** A solver that is closed with the scope. */
export const solver = (options: SolverOptions = {}): Effect.Effect<Upstream, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => startSolver(options)),
    (upstream) => Effect.promise(() => upstream.close())
  )
