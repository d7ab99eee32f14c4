import { cpSync, readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { OpenApi } from "effect/http-api"
import { Api } from "../../src/Api.ts"
import { makePages, pageFiles } from "../../src/platform/ApiPages.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { send } from "../support/siku.ts"
import { sikuProcess, temporaryHome } from "../support/sikuProcess.ts"

describe("the pages about the API", () => {
  it.live("are made by the build, of the API as it is", () =>
    Effect.gen(function* () {
      const { description, swagger } = yield* makePages(Api)
      assert.deepStrictEqual(JSON.parse(Buffer.from(description).toString()), OpenApi.fromApi(Api))
      for (const [page, bytes] of [
        [pageFiles.description, description],
        [pageFiles.swagger, swagger]
      ] as const) {
        assert.isTrue(readFileSync(projectFile("dist", "assets", page)).equals(bytes), page)
      }
    })
  )

  it.live("are sent by what is built as they were made, and never made while it serves", () =>
    Effect.gen(function* () {
      const folder = yield* temporaryHome
      for (const part of ["dist", "package.json"]) cpSync(projectFile(part), join(folder, part), { recursive: true })
      symlinkSync(projectFile("config"), join(folder, "config"))
      // What it would not come to by itself.
      for (const page of Object.values(pageFiles)) writeFileSync(join(folder, "dist", "assets", page), `made: ${page}`)
      const { base } = yield* sikuProcess(["--home", join(folder, "data"), "--port", "0"], {}, folder)
      const address = yield* Effect.promise(() => base)
      assert.strictEqual((yield* send(`${address}/openapi.json`)).text, "made: openapi.json")
      const page = yield* send(`${address}/docs`)
      assert.strictEqual(page.text, "made: swagger.html")
      assert.strictEqual(page.headers.get("content-type"), "text/html; charset=utf-8")
    })
  )
})
