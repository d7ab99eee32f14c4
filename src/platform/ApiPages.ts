import { readFile } from "node:fs/promises"
import { Effect } from "effect"
import { HttpRouter } from "effect/http"
import { type HttpApi, type HttpApiGroup, HttpApiSwagger, OpenApi } from "effect/http-api"
import { projectFile } from "./projectFile.ts"

/** What an API says of itself, as it is sent. */
export interface ApiPages {
  /** The OpenAPI document. */
  readonly description: Uint8Array
  /** Swagger UI with that document in it. */
  readonly swagger: Uint8Array
}

/** The files that hold them in a build, below its folder `assets`. */
export const pageFiles = { description: "openapi.json", swagger: "swagger.html" } as const satisfies Record<
  keyof ApiPages,
  string
>

/** Makes them. That takes up to half a second in one stretch: nothing to do while somebody waits for an answer. */
export const makePages = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): Effect.Effect<ApiPages> =>
  Effect.promise(async () => {
    const description = Buffer.from(JSON.stringify(OpenApi.fromApi(api)))
    const { dispose, handler } = HttpRouter.toWebHandler(HttpApiSwagger.layer(api), { disableLogger: true })
    const swagger = await (await handler(new Request("http://localhost/docs"))).bytes()
    await dispose()
    return { description, swagger }
  })

const builtPage = (page: keyof ApiPages) => readFile(projectFile("dist", "assets", pageFiles[page]))

const builtPages = Effect.promise(async (): Promise<ApiPages> => {
  const [description, swagger] = await Promise.all([builtPage("description"), builtPage("swagger")])
  return { description, swagger }
})

/**
 * The pages of the service's API. In a build they are what the build has made, and there at once; from the sources, where there may be no
 * build or an old one, they are made for whoever asks first.
 */
export const pagesOf = <Id extends string, Groups extends HttpApiGroup.Constraint>(
  api: HttpApi.HttpApi<Id, Groups>
): Effect.Effect<Effect.Effect<ApiPages>> =>
  import.meta.url.endsWith(".ts")
    ? Effect.cached(Effect.uninterruptible(makePages(api)))
    : Effect.map(builtPages, Effect.succeed)
