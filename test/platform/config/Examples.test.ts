import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Path } from "effect"
import { fileURLToPath } from "node:url"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { comparable, load } from "./support.ts"

const folder = fileURLToPath(new URL("../../../config", import.meta.url))

const loadExample = (name: string, environment = {}) =>
  AppConfig.load({ environment, flags: { config: name, home: "/srv/data" }, cwd: folder })

describe("the examples", () => {
  for (const name of ["siku.example.json", "siku.example.yaml"])
    it.effect(`${name} says what applies without it, and leaves only providers to set up`, () =>
      Effect.gen(function* () {
        const path = yield* Path.Path
        const { file, warnings, ...example } = comparable(yield* loadExample(name))
        const { file: none, warnings: noWarnings, ...defaults } = comparable(yield* load())
        assert.strictEqual(file, path.join(folder, name))
        assert.isUndefined(none)
        assert.deepStrictEqual(noWarnings, [])
        assert.deepStrictEqual(example, defaults)
        assert.strictEqual(warnings.length, 1)
        assert.include(warnings[0] ?? "", "there is no api_key for them")
        const { ai } = yield* loadExample(name, { DEEPSEEK_API_KEY: "k", SIKU_AI_PROVIDERS_MY_SERVER_ENABLED: "1" })
        assert.deepStrictEqual(
          ai.providers.map(({ id }) => id),
          ["deepseek", "my-server"]
        )
      }).pipe(Effect.provide(NodeServices.layer))
    )

  it.effect("work from a home folder on a real disk", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const home = yield* files.makeTempDirectoryScoped()
      yield* files.writeFileString(path.join(home, "config.yml"), "server:\n  port: 8123\n")
      const settings = yield* AppConfig.load({ environment: { SIKU_HOME: home }, flags: {}, cwd: folder })
      assert.strictEqual(settings.server.port, 8123)
      assert.strictEqual(settings.database.filename, path.join(home, "siku.db"))
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
