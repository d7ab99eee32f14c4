/**
 * Every setting there is, for people and for the loader: where it may be given, what it defaults to, what it allows.
 * The mapping of environment variables and flags, the check for unknown keys and the documentation are all read from here.
 */

/** Stands for the id of a provider in a path, and in the name of an environment variable. */
export const PROVIDER_ID = "<id>"

export interface Setting {
  /** As in the file, with dots; `home` and `config` say where the file is, and so are not part of it. */
  readonly path: string
  /** Other names of the last key, accepted in the file. */
  readonly aliases: ReadonlyArray<string>
  readonly inFile: boolean
  /** Environment variables, the first that is set wins. */
  readonly variables: ReadonlyArray<string>
  readonly flag: string | undefined
  /** What applies when nobody sets it, as it would be written; undefined when it is simply not set. */
  readonly default: string | undefined
  readonly allowed: string
  /** One sentence. */
  readonly description: string
  readonly secret: boolean
}

type Row = Pick<Setting, "path" | "allowed" | "description"> &
  Partial<Pick<Setting, "aliases" | "inFile" | "flag" | "default" | "secret" | "variables">>

/** The environment variable every setting has, derived from its path. */
export const genericVariable = (path: string): string =>
  `SIKU_${path
    .split(".")
    .map((key) => (key === PROVIDER_ID ? "<ID>" : variablePart(key)))
    .join("_")}`

/** A key or an id as part of the name of an environment variable. */
export const variablePart = (key: string): string => key.toUpperCase().replace(/[^A-Z0-9]/g, "_")

const setting = (row: Row): Setting => ({
  aliases: [],
  inFile: true,
  flag: undefined,
  default: undefined,
  secret: false,
  ...row,
  variables: [...new Set([genericVariable(row.path), ...(row.variables ?? [])])]
})

const YES_OR_NO = "true or false"
const SECONDS_OF_A_DAY = "a number of seconds from 1 to 86400"
const FILE_PATHS =
  "a relative path counts from the home folder in a file, from the working directory in a variable or flag"

export const settingsTable: ReadonlyArray<Setting> = [
  setting({
    path: "home",
    inFile: false,
    flag: "--home",
    default: "./data",
    allowed: "a folder",
    description: "Folder for everything the service keeps, created when it is missing."
  }),
  setting({
    path: "config",
    inFile: false,
    flag: "--config",
    allowed: "an existing .json, .yaml or .yml file",
    description: "Configuration file; without it config.json, config.yaml or config.yml in the home folder is read."
  }),
  setting({
    path: "server.host",
    variables: ["HOST"],
    flag: "--host",
    default: "127.0.0.1",
    allowed: "a host name or an IP address, without port",
    description: "Address to listen on; 0.0.0.0 is every IPv4 address of the machine."
  }),
  setting({
    path: "server.port",
    variables: ["PORT"],
    flag: "--port",
    default: "8000",
    allowed: "a whole number from 0 to 65535",
    description: "Port to listen on; 0 takes any free one."
  }),
  setting({
    path: "server.public_url",
    allowed: "an http:// or https:// address without user name, query or fragment",
    description: "Address under which clients reach the service, when it is behind a proxy."
  }),
  setting({
    path: "server.cors_origins",
    default: "*",
    allowed: 'a list of origins such as "https://example.org" (with commas in one text), or "*"',
    description: "Origins whose web pages may call the service from a browser."
  }),
  setting({
    path: "server.body_limit",
    default: "4mb",
    allowed: 'a size from 1kb to 1gb, in bytes or as "512kb" or "4mb"',
    description: "Largest request body; 1kb is 1024 bytes."
  }),
  setting({
    path: "server.drain",
    default: "10",
    allowed: "a number of seconds from 0 to 86400",
    description: "Seconds that running requests get to finish when the service stops."
  }),
  setting({
    path: "database.url",
    variables: ["DATABASE_URL"],
    flag: "--database-url",
    default: "sqlite:siku.db",
    allowed:
      "a SQLite address: sqlite:./siku.db, sqlite:////absolute/siku.db, file:///absolute/siku.db or sqlite::memory:",
    description: `Database that holds everything; ${FILE_PATHS}.`,
    secret: true
  }),
  setting({
    path: "bank.starter",
    flag: "--starter",
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether an empty bank is filled with the questions that come with the service (--no-starter: not)."
  }),
  setting({
    path: "cache.type",
    default: "memory",
    allowed: '"memory" or "redis"',
    description: "Where answers are cached; redis is not in use yet, memory is used."
  }),
  setting({
    path: "cache.capacity",
    default: "10000",
    allowed: "a whole number from 0 to 10000000",
    description: "Most answers kept in memory; 0 keeps none."
  }),
  setting({
    path: "cache.ttl",
    default: "3600",
    allowed: "a number of seconds from 0 to 315360000",
    description: "Seconds an answer stays in memory; 0 keeps none."
  }),
  setting({
    path: "cache.redis_url",
    variables: ["REDIS_URL"],
    allowed: "a redis:// or rediss:// address",
    description: "Redis server; not in use yet.",
    secret: true
  }),
  setting({
    path: "answering.deadline",
    default: "25",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds until a caller is told that the question is still being thought about."
  }),
  setting({
    path: "answering.limit",
    default: "180",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds the work on one question may go on, whether someone still waits or not."
  }),
  setting({
    path: "answering.concurrency",
    default: "64",
    allowed: "a whole number from 1 to 10000",
    description: "Most model calls at once."
  }),
  setting({
    path: "answering.queue",
    default: "5000",
    allowed: "a whole number from 0 to 1000000",
    description: "Most questions waiting for a model call; more are refused."
  }),
  setting({
    path: "ai.default_provider",
    allowed: "the id of a configured provider",
    description: "Provider asked first; without it the first in the file, then the first from the environment."
  }),
  setting({
    path: "ai.fallback",
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether the other providers are asked, in their order, when the default one fails."
  }),
  setting({
    path: "ai.timeout",
    default: "60",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds one attempt of a model call may take."
  }),
  setting({
    path: "ai.max_retries",
    default: "2",
    allowed: "a whole number from 0 to 20",
    description: "Further attempts after a failure that may pass."
  }),
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
    allowed: "printable ASCII characters without blanks",
    description: "Key of the provider.",
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
    allowed: "a whole number from 1 to 10000000",
    description: "Most tokens of one reply; without it the provider decides."
  }),
  setting({
    path: "ai.providers.<id>.temperature",
    allowed: "a number from 0 to 2",
    description: "How much replies vary; without it the provider decides."
  }),
  setting({
    path: "ai.providers.<id>.timeout",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds one attempt with this provider may take; without it ai.timeout."
  }),
  setting({
    path: "prompts.folder",
    allowed: "a folder",
    description: `Folder with prompts that replace the ones of the service; ${FILE_PATHS}.`
  }),
  setting({
    path: "logging.level",
    variables: ["LOG_LEVEL"],
    flag: "--log-level",
    default: "info",
    allowed: '"debug", "info", "warn" or "error"',
    description: "Least serious messages that are logged."
  }),
  setting({
    path: "logging.format",
    default: "auto",
    allowed: '"auto", "json" or "pretty"',
    description: "Form of the log; auto is pretty on a terminal and json elsewhere."
  }),
  setting({
    path: "rate_limit.enabled",
    allowed: YES_OR_NO,
    description: "Whether requests are limited; not in use yet."
  }),
  setting({
    path: "rate_limit.per_minute",
    allowed: "a whole number from 0 to 1000000",
    description: "Requests per minute of one client; not in use yet."
  }),
  setting({
    path: "security.secret_key",
    variables: ["SECRET_KEY"],
    allowed: "a text",
    description: "Key of the predecessor's sessions; not in use yet.",
    secret: true
  })
]
