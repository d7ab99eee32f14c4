import { Effect, Option } from "effect"
import { HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../Api.ts"
import { ocsWrappers } from "../bank/ocs/wrapper.ts"
import { QuestionRepo } from "../bank/QuestionRepo.ts"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { makePublicUrlOf } from "../platform/publicUrl.ts"
import { Catalog } from "../providers/Catalog.ts"
import { homePage } from "./homePage.ts"

const contentSecurityPolicy =
  "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; connect-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'"

export const layer = HttpApiBuilder.group(
  Api,
  "home",
  Effect.fnUntraced(function* (handlers) {
    const { security, server } = yield* AppConfig
    const publicUrlOf = makePublicUrlOf(server)
    const repo = yield* QuestionRepo
    const catalog = yield* Catalog
    return handlers.handle("home", ({ request }) =>
      Effect.map(Effect.all([repo.count, catalog.forRole("answer")]), ([questions, answering]) => {
        const base = publicUrlOf(request)
        const page = homePage({
          base,
          needsKey: security.authentication === "required",
          questions,
          model: Option.getOrUndefined(Option.map(answering, ({ model, name }) => `${name} · ${model}`)),
          wrapper: JSON.stringify(ocsWrappers(base), null, 2)
        })
        return HttpServerResponse.html(page).pipe(
          HttpServerResponse.setHeaders({
            "content-type": "text/html; charset=utf-8",
            "content-security-policy": contentSecurityPolicy,
            "cache-control": "no-store"
          })
        )
      })
    )
  })
)
