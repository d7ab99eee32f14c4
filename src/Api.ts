import { HttpApi, OpenApi } from "effect/http-api"
import { AccountsApi } from "./accounts/accounts/Api.ts"
import { AuditApi } from "./accounts/audit/Api.ts"
import { KeysApi } from "./accounts/keys/Api.ts"
import { AuthApi } from "./accounts/tokens/Api.ts"
import { UsersApi } from "./accounts/users/Api.ts"
import { CreditApi } from "./accounts/credit/Api.ts"
import { QuestionsApi } from "./bank/admin/Api.ts"
import { OcsApi } from "./bank/Api.ts"
import { TransferApi } from "./bank/transfer/Api.ts"
import { MessagesApi } from "./chat/messages/Api.ts"
import { ChatApi } from "./chat/Api.ts"
import { EmbeddingsApi } from "./chat/embeddings/Api.ts"
import { ResponsesApi } from "./chat/responses/Api.ts"
import { HomeApi } from "./console/Api.ts"
import { BoundedBodies } from "./platform/bounds/BoundedBodies.ts"
import { Access, AnthropicAccess, OcsAccess, OpenAiAccess, PublicAccess } from "./platform/Access.ts"
import { withCommonReplies } from "./platform/commonReplies.ts"
import { describeAccess } from "./platform/describeAccess.ts"
import { HealthApi } from "./platform/Health.ts"
import { SettingsApi } from "./platform/settings/Api.ts"
import { MetricsApi } from "./platform/telemetry/Api.ts"
import { version } from "./platform/version.ts"
import { CallsApi } from "./providers/accounting/Api.ts"
import { ProvidersApi } from "./providers/admin/Api.ts"
import { PredictApi } from "./providers/predict/Api.ts"
import { RunsApi } from "./thinking/Api.ts"

// Who may use a route, its own contract says (`RequiredScope`): without a word it is for the scope admin.
const groups = HttpApi.make("siku")
  .add(HomeApi.middleware(PublicAccess))
  .add(OcsApi.middleware(OcsAccess))
  .add(QuestionsApi.middleware(Access))
  .add(TransferApi.middleware(Access))
  .add(PredictApi.middleware(Access))
  .add(ChatApi.middleware(OpenAiAccess))
  .add(RunsApi.middleware(Access))
  .add(MessagesApi.middleware(AnthropicAccess))
  .add(ResponsesApi.middleware(OpenAiAccess))
  .add(EmbeddingsApi.middleware(OpenAiAccess))
  .add(ProvidersApi.middleware(Access))
  .add(CallsApi.middleware(Access))
  .add(AuthApi.middleware(PublicAccess))
  .add(UsersApi.middleware(Access))
  .add(AccountsApi.middleware(Access))
  .add(KeysApi.middleware(Access))
  .add(AuditApi.middleware(Access))
  .add(CreditApi.middleware(Access))
  .add(SettingsApi.middleware(Access))
  .add(HealthApi.middleware(PublicAccess))
  .add(MetricsApi.middleware(Access))
  .middleware(BoundedBodies)

/** Everything the service answers over HTTP. */
export class Api extends groups.annotateMerge(
  OpenApi.annotations({
    title: "Siku 思库",
    version,
    description: "A self-hosted answer service: question bank and AI.",
    transform: (description) => {
      const described = describeAccess(groups)(description)
      return { ...described, paths: withCommonReplies(description["paths"]) }
    }
  })
) {}
