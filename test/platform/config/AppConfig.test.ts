import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Redacted, Schema } from "effect"
import { CONFIG_FILE, load, loadProblems, problemAt } from "./support.ts"

describe("AppConfig without any source", () => {
  it.effect("uses the defaults", () =>
    Effect.gen(function* () {
      const settings = yield* load()
      assert.strictEqual(settings.home, "/srv/data")
      assert.isUndefined(settings.file)
      assert.strictEqual(settings.server.host, "127.0.0.1")
      assert.strictEqual(settings.server.port, 8000)
      assert.isUndefined(settings.server.publicUrl)
      assert.deepStrictEqual(settings.server.corsOrigins, ["*"])
      assert.strictEqual(settings.server.bodyLimit, 4 * 1024 * 1024)
      assert.strictEqual(Duration.toSeconds(settings.server.drain), 10)
      assert.strictEqual(settings.database.filename, "/srv/data/siku.db")
      assert.isTrue(settings.bank.starter)
      assert.strictEqual(settings.cache.type, "memory")
      assert.strictEqual(settings.cache.capacity, 10_000)
      assert.strictEqual(Duration.toSeconds(settings.cache.ttl), 3600)
      assert.strictEqual(Duration.toSeconds(settings.answering.deadline), 25)
      assert.strictEqual(Duration.toSeconds(settings.answering.limit), 180)
      assert.strictEqual(settings.answering.concurrency, 64)
      assert.strictEqual(settings.answering.queue, 5000)
      assert.strictEqual(Duration.toSeconds(settings.ai.timeout), 60)
      assert.strictEqual(settings.ai.maxRetries, 2)
      assert.deepStrictEqual(settings.ai.providers, [])
      assert.isUndefined(settings.prompts.folder)
      assert.strictEqual(settings.logging.level, "Info")
      assert.strictEqual(settings.logging.format, "auto")
      assert.deepStrictEqual(settings.warnings, [])
    })
  )
})

describe("precedence", () => {
  // The same setting is given a different value by each source, so that the value tells who won.
  const settings = [
    {
      path: "server.port",
      file: (value: number) => ({ server: { port: value } }),
      variable: "PORT",
      flag: (value: number) => ({ port: value }),
      byDefault: 8000,
      read: (loaded: Effect.Success<ReturnType<typeof load>>) => loaded.server.port
    },
    {
      path: "answering.queue",
      file: (value: number) => ({ answering: { queue: String(value) } }),
      variable: "SIKU_ANSWERING_QUEUE",
      flag: (value: number) => ({ set: [`answering.queue=${value}`] }),
      byDefault: 5000,
      read: (loaded: Effect.Success<ReturnType<typeof load>>) => loaded.answering.queue
    },
    {
      path: "cache.ttl",
      file: (value: number) => ({ cache: { ttl: value } }),
      variable: "SIKU_CACHE_TTL",
      flag: (value: number) => ({ set: [`cache.ttl=${value}`] }),
      byDefault: 3600,
      read: (loaded: Effect.Success<ReturnType<typeof load>>) => Duration.toSeconds(loaded.cache.ttl)
    }
  ]

  const Value = Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 65_535 }))

  for (const setting of settings)
    it.effect.prop(
      `the highest source that sets ${setting.path} wins, whichever sources there are`,
      {
        file: Schema.UndefinedOr(Value),
        variable: Schema.UndefinedOr(Value),
        flag: Schema.UndefinedOr(Value)
      },
      ({ file, flag, variable }) =>
        Effect.gen(function* () {
          const loaded = yield* load({
            ...(file === undefined ? {} : { config: setting.file(file) }),
            environment: { [setting.variable]: variable === undefined ? "" : String(variable) },
            flags: flag === undefined ? {} : setting.flag(flag)
          })
          assert.strictEqual(setting.read(loaded), flag ?? variable ?? file ?? setting.byDefault)
        })
    )

  it.effect("a named flag wins over --set, and the variable with the name of the service over the general one", () =>
    Effect.gen(function* () {
      const settings = yield* load({
        environment: { LOG_LEVEL: "debug", SIKU_LOGGING_LEVEL: "error" },
        flags: { set: ["server.port=1", "server.port=2"], port: "3" }
      })
      assert.strictEqual(settings.server.port, 3)
      assert.strictEqual(settings.logging.level, "Error")
    })
  )

  it.effect("the last --set of a setting wins", () =>
    Effect.gen(function* () {
      const settings = yield* load({ flags: { set: ["server.port=1", "server.port=2"] } })
      assert.strictEqual(settings.server.port, 2)
    })
  )

  it.effect("a value that says nothing leaves the setting to the sources below", () =>
    Effect.gen(function* () {
      const settings = yield* load({
        config: { server: { host: "", port: 9000, public_url: null }, ai: null, logging: { level: "  " } },
        environment: { HOST: "", PORT: "  ", SIKU_SERVER_PUBLIC_URL: undefined },
        flags: { set: ["server.port="], host: "" }
      })
      assert.strictEqual(settings.server.host, "127.0.0.1")
      assert.strictEqual(settings.server.port, 9000)
      assert.isUndefined(settings.server.publicUrl)
      assert.strictEqual(settings.logging.level, "Info")
      assert.deepStrictEqual(settings.warnings, [])
    })
  )

  it.effect("--no-starter switches off what the file switches on", () =>
    Effect.gen(function* () {
      const settings = yield* load({ config: { bank: { starter: true } }, flags: { starter: false } })
      assert.isFalse(settings.bank.starter)
    })
  )
})

describe("the home folder and the file", () => {
  it.effect("the flag wins over SIKU_HOME, and both count from the working directory", () =>
    Effect.gen(function* () {
      const environment = { SIKU_HOME: "elsewhere" }
      assert.strictEqual((yield* load({ environment })).home, "/srv/elsewhere")
      assert.strictEqual((yield* load({ environment, flags: { home: "/var/siku" } })).home, "/var/siku")
    })
  )

  it.effect("the first of config.json, config.yaml and config.yml is read, and the others are mentioned", () =>
    Effect.gen(function* () {
      const yml = { "/srv/data/config.yml": "server: { port: 3 }" }
      const yaml = { ...yml, "/srv/data/config.yaml": "server:\n  port: 2\n" }
      const json = { ...yaml, "/srv/data/config.json": '{"server": {"port": 1}}' }
      assert.strictEqual((yield* load({ files: yml })).server.port, 3)
      assert.strictEqual((yield* load({ files: yaml })).server.port, 2)
      const settings = yield* load({ files: json })
      assert.strictEqual(settings.server.port, 1)
      assert.strictEqual(settings.file, "/srv/data/config.json")
      assert.deepStrictEqual(settings.warnings, [
        "/srv/data/config.yaml is not read, because /srv/data/config.json is",
        "/srv/data/config.yml is not read, because /srv/data/config.json is"
      ])
    })
  )

  it.effect("a named file is read instead of the one in the home folder", () =>
    Effect.gen(function* () {
      const settings = yield* load({
        config: { server: { port: 1 } },
        files: { "/srv/own.yaml": "server: {port: 2}" },
        environment: { SIKU_CONFIG: "own.yaml" }
      })
      assert.strictEqual(settings.server.port, 2)
      assert.strictEqual(settings.file, "/srv/own.yaml")
    })
  )

  it.effect("a named file that does not exist is a problem, told by who named it", () =>
    Effect.gen(function* () {
      const byVariable = problemAt(yield* loadProblems({ environment: { SIKU_CONFIG: "no.json" } }), "config")
      assert.strictEqual(byVariable.source, "environment variable SIKU_CONFIG")
      assert.strictEqual(byVariable.found, "no such file: /srv/no.json")
      const byFlag = problemAt(yield* loadProblems({ flags: { config: "no.json" } }), "config")
      assert.strictEqual(byFlag.source, "flag --config")
    })
  )

  it.effect("a folder and a file that may not be read are problems, also in the home folder", () =>
    Effect.gen(function* () {
      const folder = problemAt(yield* loadProblems({ files: { "/srv/data/config.json": null } }), "config")
      assert.strictEqual(folder.found, "a folder or device: /srv/data/config.json")
      const denied = problemAt(
        yield* loadProblems({ files: { "/srv/data/config.yaml": "PermissionDenied" } }),
        "config"
      )
      assert.strictEqual(denied.found, "a file this process may not read: /srv/data/config.yaml")
    })
  )

  it.effect("an error in the text of the file is told with its place, beside the problems of other sources", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        files: { "/srv/data/config.json": '{\n  "server": { "port": 1, }\n}' },
        environment: { PORT: "many" }
      })
      assert.deepStrictEqual(
        problems.map(({ path, source }) => [path, source]),
        [
          ["config", "/srv/data/config.json, line 2, column 26"],
          ["server.port", "environment variable PORT"]
        ]
      )
      assert.strictEqual(problemAt(problems, "config").remedy, "remove the comma before it")
    })
  )

  it.effect("relative paths count from the home folder in a file, from the working directory elsewhere", () =>
    Effect.gen(function* () {
      const inFile = yield* load({ config: { database: { url: "sqlite:./x.db" }, prompts: { folder: "prompts" } } })
      assert.strictEqual(inFile.database.filename, "/srv/data/x.db")
      assert.strictEqual(inFile.prompts.folder, "/srv/data/prompts")
      const elsewhere = yield* load({
        environment: { DATABASE_URL: "sqlite:./x.db", SIKU_PROMPTS_FOLDER: "/abs" }
      })
      assert.strictEqual(elsewhere.database.filename, "/srv/x.db")
      assert.strictEqual(elsewhere.prompts.folder, "/abs")
      const flag = yield* load({ flags: { databaseUrl: "sqlite::memory:", set: ["prompts.folder=p"] } })
      assert.strictEqual(flag.database.filename, ":memory:")
      assert.strictEqual(flag.prompts.folder, "/srv/p")
    })
  )
})

describe("the configuration of the predecessor", () => {
  const predecessor = {
    server: { host: "0.0.0.0", port: "8000", debug: false },
    database: { url: "sqlite:///./question_bank.db" },
    cache: { type: "memory", ttl: "86400", redis_url: "" },
    ai: {
      default_provider: "deepseek",
      timeout: "30",
      max_retries: "3",
      providers: {
        deepseek: {
          enabled: "true",
          name: "DeepSeek",
          api_key: "sk-0123456789",
          base_url: "https://api.deepseek.com/v1",
          model: "deepseek-chat",
          max_tokens: "500",
          temperature: "0.1"
        },
        zhipu: {
          enabled: true,
          name: "智谱AI",
          api_key: "",
          api_url: "https://open.bigmodel.cn/api/paas/v4/chat/completions",
          model: "glm-4",
          max_tokens: 500,
          temperature: 0.1
        },
        siliconflow: { enabled: true, name: "硅基流动", api_key: "", base_url: "", model: "" },
        google: { enabled: false, name: "Google AI", api_key: "", api_url: null, model: "gemini-pro" },
        another_platform: { enabled: true, api_key: "", base_url: "https://example.org/v1", model: "m" }
      }
    },
    rate_limit: { enabled: false, per_minute: "60" },
    logging: { level: "WARNING", file: "logs/app.log" },
    security: { secret_key: "" }
  }

  it.effect("is accepted as it is", () =>
    Effect.gen(function* () {
      const settings = yield* load({ config: predecessor })
      assert.strictEqual(settings.server.host, "0.0.0.0")
      assert.strictEqual(settings.server.port, 8000)
      assert.strictEqual(settings.database.filename, "/srv/data/question_bank.db")
      assert.strictEqual(Duration.toSeconds(settings.cache.ttl), 86_400)
      assert.isUndefined(settings.cache.redisUrl)
      assert.strictEqual(settings.ai.maxRetries, 3)
      assert.strictEqual(settings.logging.level, "Warn")
      assert.strictEqual(settings.rateLimit.enabled, false)
      const [provider, ...others] = settings.ai.providers
      assert.deepStrictEqual(others, [])
      assert.strictEqual(provider?.id, "deepseek")
      assert.strictEqual(provider?.name, "DeepSeek")
      assert.strictEqual(provider?.baseUrl, "https://api.deepseek.com/v1")
      assert.strictEqual(provider?.model, "deepseek-chat")
      assert.strictEqual(provider?.maxTokens, 500)
      assert.strictEqual(provider?.temperature, 0.1)
      assert.deepStrictEqual(provider?.timeout, Duration.seconds(30))
      assert.strictEqual(provider?.apiKey && Redacted.value(provider.apiKey), "sk-0123456789")
    })
  )

  it.effect("is answered with warnings about what has no effect", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({ config: predecessor })
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: unknown setting server.debug is ignored`,
        `${CONFIG_FILE}: unknown setting logging.file is ignored`,
        "ai.providers: left out, as there is no api_key for them: zhipu, siliconflow, another_platform"
      ])
    })
  )

  it.effect("warns about what is not in use yet, where it is switched on", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({
        config: {
          cache: { type: "redis", redis_url: "redis://127.0.0.1:6379/0" },
          rate_limit: { enabled: true },
          security: { secret_key: "abc" }
        }
      })
      assert.deepStrictEqual(warnings, [
        "cache.type redis is not in use yet, memory is used",
        "cache.redis_url is not in use yet, memory is used",
        "rate_limit is not in use yet, requests are not limited",
        "security.secret_key is not in use yet"
      ])
    })
  )
})

describe("unknown settings", () => {
  it.effect("in the file are warned about, with the name that was probably meant", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({
        config: {
          server: { prot: 1, publicUrl: "x" },
          chache: {},
          ai: { providers: { deepseek: { apikey: "x", enabled: false } } },
          somethingEntirelyDifferent: { deep: { deeper: 1 } }
        }
      })
      assert.deepStrictEqual(warnings, [
        `${CONFIG_FILE}: unknown setting server.prot (did you mean port?) is ignored`,
        `${CONFIG_FILE}: unknown setting server.publicUrl (did you mean public_url?) is ignored`,
        `${CONFIG_FILE}: unknown setting chache (did you mean cache?) is ignored`,
        `${CONFIG_FILE}: unknown setting ai.providers.deepseek.apikey (did you mean api_key?) is ignored`,
        `${CONFIG_FILE}: unknown setting somethingEntirelyDifferent is ignored`
      ])
    })
  )

  it.effect("of any number make a few warnings", () =>
    Effect.gen(function* () {
      const config = Object.fromEntries(Array.from({ length: 1000 }, (_, index) => [`unknown${index}`, index]))
      const { warnings } = yield* load({ config })
      assert.strictEqual(warnings.length, 21)
      assert.strictEqual(warnings[20], `${CONFIG_FILE}: 980 more unknown settings are ignored`)
    })
  )

  it.effect("among the variables of the service are warned about, and all other variables are left alone", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({ environment: { SIKU_SERVER_PROT: "1", SERVER_PROT: "1", SIKU_X: "" } })
      assert.deepStrictEqual(warnings, [
        "environment variable SIKU_SERVER_PROT: unknown setting is ignored (did you mean SIKU_SERVER_PORT?)"
      ])
    })
  )

  it.effect("on the command line are problems, as someone has just typed them", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({ flags: { set: ["server.prot=1", "server", "home=/x"] } })
      assert.strictEqual(problemAt(problems, "server.prot").remedy, "did you mean server.port?")
      assert.strictEqual(problemAt(problems, "(command line)").found, "a value of 6 characters")
      assert.strictEqual(problemAt(problems, "home").source, "flag --set")
    })
  )

  it.effect("cannot reach a prototype", () =>
    Effect.gen(function* () {
      const text = '{"__proto__": {"server": {"port": 1}}, "constructor": {"prototype": {"x": 1}}, "toString": 1,'
      const providers = '"ai": {"providers": {"__proto__": {"api_key": "x"}, "constructor": {"enabled": false}}}}'
      const problems = yield* loadProblems({ files: { [CONFIG_FILE]: `${text}${providers}` } })
      assert.deepStrictEqual(
        problems.map(({ path }) => path),
        ["ai.providers.__proto__"]
      )
      const settings = yield* load({
        files: { [CONFIG_FILE]: `${text}"ai": {"providers": {"constructor": {"enabled": false}}}}` }
      })
      assert.strictEqual(settings.server.port, 8000)
      assert.strictEqual(settings.warnings.length, 3)
      assert.isFalse("x" in {})
    })
  )

  it.effect("may be nested as deeply as the file allows", () =>
    Effect.gen(function* () {
      const depth = 10_000
      const settings = yield* load({
        files: { [CONFIG_FILE]: `{"x": ${"[".repeat(depth)}${"]".repeat(depth)}, "server": {"port": 1}}` }
      })
      assert.strictEqual(settings.server.port, 1)
    })
  )
})

describe("problems", () => {
  it.effect("of all sources are reported at once, with path, source, what was found and what is allowed", () =>
    Effect.gen(function* () {
      const problems = yield* loadProblems({
        config: {
          server: { port: 70_000, cors_origins: ["*", "not an origin"], body_limit: "4 parsecs" },
          cache: "memory",
          answering: { deadline: -1, concurrency: 1.5 },
          ai: { providers: { deepseek: { api_key: "k", base_url: "ftp://example.org", temperature: [] } } },
          logging: { level: "loud" }
        },
        environment: { SIKU_ANSWERING_QUEUE: "lots", DATABASE_URL: "postgresql://user:secret@db/x" },
        flags: { set: ["ai.timeout=soon"], host: "http://0.0.0.0" }
      })
      assert.deepStrictEqual(
        problems.map(({ found, path, source }) => [path, source, found]).sort(),
        [
          ["ai.providers.deepseek.base_url", CONFIG_FILE, '"ftp://example.org"'],
          ["ai.providers.deepseek.temperature", CONFIG_FILE, "a list of 0 entries"],
          ["ai.timeout", "flag --set ai.timeout", '"soon"'],
          ["answering.concurrency", CONFIG_FILE, "1.5"],
          ["answering.deadline", CONFIG_FILE, "-1"],
          ["answering.queue", "environment variable SIKU_ANSWERING_QUEUE", '"lots"'],
          ["cache", CONFIG_FILE, "a value of 6 characters"],
          ["database.url", "environment variable DATABASE_URL", "a postgresql:// address"],
          ["logging.level", CONFIG_FILE, '"loud"'],
          ["server.body_limit", CONFIG_FILE, '"4 parsecs"'],
          ["server.cors_origins", CONFIG_FILE, "a list of 2 entries"],
          ["server.host", "flag --host", '"http://0.0.0.0"'],
          ["server.port", CONFIG_FILE, "70000"]
        ].sort()
      )
      assert.strictEqual(problemAt(problems, "server.port").allowed, "a whole number from 0 to 65535")
    })
  )

  it.effect("are told as plain text for a terminal", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(load({ environment: { PORT: "eighty", DATABASE_URL: "mysql://a:b@c/d" } }))
      assert.strictEqual(
        error.message,
        `The configuration cannot be used: 2 settings to correct.

  server.port
    from     environment variable PORT
    found    "eighty"
    allowed  a whole number from 0 to 65535

  database.url
    from     environment variable DATABASE_URL
    found    a mysql:// address
    allowed  a SQLite address: sqlite:./siku.db, sqlite:////absolute/siku.db, file:///absolute/siku.db or sqlite::memory:
    remedy   only SQLite is supported for now: leave database.url (DATABASE_URL) unset to keep the database in the home folder
`
      )
    })
  )

  it.effect("of the wrong shape are found at every level", () =>
    Effect.gen(function* () {
      assert.strictEqual(problemAt(yield* loadProblems({ config: [1] }), "(the whole file)").found, "a list of 1 entry")
      const entry = problemAt(yield* loadProblems({ config: { ai: { providers: { zhipu: "k" } } } }), "ai.providers.zhipu")
      assert.strictEqual(entry.found, "a value of 1 character")
      assert.include(entry.remedy ?? "", "api_key")
      const id = yield* loadProblems({ config: { ai: { providers: { "a/b": {} } } } })
      assert.strictEqual(id[0]?.found, '"a/b"')
    })
  )

  it.effect("a deadline beyond the limit is warned about", () =>
    Effect.gen(function* () {
      const { warnings } = yield* load({ config: { answering: { deadline: 200, limit: 100 } } })
      assert.deepStrictEqual(warnings, ["answering.deadline is longer than answering.limit: no caller waits that long"])
    })
  )
})
