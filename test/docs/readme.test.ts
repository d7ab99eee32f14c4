import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { OpenApi } from "effect/http-api"
import { Api } from "../../src/Api.ts"
import { ocsWrappers } from "../../src/bank/ocs/wrapper.ts"
import { settingsTable } from "../../src/platform/config/SettingsTable.ts"
import { presets } from "../../src/platform/config/Presets.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { namedRoutes } from "./routeTable.ts"
import { settingRows } from "./settingRows.ts"

const readme = readFileSync(projectFile("README.md"), "utf8")
const rows = settingRows(readme)

describe("the README", () => {
  it("shows the settings used most as they are, and where all of them are", () => {
    assert.isAbove(rows.size, 10)
    for (const [path, cells] of rows) {
      const setting = settingsTable.find((each) => each.path === path)
      assert.isDefined(setting, path)
      for (const variable of setting?.variables ?? []) assert.include(cells[2], `\`${variable}\``)
      assert.strictEqual(cells[3], setting?.flag === undefined ? "" : `\`${setting.flag}\``)
      assert.strictEqual(cells[4], setting?.default === undefined ? "" : `\`${setting.default}\``)
      assert.strictEqual(cells[5], setting?.description)
    }
    assert.include(readme, "(docs/configuration.md)")
  })

  it("shows the OCS configuration that the server gives out", () => {
    const shown = /The configuration is:\s+```json\n([\s\S]*?)```/.exec(readme)?.[1] ?? ""
    assert.deepStrictEqual(JSON.parse(shown), ocsWrappers("http://127.0.0.1:8000"))
  })

  it("names the key variable of every platform that takes one", () => {
    for (const [id, preset] of presets) {
      if (preset.keyRequired) assert.include(readme, `\`${id.toUpperCase()}_API_KEY\``)
    }
  })

  it("names only routes that the API's description has", () => {
    const anyName = (path: string) => path.replaceAll(/\{\w+\}/g, "{}")
    const described = new Map(
      Object.entries(OpenApi.fromApi(Api).paths).map(([path, methods]) => [
        anyName(path),
        Object.keys(methods).map((method) => method.toUpperCase())
      ])
    )
    const routes = namedRoutes(readme)
    assert.isAbove(routes.length, 50)
    for (const { methods, path } of routes) {
      // the description itself
      if (["/docs", "/redoc", "/openapi.json"].includes(path)) continue
      assert.containsAllKeys(described, [anyName(path)])
      // whatever answers GET answers HEAD
      const known = (described.get(anyName(path)) ?? []).flatMap((method) =>
        method === "GET" ? ["GET", "HEAD"] : method
      )
      assert.includeMembers(known, [...methods], path)
    }
  })

  it("names only commands that exist", () => {
    const scripts = Object.keys(JSON.parse(readFileSync(projectFile("package.json"), "utf8")).scripts)
    for (const [, name = ""] of readme.matchAll(/npm run ([\w:]+)/g)) assert.include(scripts, name)
  })
})
