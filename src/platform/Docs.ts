import { existsSync } from "node:fs"
import { readFile } from "node:fs/promises"
import { Effect, Layer } from "effect"
import { HttpRouter, HttpServerResponse } from "effect/http"
import { type HttpApi, type HttpApiGroup, HttpApiSwagger } from "effect/http-api"
import { preparedReply } from "./preparedReply.ts"
import { projectFile } from "./projectFile.ts"

// The build copies the file next to the bundle; from the sources it is where npm put it.
const built = projectFile("dist", "assets", "redoc.standalone.js")
const redocFile = existsSync(built) ? built : projectFile("node_modules", "redoc", "bundles", "redoc.standalone.js")

const redocPage = HttpServerResponse.html(
  `<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>Siku 思库 API</title></head>
<body style="margin:0"><redoc spec-url="openapi.json"></redoc><script src="redoc/redoc.standalone.js"></script></body></html>`
)

/** `/docs` (Swagger UI) and `/redoc`, both from installed packages, over the API's generated description. */
export const layer = <Id extends string, Groups extends HttpApiGroup.Constraint>(api: HttpApi.HttpApi<Id, Groups>) =>
  Layer.mergeAll(
    HttpApiSwagger.layer(api, { path: "/docs" }),
    HttpRouter.add("GET", "/redoc", redocPage),
    HttpRouter.use(
      Effect.fnUntraced(function* (router) {
        const script = yield* Effect.promise(() => readFile(redocFile))
        const reply = yield* preparedReply(Effect.succeed(script), {
          "content-type": "text/javascript; charset=utf-8",
          "cache-control": "public, max-age=86400"
        })
        yield* router.add("GET", "/redoc/redoc.standalone.js", reply)
      })
    )
  )
