import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Schema } from "effect"
import { roles } from "../../../src/platform/config/Roles.ts"
import { load, loadProblems, problemAt } from "./support.ts"

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
      assert.strictEqual(settings.server.bodyLimit, 8 * 1024 * 1024)
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
      assert.isUndefined(settings.network.proxy)
      assert.isUndefined(settings.network.httpProxy)
      assert.isUndefined(settings.network.httpsProxy)
      assert.deepStrictEqual(settings.network.noProxy, [])
      assert.strictEqual(Duration.toSeconds(settings.network.connectTimeout), 10)
      assert.deepStrictEqual(settings.ai.providers, [])
      assert.deepStrictEqual(settings.ai.breaker, {
        failureRatio: 0.5,
        window: 20,
        minimumCalls: 5,
        open: Duration.seconds(15)
      })
      assert.strictEqual(settings.ai.queue, 1000)
      const role = {
        chain: [],
        timeout: undefined,
        maxRetries: undefined,
        hedge: false,
        temperature: undefined,
        maxTokens: undefined
      }
      for (const name of roles) assert.deepStrictEqual(settings.ai.roles[name], role)
      assert.deepStrictEqual(settings.thinking, {
        mode: "adaptive",
        language: "auto",
        plan: true,
        maxSteps: 20,
        stepMaxLength: 2000,
        threads: { initial: 2, max: 5, quorum: 2, certainty: 0.8, grace: Duration.seconds(5) },
        validation: {
          enabled: true,
          policy: "risk",
          vote: "challenged",
          challengers: 3,
          voters: 3,
          passThreshold: 0.6,
          timeout: Duration.seconds(30),
          maxRevisions: 1,
          arithmetic: true,
          early: 2,
          rate: 0.3,
          confidence: 0.7
        },
        context: {
          strategy: "smart",
          preserveFirstStep: true,
          preserveRecentSteps: 2,
          window: 4,
          summaryCompressionTarget: 0.3
        },
        fusion: { strategy: "auto" },
        budget: {},
        runsPerAccount: 256,
        runsPerKey: 128,
        keepDays: 30
      })
      assert.strictEqual(settings.answering.mode, "quick")
      assert.deepStrictEqual(settings.answering.thinkTypes, ["multiple", "completion", "essay"])
      assert.isUndefined(settings.security.encryptionKey)
      assert.isUndefined(settings.security.adminKey)
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
