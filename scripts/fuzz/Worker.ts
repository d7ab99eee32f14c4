// One of those who send: makes the request of a number, has the reply judged, and makes small what is found.
import { Arbitrary, Effect } from "effect"
import { uniform } from "../upstream/Random.ts"
import type { Connection, Outcome } from "./Connection.ts"
import type { Credential } from "./Credential.ts"
import type { Tally } from "./Findings.ts"
import { commandOf, type FuzzRequest } from "./FuzzRequest.ts"
import { type Law, type Wrong, wrongsOf } from "./Judge.ts"
import type { KnownIds } from "./KnownIds.ts"
import type { Operation } from "./Operation.ts"
import { type Plan, requestOf } from "./Plan.ts"

/** What the workers share, and the connection that is one's own. */
export interface WorkerParts {
  readonly seed: number
  readonly port: number
  readonly operations: ReadonlyArray<Operation>
  readonly plansFor: (operation: Operation) => Arbitrary.Arbitrary<Plan>
  readonly credentials: ReadonlyArray<Credential>
  /** Whatever one of them learns, all know. */
  readonly ids: KnownIds
  readonly law: Law
  readonly tally: Tally
  readonly connection: Connection
}

export interface Worker {
  /** Learns the ids of what is there already. */
  readonly lookAround: Effect.Effect<void>
  readonly send: (number: number) => Effect.Effect<void>
}

// Values of a size that a person might send.
const size = 12
const mostShrinks = 60

export const makeWorker = (parts: WorkerParts): Worker => {
  const { connection, credentials, ids, law, operations, plansFor, port, seed, tally } = parts

  const carryOut = (operation: Operation, plan: Plan, number: number) =>
    Effect.suspend(() => {
      const request = requestOf(operation, plan, { credentials, ids, number, port, seed })
      return Effect.map(connection.exchange(request), (outcome) => ({
        request,
        outcome,
        wrongs: wrongsOf(law, request, outcome)
      }))
    })

  const learn = (operation: Operation, outcome: Outcome) => {
    if (outcome.kind !== "reply" || outcome.reply.status >= 300 || operation.method === "DELETE") return
    const json = parsed(outcome.reply.body)
    if (json !== undefined) ids.learn(operation.path, json)
  }

  /** Those of them that are the first of their kind. */
  const note = (operation: Operation, number: number, request: FuzzRequest, wrongs: ReadonlyArray<Wrong>) =>
    wrongs.filter((wrong) =>
      tally.found({ operation: operation.id, ...wrong, request: number, command: commandOf(request, port) })
    )

  const minimise = Effect.fnUntraced(function* (operation: Operation, number: number, wrong: Wrong) {
    let last: { readonly request: FuzzRequest; readonly detail: string } | undefined
    yield* Arbitrary.checkEffect(
      plansFor(operation),
      (plan) =>
        Effect.map(carryOut(operation, plan, number), ({ request, wrongs }) => {
          const same = wrongs.find(({ what }) => what === wrong.what)
          // What is met with on the way is found as well.
          note(
            operation,
            number,
            request,
            wrongs.filter(({ what }) => what !== wrong.what)
          )
          if (same !== undefined) last = { request, detail: same.detail }
          return same === undefined
        }),
      { runs: 1, maxShrinks: mostShrinks, seed: seedOf(number), size }
    )
    if (last === undefined) return
    tally.minimised({
      operation: operation.id,
      what: wrong.what,
      detail: last.detail,
      request: number,
      command: commandOf(last.request, port)
    })
  })

  const seedOf = (number: number) => `${seed}/${number}`

  const send = Effect.fnUntraced(function* (number: number) {
    const operation = operations[Math.floor(uniform(seed, number, 0) * operations.length)]
    if (operation === undefined) return
    const [plan] = yield* Effect.orDie(
      Arbitrary.sampleEffect(plansFor(operation), { count: 1, seed: seedOf(number), size })
    )
    if (plan === undefined) return
    const { outcome, request, wrongs } = yield* carryOut(operation, plan, number)
    learn(operation, outcome)
    if (outcome.kind === "reply") tally.replied(operation.id, outcome.reply.status, outcome.reply.millis)
    else tally.replied(operation.id, outcome.kind, 0)
    for (const wrong of note(operation, number, request, wrongs)) {
      if (outcome.kind !== "silence" && outcome.kind !== "unfinished") yield* minimise(operation, number, wrong)
    }
  })

  const lookAround = Effect.forEach(
    operations.filter(({ method, path }) => method === "GET" && !path.includes("{")),
    (operation) =>
      Effect.suspend(() => {
        const plan = { body: undefined, parameters: [], faults: [] }
        const request = requestOf(operation, plan, { credentials: credentials.slice(0, 1), ids, number: 0, port, seed })
        return Effect.map(connection.exchange({ ...request, target: operation.path }), (outcome) =>
          learn(operation, outcome)
        )
      }),
    { discard: true }
  )

  return { lookAround, send }
}

const parsed = (body: Buffer): unknown => {
  try {
    return JSON.parse(body.toString("utf8"))
  } catch {
    return undefined
  }
}
