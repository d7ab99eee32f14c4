import { readdirSync, readFileSync } from "node:fs"
import { createRequire } from "node:module"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { projectFile } from "../../src/platform/projectFile.ts"
import { mapImports, renamed } from "../../scripts/setup/mapSqliteDriver.mjs"

const driver = projectFile("node_modules", "@effect", "sql-sqlite-node")
const require = createRequire(import.meta.url)

describe("the mapping of the SQLite driver", () => {
  it("rewrites import paths and nothing else, and leaves mapped text alone", () => {
    const text = 'import * as Client from "effect/unstable/sql/SqlClient"\nconst unstable = "effect/unstable/other"\n'
    const mapped = 'import * as Client from "effect/sql/SqlClient"\nconst unstable = "effect/unstable/other"\n'
    assert.strictEqual(mapImports(text), mapped)
    assert.strictEqual(mapImports(mapped), mapped)
  })

  it("names modules that this version of effect has", () => {
    for (const path of Object.values(renamed)) assert.isString(require.resolve(path))
  })

  it("has left no old path in the installed driver", () => {
    for (const file of readdirSync(join(driver, "dist")).filter((name) => /\.(js|d\.ts)$/.test(name))) {
      assert.notInclude(readFileSync(join(driver, "dist", file), "utf8"), "effect/unstable/", file)
    }
  })

  it("is still needed: once the driver has a release for effect 4, the step goes", () => {
    const { version } = JSON.parse(readFileSync(join(driver, "package.json"), "utf8"))
    assert.match(version, /^4\.0\.0-beta\./)
  })
})
