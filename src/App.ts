import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { ByteSize, Context, Duration, Effect, Layer, Metric } from "effect"
import { HttpIncomingMessage, HttpRouter, HttpServer } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import * as AccountsHttp from "./accounts/accounts/Http.ts"
import { AccessTokens } from "./accounts/AccessTokens.ts"
import { AdminKey } from "./accounts/AdminKey.ts"
import * as AccessLive from "./accounts/access/AccessLive.ts"
import { Gate } from "./accounts/access/Gate.ts"
import { ApiKeys } from "./accounts/ApiKeys.ts"
import * as AuditHttp from "./accounts/audit/Http.ts"
import * as Identity from "./accounts/Identity.ts"
import * as KeysHttp from "./accounts/keys/Http.ts"
import * as SettingsAuditLive from "./accounts/SettingsAuditLive.ts"
import * as Tokens from "./accounts/tokens/Tokens.ts"
import * as AuthHttp from "./accounts/tokens/Http.ts"
import * as UsersHttp from "./accounts/users/Http.ts"
import { Credit } from "./accounts/credit/Credit.ts"
import * as CreditHttp from "./accounts/credit/Http.ts"
import { Orders } from "./accounts/credit/Orders.ts"
import { Usage } from "./accounts/credit/Usage.ts"
import { Api } from "./Api.ts"
import * as BankManagement from "./bank/admin/BankManagement.ts"
import * as QuestionsHttp from "./bank/admin/Http.ts"
import { AiAnswerer } from "./bank/AiAnswerer.ts"
import { AnswerCache } from "./bank/AnswerCache.ts"
import { Answers } from "./bank/Answers.ts"
import * as ChangesElsewhere from "./bank/ChangesElsewhere.ts"
import * as BankHttp from "./bank/Http.ts"
import * as OcsAccessLive from "./bank/ocs/OcsAccessLive.ts"
import { ocsAddressRefused } from "./bank/ocs/replyForm.ts"
import { ocsBusyBody } from "./bank/ocs/busyReply.ts"
import { QuestionRepo } from "./bank/QuestionRepo.ts"
import * as StarterBank from "./bank/StarterBank.ts"
import * as TransferHttp from "./bank/transfer/Http.ts"
import { Importer } from "./bank/transfer/Importer.ts"
import { ImportLimit } from "./bank/transfer/receiveFile.ts"
import { TransferJobs } from "./bank/transfer/TransferJobs.ts"
import * as MessagesHttp from "./chat/messages/Http.ts"
import * as ChatHttp from "./chat/Http.ts"
import * as EmbeddingsHttp from "./chat/embeddings/Http.ts"
import * as ResponsesHttp from "./chat/responses/Http.ts"
import { Responses } from "./chat/responses/Responses.ts"
import { ResponseStore } from "./chat/responses/ResponseStore.ts"
import { SharedTurns } from "./chat/SharedTurns.ts"
import { Turns } from "./chat/Turns.ts"
import * as HomeHttp from "./console/Http.ts"
import type { Admission } from "./platform/Admission.ts"
import { AccessLog } from "./platform/AccessLog.ts"
import { AddressBound, AddressRefusal } from "./platform/bounds/addressBounds.ts"
import { BoundedBodies } from "./platform/bounds/BoundedBodies.ts"
import * as AdmissionLive from "./platform/admission/AdmissionLive.ts"
import { AppConfig } from "./platform/config/AppConfig.ts"
import { exposure } from "./platform/config/exposure.ts"
import * as databaseCheck from "./platform/databaseCheck.ts"
import * as openPlaces from "./platform/database/openPlaces.ts"
import * as Docs from "./platform/Docs.ts"
import { Draining } from "./platform/Draining.ts"
import { HealthChecks } from "./platform/HealthChecks.ts"
import * as HealthHttp from "./platform/HealthHttp.ts"
import { createHeldServer } from "./platform/HeldServer.ts"
import * as Logging from "./platform/Logging.ts"
import { LogSink } from "./platform/LogSink.ts"
import { Outbound } from "./platform/Outbound.ts"
import { PromptFiles } from "./platform/PromptFiles.ts"
import { Readiness } from "./platform/Readiness.ts"
import * as RequestContext from "./platform/RequestContext.ts"
import { makeRouteTable, RouteTable } from "./platform/RouteTable.ts"
import { LiveSettings } from "./platform/settings/LiveSettings.ts"
import * as SettingsHttp from "./platform/settings/Http.ts"
import { SettingsAdmin } from "./platform/settings/SettingsAdmin.ts"
import { SettingsStore } from "./platform/settings/SettingsStore.ts"
import { busyBody } from "./platform/server/busyReply.ts"
import * as Sql from "./platform/Sql.ts"
import { Collectors } from "./platform/telemetry/Collectors.ts"
import * as ErrorReports from "./platform/telemetry/ErrorReports.ts"
import { EventLoop } from "./platform/telemetry/EventLoop.ts"
import * as eventLoopCheck from "./platform/telemetry/eventLoopCheck.ts"
import * as MetricsHttp from "./platform/telemetry/Http.ts"
import * as Otlp from "./platform/telemetry/Otlp.ts"
import * as ProcessMetrics from "./platform/telemetry/ProcessMetrics.ts"
import { Vault } from "./platform/Vault.ts"
import { CallLedger } from "./providers/accounting/CallLedger.ts"
import * as CallsHttp from "./providers/accounting/Http.ts"
import * as ProvidersHttp from "./providers/admin/Http.ts"
import { ProviderAdmin } from "./providers/admin/ProviderAdmin.ts"
import { ProviderStore } from "./providers/admin/ProviderStore.ts"
import { Catalog } from "./providers/Catalog.ts"
import { Embeddings } from "./providers/embeddings/Embeddings.ts"
import * as PredictHttp from "./providers/predict/Http.ts"
import * as RunsHttp from "./thinking/Http.ts"
import * as OldRuns from "./thinking/runs/OldRuns.ts"
import { Runs } from "./thinking/runs/Runs.ts"
import { Reasoner } from "./thinking/Reasoner.ts"
import { RunLog } from "./thinking/RunLog.ts"

/** The answering services over whatever database and HTTP client are provided. */
export const services = Answers.layer.pipe(
  Layer.provideMerge(Layer.mergeAll(AiAnswerer.layer, Importer.layer, OldRuns.layer, Runs.layer, Turns.layer)),
  Layer.provideMerge(Layer.mergeAll(BankManagement.layer, TransferJobs.layer, ChangesElsewhere.layer)),
  Layer.provideMerge(AnswerCache.layer),
  Layer.provideMerge(Reasoner.layer),
  // After the stored providers, which settings may name.
  Layer.provideMerge(SettingsAdmin.layer.pipe(Layer.provide(SettingsAuditLive.layer))),
  Layer.provideMerge(Layer.mergeAll(ProviderAdmin.layer, RunLog.layer)),
  Layer.provideMerge(Layer.mergeAll(Catalog.layer, PromptFiles.layer, ProviderStore.layer, QuestionRepo.layer)),
  Layer.provideMerge(SettingsStore.layer),
  Layer.provideMerge(Layer.mergeAll(CallLedger.layer, Credit.layer)),
  Layer.provideMerge(Tokens.layer),
  Layer.provideMerge(Identity.layer),
  Layer.provideMerge(Vault.layerOfDatabase)
)

const routeTable = Layer.sync(RouteTable, () =>
  makeRouteTable(
    Object.values(Api.groups).flatMap((group) =>
      Object.values(group.endpoints).map(({ annotations, method, path }) => ({
        method,
        path,
        address: Context.get(Context.merge(group.annotations, annotations), AddressBound)
      }))
    )
  )
)

/** Every route, with what stands around every request. */
export const routes = Layer.mergeAll(
  HttpApiBuilder.layer(Api).pipe(
    Layer.provide([
      BankHttp.layer,
      ChatHttp.layer,
      CallsHttp.layer,
      CreditHttp.layer.pipe(Layer.provide(Layer.merge(Orders.layer, Usage.layer))),
      QuestionsHttp.layer,
      TransferHttp.layer,
      EmbeddingsHttp.layer.pipe(Layer.provide(Embeddings.layer)),
      HealthHttp.layer.pipe(Layer.provide(Readiness.layer)),
      HomeHttp.layer,
      MessagesHttp.layer,
      MetricsHttp.layer,
      PredictHttp.layer,
      ProvidersHttp.layer,
      ResponsesHttp.layer.pipe(Layer.provide(Responses.layer), Layer.provide(ResponseStore.layer)),
      RunsHttp.layer,
      UsersHttp.layer,
      AccountsHttp.layer,
      KeysHttp.layer,
      AuditHttp.layer,
      AuthHttp.layer,
      SettingsHttp.layer
    ]),
    Layer.provide(SharedTurns.layer),
    Layer.provide([AccessLive.layer, OcsAccessLive.layer, BoundedBodies.layer]),
    Layer.provide(Gate.layer),
    Layer.provide(AdminKey.layer)
  ),
  Docs.layer(Api),
  RequestContext.layer
).pipe(Layer.provide([AccessLog.layer, routeTable, Layer.succeed(AddressRefusal, ocsAddressRefused)]))

/** The largest bodies, as they are set at the start. */
const bodyLimits = Layer.unwrap(
  Effect.map(AppConfig, ({ bank, server }) =>
    Layer.merge(
      Layer.succeed(ImportLimit, ByteSize.fromInputUnsafe(bank.importLimit)),
      Layer.succeed(HttpIncomingMessage.MaxBodySize, ByteSize.fromInputUnsafe(server.bodyLimit))
    )
  )
)

// A question of several thousand Chinese characters in a query takes nine bytes a character: node's 16 KB would refuse it.
const maxHeaderBytes = 512 * 1024

const turnedAway = Metric.counter("siku_http_turned_away_total", {
  description: "Requests answered with 503 because as many were being served as may be",
  incremental: true
})

/** The listening socket. Connections that come before the routes are ready wait for them. */
export const httpServer = Layer.unwrap(
  Effect.gen(function* () {
    const { server } = yield* AppConfig
    const draining = yield* Draining
    const live = yield* LiveSettings
    const metrics = yield* Effect.context<never>()
    const requestTimeout = Duration.toMillis(server.requestTimeout)
    return NodeHttpServer.layer(
      () =>
        createHeldServer({
          maxHeaderSize: maxHeaderBytes,
          headersTimeout: Math.min(Duration.toMillis(server.headerTimeout), requestTimeout),
          requestTimeout,
          keepAliveTimeout: Duration.toMillis(server.idleTimeout),
          writeTimeout: Duration.toMillis(server.writeTimeout),
          maxConnections: server.maxConnections,
          get maxRequests() {
            return live.current.server.maxRequests
          },
          drain: Duration.toMillis(server.drain),
          busy: (url) => ocsBusyBody(url) ?? busyBody(url),
          onBusy: () => turnedAway.updateUnsafe(1, metrics),
          onDrain: draining.begin
        }),
      {
        host: server.host,
        port: server.port,
        // Many that come at once wait to be accepted; beyond node's 511 the system would reset them after seconds.
        backlog: server.maxConnections,
        gracefulShutdownTimeout: server.drain
      }
    )
  })
)

const announce = Layer.effectDiscard(
  Effect.gen(function* () {
    const settings = yield* AppConfig
    const { address } = yield* HttpServer.HttpServer
    for (const warning of settings.warnings) yield* Effect.logWarning(warning)
    yield* Effect.logInfo(`Siku is ready at ${HttpServer.formatAddress(address)}`)
    for (const { level, remedy, text } of exposure(settings)) {
      const sentence = remedy === undefined ? text : `${text}; ${remedy}`
      yield* level === "ok" ? Effect.logInfo(sentence) : Effect.logWarning(sentence)
    }
  })
)

// Of this service alone, where several run in one process.
const registries = Layer.mergeAll(
  Layer.sync(Metric.MetricRegistry, () => new Map()),
  Layer.sync(Collectors, () => new Set()),
  Layer.sync(HealthChecks, () => new Set())
)

const watching = Layer.mergeAll(databaseCheck.layer, eventLoopCheck.layer, openPlaces.layer, ProcessMetrics.layer).pipe(
  Layer.provide(EventLoop.layer)
)

const exporters = Layer.merge(Otlp.layer, ErrorReports.layer).pipe(Layer.provide(Outbound.layer))

/** Who is known, and how much of them is let in. */
const identities = Layer.mergeAll(
  Layer.effect(ApiKeys, ApiKeys),
  Layer.effect(AccessTokens, AccessTokens),
  AdmissionLive.layer
)

type Known = AccessTokens | Admission | ApiKeys

/** The whole service over others who are known, given its configuration. */
export const appWith = (known: Layer.Layer<Known, never, AccessTokens | ApiKeys | AppConfig | LiveSettings>) =>
  HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
    Layer.provide(bodyLimits),
    Layer.provideMerge(announce),
    Layer.provideMerge(httpServer),
    Layer.provide(StarterBank.layer),
    Layer.provide(known),
    Layer.provide([services, watching]),
    Layer.provide([Draining.layer, Sql.layer, Outbound.layer, exporters]),
    Layer.provide(Logging.layer),
    Layer.provide([LogSink.layer, registries]),
    Layer.provide(NodeServices.layer)
  )

/** The whole service, given its configuration. */
export const app = appWith(identities)
