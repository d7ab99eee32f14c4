import { PROVIDER_ID } from "./Setting.ts"

// Groups of which everything holds from the next use on, and single settings of others.
const groups = ["answering.", "thinking.", "rate_limit.", "ai."]
const single: ReadonlySet<string> = new Set([
  "server.cors_origins",
  "server.body_limit",
  "server.max_requests",
  "cache.capacity",
  "cache.ttl",
  "logging.level",
  "accounts.unpriced",
  "accounts.max_tokens",
  "telemetry.sample_ratio"
])

/** Whether a setting is one of the providers, which `/api/v1/providers` changes. */
export const isOfProviders = (path: string): boolean => path.includes(PROVIDER_ID) || path === "ai.default_provider"

/** Whether a setting may be changed while the service runs (`PATCH /api/v1/settings`). None of them is secret. */
export const isLive = (path: string): boolean =>
  !isOfProviders(path) && (single.has(path) || groups.some((group) => path.startsWith(group)))
