import { type Duration, type Redacted, Schema } from "effect"
import type { Preset } from "./Presets.ts"
import {
  BytesFrom,
  HeaderSecret,
  Host,
  HttpUrl,
  NumberFrom,
  Origins,
  Secret,
  SecondsFrom,
  Switch,
  Text,
  WholeNumberFrom,
  WordFrom
} from "./SettingValues.ts"

/** Longer timers than a day are mistakes, and far longer ones overflow. */
const DAY = 86_400
const YEAR = 365 * DAY

export const Server = Schema.Struct({
  host: Host,
  port: WholeNumberFrom(0, 65_535),
  publicUrl: Schema.optionalKey(HttpUrl),
  corsOrigins: Origins,
  /** In bytes. */
  bodyLimit: BytesFrom(1024, 1024 ** 3),
  drain: SecondsFrom(0, DAY)
})

export const Database = Schema.Struct({ url: Secret })

export const Bank = Schema.Struct({ starter: Switch })

export const Cache = Schema.Struct({
  type: WordFrom({ memory: "memory", redis: "redis" }),
  capacity: WholeNumberFrom(0, 10_000_000),
  ttl: SecondsFrom(0, 10 * YEAR),
  redisUrl: Schema.optionalKey(Secret)
})

export const Answering = Schema.Struct({
  deadline: SecondsFrom(1, DAY),
  limit: SecondsFrom(1, DAY),
  concurrency: WholeNumberFrom(1, 10_000),
  queue: WholeNumberFrom(0, 1_000_000)
})

export const ProviderEntry = Schema.Struct({
  enabled: Schema.optionalKey(Switch),
  name: Schema.optionalKey(Text),
  preset: Schema.optionalKey(Text),
  apiKey: Schema.optionalKey(HeaderSecret),
  baseUrl: Schema.optionalKey(HttpUrl),
  model: Schema.optionalKey(Text),
  maxTokens: Schema.optionalKey(WholeNumberFrom(1, 10_000_000)),
  temperature: Schema.optionalKey(NumberFrom(0, 2)),
  timeout: Schema.optionalKey(SecondsFrom(1, DAY))
})
export type ProviderEntry = typeof ProviderEntry.Type

export const Ai = Schema.Struct({
  defaultProvider: Schema.optionalKey(Text),
  fallback: Switch,
  timeout: SecondsFrom(1, DAY),
  maxRetries: WholeNumberFrom(0, 20),
  providers: Schema.Record(Schema.String, ProviderEntry)
})

export const Prompts = Schema.Struct({ folder: Schema.optionalKey(Text) })

export const Logging = Schema.Struct({
  level: WordFrom({
    debug: "Debug",
    info: "Info",
    warn: "Warn",
    warning: "Warn",
    error: "Error",
    critical: "Error",
    fatal: "Error"
  }),
  format: WordFrom({ auto: "auto", json: "json", pretty: "pretty" })
})

export const RateLimit = Schema.Struct({
  enabled: Schema.optionalKey(Switch),
  perMinute: Schema.optionalKey(WholeNumberFrom(0, 1_000_000))
})

export const Security = Schema.Struct({ secretKey: Schema.optionalKey(Secret) })

/** The settings as decoded from all sources, before paths are resolved and providers are put together. */
export const DecodedSettings = Schema.Struct({
  server: Server,
  database: Database,
  bank: Bank,
  cache: Cache,
  answering: Answering,
  ai: Ai,
  prompts: Prompts,
  logging: Logging,
  rateLimit: RateLimit,
  security: Security
})
export type DecodedSettings = typeof DecodedSettings.Type

/** An AI provider that is enabled and complete. */
export interface ProviderSettings {
  readonly id: string
  readonly name: string
  readonly preset: Preset
  /** Without a slash and without `/chat/completions` at its end. */
  readonly baseUrl: string
  readonly apiKey: Redacted.Redacted | undefined
  readonly model: string
  readonly maxTokens: number | undefined
  readonly temperature: number | undefined
  /** For one attempt. */
  readonly timeout: Duration.Duration
}

/** The configuration the rest of the service works with. Secrets are `Redacted`, paths are absolute. */
export interface Settings extends Omit<DecodedSettings, "ai" | "database" | "prompts"> {
  /** The folder for everything the service keeps. */
  readonly home: string
  /** The configuration file that was read, if there was one. */
  readonly file: string | undefined
  /** `filename` is absolute or `:memory:`. */
  readonly database: { readonly url: Redacted.Redacted; readonly filename: string }
  readonly ai: {
    /** `timeout` is for one attempt, where a provider sets none of its own. */
    readonly timeout: Duration.Duration
    readonly maxRetries: number
    /** Whether the other providers are asked when the default fails. */
    readonly fallback: boolean
    /** The default provider comes first; empty when none is configured. */
    readonly providers: ReadonlyArray<ProviderSettings>
  }
  readonly prompts: { readonly folder: string | undefined }
  /** What was accepted but deserves a look, for people; never holds a secret. */
  readonly warnings: ReadonlyArray<string>
}
