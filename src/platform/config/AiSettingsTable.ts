import { followsThinker, roles } from "./Roles.ts"
import { PROXY_ADDRESS, PROXY_REMEDY, SECONDS_OF_A_DAY, type Setting, setting, YES_OR_NO } from "./Setting.ts"

const RETRIES = "a whole number from 0 to 20"
const CALLS_AT_ONCE = "a whole number from 1 to 10000"
const KEY = "printable ASCII characters without blanks"
const MODELS = 'a list of models, each "provider" or "provider/model" (with commas in one text)'
const ROLE_MODELS = `${MODELS}; "default" stands for the default provider`
const TOKENS = "a whole number from 1 to 10000000"
const TEMPERATURE = "a number from 0 to 2"
const MODELS_REMEDY = "write the ids of providers of ai.providers, such as deepseek, or deepseek/deepseek-flash"

/** Which of the providers is asked first. */
export const defaultProviderSetting = setting({
  path: "ai.default_provider",
  allowed: "the id of a configured provider",
  description: "Provider asked first; without it the first in the file, then the first from the environment."
})

/** What people pay a provider, by model. */
export const pricesSetting = setting({
  path: "ai.providers.<id>.prices",
  allowed:
    'a group of models, each with input, output and, where they differ, cached_input, cache_write and cache_write_1h in USD per million tokens; "*" is any other',
  remedy: 'write it such as {"deepseek-flash": {"input": 0.3, "output": 1.2, "cached_input": 0.03}}',
  description: "Prices from which the cost of a call is counted; without one no cost is known."
})

const ofService: ReadonlyArray<Setting> = [
  defaultProviderSetting,
  setting({
    path: "ai.fallback",
    default: "true",
    allowed: YES_OR_NO,
    description:
      "Whether the other providers are asked, in their order, when the default one fails and has no fallback of its own."
  }),
  setting({
    path: "ai.timeout",
    variables: ["HTTP_TIMEOUT"],
    default: "60",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds one attempt of a model call may take; of a stream, until it begins."
  }),
  setting({
    path: "ai.stall_timeout",
    default: "60",
    allowed: SECONDS_OF_A_DAY,
    description: "Longest pause in seconds between two pieces of a stream."
  }),
  setting({
    path: "ai.max_retries",
    variables: ["HTTP_RETRY_ATTEMPTS"],
    default: "2",
    allowed: RETRIES,
    description: "Further attempts after a failure that may pass."
  }),
  setting({
    path: "ai.concurrency",
    variables: ["HTTP_MAX_CONNECTIONS"],
    default: "128",
    allowed: CALLS_AT_ONCE,
    description: "Most calls at once with one key of one provider."
  }),
  setting({
    path: "ai.queue",
    default: "1000",
    allowed: "a whole number from 0 to 1000000",
    description: "Most calls that wait for one provider; more are refused."
  }),
  setting({
    path: "ai.hedge",
    default: "false",
    allowed: YES_OR_NO,
    description: "Whether a second request is made when the first takes longer than most; the first answer wins."
  }),
  setting({
    path: "ai.breaker_failure_ratio",
    default: "0.5",
    allowed: "a number from 0.01 to 1",
    description: "Share of failures among its last calls at which a key of a provider is left alone for a while."
  }),
  setting({
    path: "ai.breaker_window",
    default: "20",
    allowed: "a whole number from 1 to 1000",
    description: "Last calls among which failures are counted."
  }),
  setting({
    path: "ai.breaker_minimum_calls",
    default: "5",
    allowed: "a whole number from 1 to 1000",
    description: "Calls before which a key is not left alone, however many fail; no more than ai.breaker_window."
  }),
  setting({
    path: "ai.breaker_open",
    default: "15",
    allowed: "a number of seconds from 1 to 600",
    description: "Seconds a key is left alone the first time; each further time in a row twice as long, to ten minutes."
  })
]

const ofRoles: ReadonlyArray<Setting> = roles.flatMap((role) => [
  setting({
    path: `ai.roles.${role}.models`,
    allowed: ROLE_MODELS,
    remedy: MODELS_REMEDY,
    description: `Models asked in the role ${role}, in this order; without it ${followsThinker.has(role) ? "those of the role thinker" : "the default provider and its fallbacks"}.`
  }),
  setting({
    path: `ai.roles.${role}.timeout`,
    allowed: SECONDS_OF_A_DAY,
    description: `Seconds one attempt in the role ${role} may take; without it the time of the provider.`
  }),
  setting({
    path: `ai.roles.${role}.max_retries`,
    allowed: RETRIES,
    description: `Further attempts in the role ${role} after a failure that may pass; without it those of the provider.`
  }),
  setting({
    path: `ai.roles.${role}.hedge`,
    allowed: YES_OR_NO,
    description: `Whether a slow request in the role ${role} is made a second time; without it ai.hedge.`
  }),
  setting({
    path: `ai.roles.${role}.temperature`,
    allowed: TEMPERATURE,
    description: `How much replies in the role ${role} vary, unless the request says it; without it as the provider.`
  }),
  setting({
    path: `ai.roles.${role}.max_tokens`,
    allowed: TOKENS,
    description: `Most tokens of a reply in the role ${role}, unless the request says it; without it as the provider.`
  })
])

const ofProviders: ReadonlyArray<Setting> = [
  setting({
    path: "ai.providers.<id>.enabled",
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether the provider is used."
  }),
  setting({
    path: "ai.providers.<id>.name",
    allowed: "a text",
    description: "Name shown to people; without it the name of the preset."
  }),
  setting({
    path: "ai.providers.<id>.preset",
    allowed: "the key of a preset",
    description: "Preset the provider follows; not needed where the id is the key of one."
  }),
  setting({
    path: "ai.providers.<id>.api_key",
    variables: ["<PRESET>_API_KEY"],
    allowed: KEY,
    description: "Key of the provider.",
    secret: true
  }),
  setting({
    path: "ai.providers.<id>.api_keys",
    variables: ["<PRESET>_API_KEYS"],
    allowed: `a list of keys (with commas in one text), each ${KEY}`,
    description: "Further keys of the provider, used in turn with api_key.",
    secret: true
  }),
  setting({
    path: "ai.providers.<id>.base_url",
    aliases: ["api_url"],
    variables: ["<PRESET>_BASE_URL"],
    allowed: "an http:// or https:// address without user name, query or fragment",
    description: "Address of the provider's API; without it the one of the preset."
  }),
  setting({
    path: "ai.providers.<id>.model",
    variables: ["<PRESET>_MODEL"],
    allowed: "the id of a model",
    description: "Model to ask; without it the one of the preset."
  }),
  setting({
    path: "ai.providers.<id>.max_tokens",
    allowed: TOKENS,
    description: "Most tokens of one reply; without it the provider decides."
  }),
  setting({
    path: "ai.providers.<id>.temperature",
    allowed: TEMPERATURE,
    description: "How much replies vary; without it the provider decides."
  }),
  setting({
    path: "ai.providers.<id>.timeout",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds one attempt with this provider may take; without it ai.timeout."
  }),
  setting({
    path: "ai.providers.<id>.stall_timeout",
    allowed: SECONDS_OF_A_DAY,
    description: "Longest pause in seconds between two pieces of a stream; without it ai.stall_timeout."
  }),
  setting({
    path: "ai.providers.<id>.max_retries",
    allowed: RETRIES,
    description: "Further attempts with this provider after a failure that may pass; without it ai.max_retries."
  }),
  setting({
    path: "ai.providers.<id>.concurrency",
    allowed: CALLS_AT_ONCE,
    description: "Most calls at once with one key of this provider; without it ai.concurrency."
  }),
  setting({
    path: "ai.providers.<id>.proxy",
    allowed: `${PROXY_ADDRESS}, or "direct"`,
    remedy: PROXY_REMEDY,
    description: 'Proxy for calls to this provider ("direct": none); without it the network settings decide.',
    secret: true
  }),
  setting({
    path: "ai.providers.<id>.fallback",
    allowed: MODELS,
    remedy: MODELS_REMEDY,
    description: "Models asked in this order when the provider fails; an empty list is none."
  }),
  pricesSetting
]

/** The settings about models and their providers. */
export const aiSettingsTable: ReadonlyArray<Setting> = [...ofService, ...ofRoles, ...ofProviders]
