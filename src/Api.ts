import { HttpApi, OpenApi } from "effect/http-api"
import { OcsApi } from "./bank/Api.ts"
import { HomeApi } from "./console/Api.ts"
import { HealthApi } from "./platform/Health.ts"

/** Everything the service answers over HTTP. */
export class Api extends HttpApi.make("siku")
  .add(HomeApi)
  .add(OcsApi)
  .add(HealthApi)
  .annotateMerge(
    OpenApi.annotations({
      title: "Siku 思库",
      version: "0.1.0",
      description: "A self-hosted answer service: question bank and AI."
    })
  ) {}
