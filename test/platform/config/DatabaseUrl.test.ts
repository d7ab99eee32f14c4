import { assert, describe, it } from "@effect/vitest"
import { Effect, Path, Result } from "effect"
import { parseDatabaseUrl } from "../../../src/platform/config/DatabaseUrl.ts"

const parse = (url: string) => Effect.map(Path.Path, (path) => parseDatabaseUrl(url, "/home/siku", path))

const withPath = Effect.provide(Path.layer)

describe("the address of the database", () => {
  const accepted: ReadonlyArray<[string, string]> = [
    ["sqlite:x.db", "/home/siku/x.db"],
    ["sqlite:./x.db", "/home/siku/x.db"],
    ["sqlite:../x.db", "/home/x.db"],
    ["sqlite:/var/x.db", "/var/x.db"],
    ["sqlite:///x.db", "/home/siku/x.db"],
    ["sqlite:///./x.db", "/home/siku/x.db"],
    ["sqlite:////var/x.db", "/var/x.db"],
    ["sqlite+aiosqlite:///./x.db", "/home/siku/x.db"],
    ["SQLITE:///题库 1.db", "/home/siku/题库 1.db"],
    ["sqlite:///a#b%20c.db", "/home/siku/a#b%20c.db"],
    ["sqlite::memory:", ":memory:"],
    ["sqlite:///:memory:", ":memory:"],
    ["sqlite://", ":memory:"],
    [":memory:", ":memory:"],
    ["file::memory:", ":memory:"],
    ["file:x.db", "/home/siku/x.db"],
    ["file:/var/x.db", "/var/x.db"],
    ["file:///var/a%20b.db", "/var/a b.db"],
    ["file://localhost/var/x.db", "/var/x.db"]
  ]
  for (const [url, filename] of accepted)
    it.effect(`${url} is ${filename}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(yield* parse(url), Result.succeed({ filename, hasQuery: false }))
      }).pipe(withPath)
    )

  it.effect("says when it has a part that is not used", () =>
    Effect.gen(function* () {
      const expected = Result.succeed({ filename: "/home/siku/x.db", hasQuery: true })
      assert.deepStrictEqual(yield* parse("sqlite:///x.db?timeout=5"), expected)
      assert.deepStrictEqual(yield* parse("file:x.db?mode=ro"), expected)
    }).pipe(withPath)
  )

  const refused: ReadonlyArray<[string, string]> = [
    ["postgresql://user:password@host/db", "a postgresql:// address"],
    ["postgres+asyncpg://user:password@host/db", "a postgres:// address"],
    ["mysql+aiomysql://user:password@host/db", "a mysql:// address"],
    ["siku.db", "a value of 7 characters"],
    ["password@host:5432/db", "a value of 21 characters"],
    ["sqlite://x.db", "an address with a host name"],
    ["file://server/x.db", "an address with a host name"],
    ["sqlite:data/", "an address that names no file"],
    ["file:", "an address that names no file"],
    ["file:%00x.db", "an address that names no file"],
    ["file:%x.db", "an address that names no file"],
    ["sqlite:///file:x.db", "an address that names no file"]
  ]
  for (const [url, found] of refused)
    it.effect(`${url} is refused as ${found}`, () =>
      Effect.gen(function* () {
        const result = yield* parse(url)
        assert.strictEqual(Result.isFailure(result) ? result.failure.found : "accepted", found)
      }).pipe(withPath)
    )
})
