import { Effect } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { CallLedger } from "./CallLedger.ts"
import type { StoredCall } from "./callRows.ts"

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
            id: call.id,
            role: call.role,
            request_id: call.requestId,
            account_id: call.payer.accountId,
            user_id: call.payer.userId,
            key_id: call.payer.keyId,
            route: call.route === "" ? null : call.route,
            provider: call.provider ?? null,
            model: call.model ?? null,
            stream: call.stream,
            ...shown(call),
            attempts: attempts.map((attempt) => ({
              provider: attempt.provider,
              model: attempt.model,
              api_key: attempt.key ?? null,
              detail: attempt.detail ?? null,
              ...shown(attempt)
            }))
          })),
          next: found.length > limit ? (page.at(-1)?.call.id ?? null) : null
        }
      })
    )
  })
)

const shown = (record: StoredCall["call"] | StoredCall["attempts"][number]) => ({
  at: record.at,
  outcome: record.outcome,
  prompt_tokens: record.usage.promptTokens,
  completion_tokens: record.usage.completionTokens,
  cached_tokens: record.usage.cachedTokens,
  cache_write_tokens: record.usage.cacheWriteTokens,
  reasoning_tokens: record.usage.reasoningTokens,
  estimated: record.usage.estimated,
  cost: record.cost ?? null,
  cost_source: record.costSource ?? null,
  unsound: !record.isSound,
  elapsed_ms: record.elapsedMillis,
  first_byte_ms: record.firstByteMillis ?? null
})
