import { assert, describe, it } from "@effect/vitest"
import { Effect, Predicate, Redacted } from "effect"
import { decodedPath } from "../../../src/platform/config/DecodeSettings.ts"
import { type Flags, flagKey } from "../../../src/platform/config/FlagCells.ts"
import { pathOf, settingAt } from "../../../src/platform/config/KnownKeys.ts"
import { PROVIDER_ID, type Setting } from "../../../src/platform/config/Setting.ts"
import { DecodedSettings } from "../../../src/platform/config/Settings.ts"
import { settingsTable } from "../../../src/platform/config/SettingsTable.ts"
import { comparable, load, loadProblems } from "./support.ts"

/** The paths of all values a schema of nested groups holds; the key of a record appears as `<id>`. */
const pathsOf = (schema: unknown, path: ReadonlyArray<string>): ReadonlyArray<string> => {
  if (Predicate.hasProperty(schema, "fields") && Predicate.isObject(schema.fields))
    return Object.entries(schema.fields).flatMap(([key, field]) => pathsOf(field, [...path, key]))
  if (Predicate.hasProperty(schema, "key") && Predicate.hasProperty(schema, "value"))
    return pathsOf(schema.value, [...path, PROVIDER_ID])
  return [path.join(".")]
}

const inFile = settingsTable.filter((setting) => setting.inFile)

/** A value that is refused by whatever reads it, unless it reads any text. */
const NONSENSE = "\u0007"

/** What must be said beside a setting, so that the ends of its range do not contradict another one. */
const companions = new Map([
  ["ai.breaker_minimum_calls", "ai.breaker_window=1000"],
  ["ai.breaker_window", "ai.breaker_minimum_calls=1"]
])

const dotted = (setting: Setting): string => pathOf(setting, "deepseek").join(".")

describe("the table of settings", () => {
  it("and the schema name exactly the same settings", () => {
    const fromTable = inFile.map(({ path }) => decodedPath(path.split(".")).join("."))
    assert.deepStrictEqual([...fromTable].sort(), [...pathsOf(DecodedSettings, [])].sort())
  })

  it("leaves out of the file only what says where the file is", () => {
    assert.deepStrictEqual(
      settingsTable.filter((setting) => !setting.inFile).map(({ path }) => path),
      ["home", "config"]
    )
  })

  it("names no path, variable or flag twice", () => {
    const names = settingsTable.flatMap(({ flag, path, variables }) => [path, ...variables, ...(flag ? [flag] : [])])
    assert.deepStrictEqual([...new Set(names)], names)
  })

  it("describes every setting in one sentence and says what it allows", () => {
    for (const { allowed, description, path } of settingsTable) {
      assert.match(description, /^[A-Z][^\n]*\.$/, path)
      assert.match(allowed, /^[^A-Z\s].*[^.]$/, path)
    }
  })

  it("finds every setting by its path, and those of providers whatever their id", () => {
    for (const setting of inFile) {
      assert.strictEqual(settingAt(dotted(setting))?.setting, setting)
      assert.deepStrictEqual(settingAt(dotted(setting))?.path, dotted(setting).split("."))
    }
    assert.deepStrictEqual(settingAt("ai.providers.my.own.id.model")?.path, ["ai", "providers", "my.own.id", "model"])
    assert.strictEqual(settingAt("ai.providers.x.api_url")?.path.at(-1), "base_url")
    for (const unknown of ["server", "server.x", "ai.providers.deepseek", "home", "", "server.port.x", "toString"])
      assert.isUndefined(settingAt(unknown), unknown)
  })

  // Provider settings are exercised through the variables of their presets elsewhere.
  const ofService = inFile.filter(({ path }) => !path.includes(PROVIDER_ID))

  for (const setting of ofService)
    it.effect(`is true about the variables of ${setting.path}`, () =>
      Effect.gen(function* () {
        for (const variable of setting.variables) {
          const problems = yield* loadProblems({ environment: { [variable]: NONSENSE } })
          assert.deepStrictEqual(
            problems.map(({ path, source }) => [path, source]),
            [[setting.path, `environment variable ${variable}`]]
          )
        }
      })
    )

  for (const setting of inFile)
    it.effect(`is true about what ${setting.path} allows`, () =>
      Effect.gen(function* () {
        const problems = yield* loadProblems({ flags: { set: [`${dotted(setting)}=${NONSENSE}`] } })
        assert.deepStrictEqual(
          problems.map(({ allowed, path, source }) => [path, source, allowed]),
          [[dotted(setting), `flag --set ${dotted(setting)}`, setting.allowed]]
        )
        const range = / from ([\d.]+) to ([\d.]+)$/.exec(setting.allowed)
        if (range === null) return
        const [minimum, maximum] = [Number(range[1]), Number(range[2])]
        const beside = companions.get(setting.path)
        const withValue = (value: number) => ({
          flags: { set: [`${dotted(setting)}=${value}`, ...(beside === undefined ? [] : [beside])] }
        })
        yield* load(withValue(minimum))
        yield* load(withValue(maximum))
        assert.strictEqual((yield* loadProblems(withValue(minimum - 1))).length, 1)
        assert.strictEqual((yield* loadProblems(withValue(maximum + 1))).length, 1)
      })
    )

  it.effect("is true about the flags", () =>
    Effect.gen(function* () {
      const all: Required<Omit<Flags, "home" | "config" | "set">> = {
        host: NONSENSE,
        port: NONSENSE,
        databaseUrl: NONSENSE,
        logLevel: NONSENSE,
        starter: false
      }
      const named = settingsTable.flatMap(({ flag }) => (flag === undefined ? [] : [flagKey(flag)]))
      assert.deepStrictEqual([...named].sort(), [...Object.keys(all), "home", "config"].sort())
      const problems = yield* loadProblems({ flags: all })
      assert.deepStrictEqual(problems.map(({ source }) => source).sort(), [
        "flag --database-url",
        "flag --host",
        "flag --log-level",
        "flag --port"
      ])
    })
  )

  it.effect("is true about the defaults: writing them down changes nothing", () =>
    Effect.gen(function* () {
      const written = ofService.flatMap((setting) =>
        setting.default === undefined ? [] : [`${setting.path}=${setting.default}`]
      )
      const explicit = yield* load({ cwd: "/srv/data", flags: { home: ".", set: written } })
      const implicit = yield* load({ cwd: "/srv/data", flags: { home: "." } })
      assert.deepStrictEqual(comparable(explicit), comparable(implicit))
      assert.strictEqual(Redacted.value(explicit.database.url), "sqlite:siku.db")
    })
  )
})
