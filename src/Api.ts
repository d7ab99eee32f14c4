import { HttpApi, OpenApi } from "effect/http-api"
import { QuestionsApi } from "./bank/admin/Api.ts"
import { OcsApi } from "./bank/Api.ts"
import { TransferApi } from "./bank/transfer/Api.ts"
import { MessagesApi } from "./chat/messages/Api.ts"
import { ChatApi } from "./chat/Api.ts"
import { EmbeddingsApi } from "./chat/embeddings/Api.ts"
import { ResponsesApi } from "./chat/responses/Api.ts"
import { HomeApi } from "./console/Api.ts"
import { AdminOnly } from "./platform/AdminOnly.ts"
import { HealthApi } from "./platform/Health.ts"
import { MetricsApi } from "./platform/telemetry/Api.ts"
import { version } from "./platform/version.ts"
import { CallsApi } from "./providers/accounting/Api.ts"
import { ProvidersApi } from "./providers/admin/Api.ts"
import { PredictApi } from "./providers/predict/Api.ts"
import { RunsApi } from "./thinking/Api.ts"

/** Everything the service answers over HTTP. */
export class Api extends HttpApi.make("siku")
  .add(HomeApi)
  .add(OcsApi)
  .add(QuestionsApi.middleware(AdminOnly))
  .add(TransferApi.middleware(AdminOnly))
  .add(PredictApi)
  .add(ChatApi)
  .add(RunsApi)
  .add(MessagesApi)
  .add(ResponsesApi)
  .add(EmbeddingsApi)
  .add(ProvidersApi.middleware(AdminOnly))
  .add(CallsApi.middleware(AdminOnly))
  .add(HealthApi)
  .add(MetricsApi)
  .annotateMerge(
    OpenApi.annotations({
      title: "Siku 思库",
      version,
      description: "A self-hosted answer service: question bank and AI."
    })
  ) {}
