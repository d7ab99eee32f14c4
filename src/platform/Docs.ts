import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import type { HttpApi, HttpApiGroup } from "effect/http-api"
import { pagesOf } from "./ApiPages.ts"
import { preparedReply } from "./preparedReply.ts"
import { projectFile } from "./projectFile.ts"

// The build copies the file next to the bundle; from the sources it is where npm put it.
const built = projectFile("dist", "assets", "redoc.standalone.js")
const redocFile = existsSync(built) ? built : projectFile("node_modules", "redoc", "bundles", "redoc.standalone.js")

const redocPage = HttpServerResponse.html(
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Siku 思库 API</title></head>
<body style="margin:0"><redoc spec-url="openapi.json"></redoc><script src="redoc/redoc.standalone.js"></script></body></html>`
)

/** `/openapi.json`, `/docs` (Swagger UI) and `/redoc`, all from what is installed and made beforehand. */
export const layer = <Id extends string, Groups extends HttpApiGroup.Constraint>(api: HttpApi.HttpApi<Id, Groups>) =>
  Layer.merge(
    HttpRouter.add("GET", "/redoc", redocPage),
    HttpRouter.use(
      Effect.fnUntraced(function* (router) {
        const pages = yield* pagesOf(api)
        const script = yield* Effect.promise(() => readFile(redocFile))
        const description = Effect.map(pages, (pages) => pages.description)
        const swagger = Effect.map(pages, (pages) => pages.swagger)
        for (const [path, body, headers] of [
          ["/openapi.json", description, { "content-type": "application/json" }],
          ["/docs", swagger, { "content-type": "text/html; charset=utf-8" }],
          [
            "/redoc/redoc.standalone.js",
            Effect.succeed(script),
            { "content-type": "text/javascript; charset=utf-8", "cache-control": "public, max-age=86400" }
          ]
        ] as const) {
          yield* router.add("GET", path, yield* preparedReply(body, headers))
        }
      })
    )
  )
