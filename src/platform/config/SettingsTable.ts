import { aiSettingsTable } from "./AiSettingsTable.ts"
import { PROXY_ADDRESS, PROXY_REMEDY, SECONDS_OF_A_DAY, type Setting, setting, YES_OR_NO } from "./Setting.ts"
import { thinkingSettingsTable } from "./ThinkingSettingsTable.ts"

const FILE_PATHS =
  "a relative path counts from the home folder in a file, from the working directory in a variable or flag"

/**
 * Every setting there is, for people and for the loader: where it may be given, what it defaults to, what it allows.
 * The mapping of environment variables and flags, the check for unknown keys and the documentation are all read from here.
 */
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
    description:
      "Address under which clients reach the service, when it is behind a proxy; never a name of this machine."
  }),
  setting({
    path: "server.cors_origins",
    default: "*",
    allowed: 'a list of origins such as "https://example.org" (with commas in one text), or "*"',
    description:
      "Origins whose web pages may call the service from a browser; those that are named may do so without a key where programs of this machine may."
  }),
  setting({
    path: "server.body_limit",
    default: "8mb",
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
    path: "server.trusted_proxies",
    allowed: "a list of addresses or networks such as 10.0.0.0/8 (with commas in one text)",
    description:
      "Reverse proxies whose X-Forwarded-For (-Host, -Proto) is believed; without them these headers are not."
  }),
  setting({
    path: "server.max_connections",
    default: "10000",
    allowed: "a whole number from 1 to 1000000",
    description: "Most connections at once; more are closed at once."
  }),
  setting({
    path: "server.max_requests",
    default: "5000",
    allowed: "a whole number from 1 to 1000000",
    description: "Most requests being served at once; more get a 503 and are to come again."
  }),
  setting({
    path: "server.header_timeout",
    default: "15",
    allowed: "a number of seconds from 1 to 600",
    description: "Seconds in which the headers of a request must come."
  }),
  setting({
    path: "server.request_timeout",
    default: "600",
    allowed: "a number of seconds from 1 to 86400",
    description: "Seconds in which a whole request must come, a file over a slow line included."
  }),
  setting({
    path: "server.idle_timeout",
    default: "65",
    allowed: "a number of seconds from 1 to 86400",
    description: "Seconds after which a connection without a request is closed."
  }),
  setting({
    path: "server.write_timeout",
    default: "120",
    allowed: "a number of seconds from 1 to 86400",
    description: "Seconds that a client may leave a reply unread before its connection is closed."
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
    path: "bank.import_limit",
    default: "512mb",
    allowed: 'a size from 1mb to 16gb, in bytes or as "512mb" or "2gb"',
    description: "Largest file of questions that is taken over HTTP."
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
    description: "Redis server that counts requests for the rate limits; without it each process counts its own.",
    secret: true
  }),
  setting({
    path: "answering.mode",
    default: "quick",
    allowed: '"quick", "think" or "auto"',
    description:
      "How a question that the bank does not hold is answered: by one model call, thought through, or by its type."
  }),
  setting({
    path: "answering.think_types",
    default: "multiple, completion, essay",
    allowed:
      'a list of "single", "multiple", "judgement", "completion", "essay" and "unknown" (with commas in one text)',
    description: "Types of questions that are thought through where answering.mode is auto."
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
    path: "answering.similar",
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether a question in slightly other words is answered from the bank before a model is asked."
  }),
  setting({
    path: "answering.similar_threshold",
    default: "0.9",
    allowed: "a number from 0.5 to 1",
    description: "Least likeness of such a question; no value lets another number, name or negation through."
  }),
  setting({
    path: "network.proxy",
    variables: ["ALL_PROXY", "all_proxy"],
    allowed: PROXY_ADDRESS,
    remedy: PROXY_REMEDY,
    description: "Proxy for all calls to providers.",
    secret: true
  }),
  setting({
    path: "network.http_proxy",
    variables: ["HTTP_PROXY", "http_proxy"],
    allowed: PROXY_ADDRESS,
    remedy: PROXY_REMEDY,
    description: "Proxy for calls to http:// addresses; without it network.proxy.",
    secret: true
  }),
  setting({
    path: "network.https_proxy",
    variables: ["HTTPS_PROXY", "https_proxy"],
    allowed: PROXY_ADDRESS,
    remedy: PROXY_REMEDY,
    description: "Proxy for calls to https:// addresses; without it network.proxy.",
    secret: true
  }),
  setting({
    path: "network.no_proxy",
    variables: ["NO_PROXY", "no_proxy"],
    allowed: 'a list of hosts such as "example.org", ".example.org" or "10.0.0.0/8" (with commas in one text), or "*"',
    description: "Hosts that are reached without the network proxies; a proxy of a provider's own is used all the same."
  }),
  setting({
    path: "network.connect_timeout",
    default: "10",
    allowed: "a number of seconds from 1 to 300",
    description: "Seconds in which a connection to a provider or a proxy must stand."
  }),
  ...aiSettingsTable,
  ...thinkingSettingsTable,
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
    path: "logging.append_to",
    allowed: "a path",
    description: `File that the log is appended to as json, in place of standard output, and opened anew at a SIGHUP; ${FILE_PATHS}.`
  }),
  setting({
    path: "rate_limit.enabled",
    default: "true",
    allowed: YES_OR_NO,
    description:
      "Whether the requests of each address, key and user are limited. Who asks from this machine without a key is not."
  }),
  setting({
    path: "rate_limit.per_minute",
    default: "600",
    allowed: "a whole number from 0 to 1000000",
    description: "Most requests in any minute of one address, one key or one user; 0 is no limit."
  }),
  setting({
    path: "rate_limit.per_hour",
    default: "20000",
    allowed: "a whole number from 0 to 100000000",
    description: "Most requests in any hour of one address, one key or one user; 0 is no limit."
  }),
  setting({
    path: "rate_limit.concurrency",
    default: "64",
    allowed: "a whole number from 0 to 100000",
    description: "Most requests at once with one key or of one user; 0 is no limit."
  }),
  setting({
    path: "security.authentication",
    default: "local",
    allowed: '"local", "required" or "off"',
    description:
      'Who needs a key or a login: "local" all but the programs of this machine, "required" all, "off" nobody but for the management (only where nobody else can reach the service). Where it is not set, server.public_url, server.trusted_proxies or a server.host beyond this machine make it "required".'
  }),
  setting({
    path: "security.secret_key",
    variables: ["SECRET_KEY"],
    allowed: "a text",
    description: "Key of the predecessor's sessions; not used: tokens are signed with keys that Siku makes.",
    secret: true
  }),
  setting({
    path: "security.encryption_key",
    allowed: "a text of at least 32 characters",
    remedy: "make one with: openssl rand -base64 32",
    description: "Key that encrypts what is stored of providers; without it a key file in the home folder is made.",
    secret: true
  }),
  setting({
    path: "security.admin_key",
    allowed: "at least 16 printable ASCII characters without blanks",
    remedy: "make one with: openssl rand -base64 32",
    description: "Key of the management routes; without it one is made and printed at the first start.",
    secret: true
  }),
  setting({
    path: "security.access_token_ttl",
    default: "900",
    allowed: "a number of seconds from 10 to 86400",
    description: "Seconds that an access token (JWT) is good for."
  }),
  setting({
    path: "security.refresh_token_ttl",
    default: "2592000",
    allowed: "a number of seconds from 60 to 31536000",
    description: "Seconds in which a refresh token must be used."
  }),
  setting({
    path: "security.allow_private_urls",
    default: "false",
    allowed: YES_OR_NO,
    description:
      "Whether addresses set through the API (of providers, of images) may lie in private networks; those in the configuration may."
  }),
  setting({
    path: "accounts.unpriced",
    default: "refuse",
    allowed: '"refuse" or "free"',
    description:
      "What an account with limited credit gets of a model without a price: a refusal, or the call for nothing."
  }),
  setting({
    path: "accounts.max_tokens",
    default: "4096",
    allowed: "a whole number from 1 to 10000000",
    description:
      "Most tokens of a reply that is paid from limited credit, where neither the request nor the provider says how many: so much is held, and the platform is told."
  }),
  setting({
    path: "telemetry.otlp_endpoint",
    variables: ["OTEL_EXPORTER_OTLP_ENDPOINT"],
    allowed: "an http:// or https:// address without user name, query or fragment",
    description: "Collector that takes traces, metrics and logs by OTLP over HTTP; without it none are sent."
  }),
  setting({
    path: "telemetry.otlp_headers",
    variables: ["OTEL_EXPORTER_OTLP_HEADERS"],
    allowed: "a list such as name=value,name=value",
    description: "Headers that the collector wants.",
    secret: true
  }),
  setting({
    path: "telemetry.sample_ratio",
    default: "0.1",
    allowed: "a number from 0 to 1",
    description: "Share of requests that are traced where the caller has not decided."
  }),
  setting({
    path: "telemetry.service_name",
    variables: ["OTEL_SERVICE_NAME"],
    default: "siku",
    allowed: "a text",
    description: "Name of the service in traces, metrics and error reports."
  }),
  setting({
    path: "telemetry.environment",
    variables: ["SENTRY_ENVIRONMENT"],
    allowed: "a text",
    description: "Environment named in error reports and traces, such as production."
  }),
  setting({
    path: "telemetry.sentry_dsn",
    variables: ["SENTRY_DSN"],
    allowed: "a DSN such as https://key@host/1",
    description: "Sentry-compatible server that gets a report of every defect.",
    secret: true
  })
]
