import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { CONFIG_FILE, load, loadProblems, problemAt } from "./support.ts"

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
      const entry = problemAt(
        yield* loadProblems({ config: { ai: { providers: { zhipu: "k" } } } }),
        "ai.providers.zhipu"
      )
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
