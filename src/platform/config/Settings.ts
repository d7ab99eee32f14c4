import { type Duration, Effect, type Redacted, Schema } from "effect"
import { isDsn } from "../telemetry/sentryDsn.ts"
import { isHeaderList } from "../telemetry/otlpHeaders.ts"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { ModelRefs } from "./ModelRefs.ts"
import { Prices } from "./Prices.ts"
import type { Preset } from "./Presets.ts"
import type { Role } from "./Roles.ts"
import type { EffectiveSetting, SettingCell } from "./SettingCells.ts"
import { AnsweringMode, QuestionTypes, Thinking } from "./Thinking.ts"
import {
  BytesFrom,
  HeaderSecret,
  HeaderSecretFrom,
  Host,
  Hosts,
  HttpUrl,
  ListOf,
  NumberFrom,
  Origins,
  ProxyAddress,
  Secret,
  SecondsFrom,
  SecretFrom,
  SecretThat,
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
  drain: SecondsFrom(0, DAY),
  trustedProxies: Hosts.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed([]))),
  maxConnections: WholeNumberFrom(1, 1_000_000),
  maxRequests: WholeNumberFrom(1, 1_000_000),
  headerTimeout: SecondsFrom(1, 600),
  requestTimeout: SecondsFrom(1, DAY),
  idleTimeout: SecondsFrom(1, DAY),
  writeTimeout: SecondsFrom(1, DAY)
})

export const Database = Schema.Struct({ url: Secret })

export const Bank = Schema.Struct({
  starter: Switch,
  /** In bytes. */
  importLimit: BytesFrom(1024 ** 2, 16 * 1024 ** 3)
})

export const Cache = Schema.Struct({
  type: WordFrom({ memory: "memory", redis: "redis" }),
  capacity: WholeNumberFrom(0, 10_000_000),
  ttl: SecondsFrom(0, 10 * YEAR),
  redisUrl: Schema.optionalKey(Secret)
})

export const Answering = Schema.Struct({
  mode: AnsweringMode,
  thinkTypes: QuestionTypes,
  deadline: SecondsFrom(1, DAY),
  limit: SecondsFrom(1, DAY),
  concurrency: WholeNumberFrom(1, 10_000),
  queue: WholeNumberFrom(0, 1_000_000),
  similar: Switch,
  /** 0.5 to 1 */
  similarThreshold: NumberFrom(0.5, 1)
})

export const Network = Schema.Struct({
  proxy: Schema.optionalKey(ProxyAddress),
  httpProxy: Schema.optionalKey(ProxyAddress),
  httpsProxy: Schema.optionalKey(ProxyAddress),
  noProxy: Hosts.pipe(Schema.withDecodingDefaultTypeKey(Effect.succeed([]))),
  connectTimeout: SecondsFrom(1, 300)
})

export const ProviderEntry = Schema.Struct({
  enabled: Schema.optionalKey(Switch),
  name: Schema.optionalKey(Text),
  preset: Schema.optionalKey(Text),
  apiKey: Schema.optionalKey(HeaderSecret),
  apiKeys: Schema.optionalKey(ListOf(HeaderSecret)),
  baseUrl: Schema.optionalKey(HttpUrl),
  model: Schema.optionalKey(Text),
  maxTokens: Schema.optionalKey(WholeNumberFrom(1, 10_000_000)),
  temperature: Schema.optionalKey(NumberFrom(0, 2)),
  timeout: Schema.optionalKey(SecondsFrom(1, DAY)),
  stallTimeout: Schema.optionalKey(SecondsFrom(1, DAY)),
  maxRetries: Schema.optionalKey(WholeNumberFrom(0, 20)),
  concurrency: Schema.optionalKey(WholeNumberFrom(1, 10_000)),
  proxy: Schema.optionalKey(Schema.Union([WordFrom({ direct: "direct" }), ProxyAddress])),
  fallback: Schema.optionalKey(ModelRefs),
  prices: Schema.optionalKey(Prices)
})
export type ProviderEntry = typeof ProviderEntry.Type

export const RoleEntry = Schema.Struct({
  models: Schema.optionalKey(ModelRefs),
  timeout: Schema.optionalKey(SecondsFrom(1, DAY)),
  maxRetries: Schema.optionalKey(WholeNumberFrom(0, 20)),
  hedge: Schema.optionalKey(Switch),
  temperature: Schema.optionalKey(NumberFrom(0, 2)),
  maxTokens: Schema.optionalKey(WholeNumberFrom(1, 10_000_000))
})

export const Ai = Schema.Struct({
  defaultProvider: Schema.optionalKey(Text),
  fallback: Switch,
  timeout: SecondsFrom(1, DAY),
  stallTimeout: SecondsFrom(1, DAY),
  maxRetries: WholeNumberFrom(0, 20),
  concurrency: WholeNumberFrom(1, 10_000),
  queue: WholeNumberFrom(0, 1_000_000),
  hedge: Switch,
  breakerFailureRatio: NumberFrom(0.01, 1),
  breakerWindow: WholeNumberFrom(1, 1000),
  breakerMinimumCalls: WholeNumberFrom(1, 1000),
  breakerOpen: SecondsFrom(1, 600),
  roles: Schema.Struct({
    answer: RoleEntry,
    predict: RoleEntry,
    planner: RoleEntry,
    thinker: RoleEntry,
    summarizer: RoleEntry,
    challenger: RoleEntry,
    voter: RoleEntry,
    fusion: RoleEntry
  } satisfies Record<Role, typeof RoleEntry>),
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
  format: WordFrom({ auto: "auto", json: "json", pretty: "pretty" }),
  appendTo: Schema.optionalKey(Text)
})

export const RateLimit = Schema.Struct({
  enabled: Switch,
  perMinute: WholeNumberFrom(0, 1_000_000),
  perHour: WholeNumberFrom(0, 100_000_000),
  concurrency: WholeNumberFrom(0, 100_000)
})

export const Security = Schema.Struct({
  authentication: WordFrom({ local: "local", required: "required", off: "off" }),
  secretKey: Schema.optionalKey(Secret),
  encryptionKey: Schema.optionalKey(SecretFrom(32)),
  adminKey: Schema.optionalKey(HeaderSecretFrom(16)),
  accessTokenTtl: SecondsFrom(10, DAY),
  refreshTokenTtl: SecondsFrom(60, YEAR),
  allowPrivateUrls: Switch
})

export const Accounts = Schema.Struct({
  unpriced: WordFrom({ refuse: "refuse", free: "free" }),
  maxTokens: WholeNumberFrom(1, 10_000_000)
})

export const Telemetry = Schema.Struct({
  otlpEndpoint: Schema.optionalKey(HttpUrl),
  otlpHeaders: Schema.optionalKey(SecretThat(isHeaderList)),
  /** 0 to 1 */
  sampleRatio: NumberFrom(0, 1),
  serviceName: Text,
  environment: Schema.optionalKey(Text),
  sentryDsn: Schema.optionalKey(SecretThat(isDsn))
})

/** The settings as decoded from all sources, before paths are resolved and providers are put together. */
export const DecodedSettings = Schema.Struct({
  server: Server,
  database: Database,
  bank: Bank,
  cache: Cache,
  answering: Answering,
  network: Network,
  ai: Ai,
  thinking: Thinking,
  prompts: Prompts,
  logging: Logging,
  rateLimit: RateLimit,
  security: Security,
  accounts: Accounts,
  telemetry: Telemetry
})
export type DecodedSettings = typeof DecodedSettings.Type

/** A provider by its id, and the model to ask there where it is not the provider's own. */
export interface ModelRef {
  readonly provider: string
  readonly model: string | undefined
}

/** In USD per million tokens, which is micro-USD per token. */
export interface Price {
  readonly input: number
  /** For input that the platform had in its cache; as `input` where it is not given. */
  readonly cachedInput?: number | undefined
  /** For input that the platform puts into its cache; as `input` where it is not given. */
  readonly cacheWrite?: number | undefined
  /** The same where it is kept for an hour; as `cacheWrite` where it is not given. */
  readonly hourCacheWrite?: number | undefined
  readonly output: number
}

/** Which way calls take: through this proxy, none at all, or as the `network` settings say (`undefined`). */
export type ProxyChoice = Redacted.Redacted | "direct" | undefined

/** Which parts of the way were set through the API, and may not lead where the operator alone may lead them. */
export interface Guarded {
  /** The address that is called. */
  readonly target?: boolean
  /** The proxy. */
  readonly proxy?: boolean
}

/** An AI provider that is enabled and complete. */
export interface ProviderSettings {
  readonly id: string
  readonly name: string
  readonly preset: Preset
  /** Without a slash and without `/chat/completions` at its end. */
  readonly baseUrl: string
  /** All keys in order, each once; empty where the platform takes none. */
  readonly apiKeys: ReadonlyArray<Redacted.Redacted>
  readonly model: string
  readonly maxTokens: number | undefined
  readonly temperature: number | undefined
  /** For one attempt: a whole reply, or the beginning of a stream. */
  readonly timeout: Duration.Duration
  /** Between two pieces of a stream. */
  readonly stallTimeout: Duration.Duration
  /** Further attempts after a failure that may pass. */
  readonly maxRetries: number
  /** Most calls at once with one key. */
  readonly concurrency: number
  readonly proxy: ProxyChoice
  readonly guarded?: Guarded
  /** By model id; `*` stands for every model without a price of its own. */
  readonly prices: ReadonlyMap<string, Price>
}

/** How models are asked in a role. */
export interface RoleSettings {
  /** The models in the order they are asked, each once; empty when none is set up. */
  readonly chain: ReadonlyArray<ModelRef>
  /** In place of the provider's own, where set. */
  readonly timeout: Duration.Duration | undefined
  readonly maxRetries: number | undefined
  /** Whether a second request is made when the first takes longer than most. */
  readonly hedge: boolean
  /** What the request does not set; in place of the provider's own, where set. */
  readonly temperature: number | undefined
  readonly maxTokens: number | undefined
}

/** When a provider's key is left alone for a while: after too many failures among its last calls. */
export interface BreakerSettings {
  /** Share of failures among the last `window` attempts, 0 to 1. */
  readonly failureRatio: number
  /** Attempts that are looked at. */
  readonly window: number
  /** No fewer attempts than these open it. */
  readonly minimumCalls: number
  /** How long it stays open the first time; each time in a row twice as long, to ten minutes. */
  readonly open: Duration.Duration
}

/** Everything about models, put together from all sources. */
export interface AiSettings {
  /** The default provider comes first; empty when none is configured. */
  readonly providers: ReadonlyArray<ProviderSettings>
  readonly roles: Readonly<Record<Role, RoleSettings>>
  readonly breaker: BreakerSettings
  /** Most calls that wait for one provider; more are refused. */
  readonly queue: number
}

/** An entry as it stands, whether it can be used or not. */
export interface ProviderStatus {
  readonly id: string
  readonly state: "ready" | "disabled" | "without_key" | "wrong"
  readonly entry: ProviderEntry
  /** The preset it follows; `undefined` where there is none of that key. */
  readonly preset: Preset | undefined
}

/** What the providers come to. */
export interface AiResolution {
  /** Without the entries that are not ready. */
  readonly ai: AiSettings
  /** Every entry, in order of preference. */
  readonly entries: ReadonlyArray<ProviderStatus>
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** The configuration the rest of the service works with. Secrets are `Redacted`, paths are absolute. */
export interface Settings extends Omit<DecodedSettings, "ai" | "database" | "logging" | "prompts"> {
  /** The folder for everything the service keeps. */
  readonly home: string
  /** The configuration file that was read, if there was one. */
  readonly file: string | undefined
  /** `filename` is absolute or `:memory:`. */
  readonly database: { readonly url: Redacted.Redacted; readonly filename: string }
  readonly ai: AiSettings & {
    /** Every entry, ready or not, in order of preference. */
    readonly entries: ReadonlyArray<ProviderStatus>
  }
  /** `appendTo` is absolute. */
  readonly logging: Omit<DecodedSettings["logging"], "appendTo"> & { readonly appendTo: string | undefined }
  readonly prompts: { readonly folder: string | undefined }
  /** What was accepted but deserves a look, for people; never holds a secret. */
  readonly warnings: ReadonlyArray<string>
  /** Lays what was set while running (cells of the layer "stored") over the configuration and resolves anew. */
  readonly resolve: (stored: ReadonlyArray<SettingCell>) => Resolution
  /** Every setting with its value and where that comes from, no secret among them. */
  readonly effective: () => ReadonlyArray<EffectiveSetting>
}

/** What all sources come to, and what is wrong with them; settings that cannot be read are as by default. */
export interface Resolution {
  readonly settings: Settings
  readonly problems: ReadonlyArray<ConfigProblem>
}
