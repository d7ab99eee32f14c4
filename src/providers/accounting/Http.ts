import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { CallLedger } from "./CallLedger.ts"

const usualLimit = 50

export const layer = HttpApiBuilder.group(
  Api,
  "calls",
  Effect.fnUntraced(function* (handlers) {
    const ledger = yield* CallLedger
    return handlers.handle("listCalls", ({ query: { before, limit = usualLimit } }) =>
      Effect.map(ledger.recent({ limit: limit + 1, before }), (found) => {
        const page = found.slice(0, limit)
        return {
          calls: page.map(({ attempts, call }) => ({
            ...call,
            stream: call.stream === 1,
            estimated: call.estimated === 1,
            attempts: attempts.map((attempt) => ({ ...attempt, estimated: attempt.estimated === 1 }))
          })),
          next: found.length > limit ? (page.at(-1)?.call.id ?? null) : null
        }
      })
    )
  })
)
