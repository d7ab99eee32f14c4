import { createServer } from "node:http"
import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { Context, Effect, FileSystem, Layer, Path, Stream, Struct } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder } from "effect/http-api"
import { SqlClient } from "effect/sql"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import { exportRows } from "../../../src/bank/transfer/ExportRow.ts"
import * as TransferHttp from "../../../src/bank/transfer/Http.ts"
import { TransferApi } from "../../../src/bank/transfer/Api.ts"
import { Importer } from "../../../src/bank/transfer/Importer.ts"
import { TransferJobs } from "../../../src/bank/transfer/TransferJobs.ts"
import * as QuestionWriterLive from "../../../src/bank/write/QuestionWriterLive.ts"
import { AccessLog } from "../../../src/platform/AccessLog.ts"
import { Access } from "../../../src/platform/Access.ts"
import { LogSink } from "../../../src/platform/LogSink.ts"
import * as RequestContext from "../../../src/platform/RequestContext.ts"
import { BoundedBodies } from "../../../src/platform/bounds/BoundedBodies.ts"
import { makeRouteTable, RouteTable } from "../../../src/platform/RouteTable.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { wayIn } from "../../support/access.ts"
import { adminKey, testConfig } from "../../support/config.ts"

/** The bank with what moves it, over a database of its own. Given a home, the database is a file there. */
export const transferBank = (home?: string) =>
  Importer.layer.pipe(
    Layer.provideMerge(TransferJobs.layer),
    Layer.provideMerge(Layer.mergeAll(QuestionWriterLive.layer, QuestionRepo.layer)),
    Layer.provideMerge(AnswerCache.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(
      testConfig(
        home === undefined
          ? { set: [`security.admin_key=${adminKey}`] }
          : { home, set: [`database.url=sqlite:${home}/siku.db`, `security.admin_key=${adminKey}`] }
      )
    ),
    Layer.provideMerge(NodeServices.layer)
  )

/** A file with this content, for as long as the scope lasts. */
export const fileWith = Effect.fnUntraced(function* (content: string | Uint8Array, name = "questions") {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(yield* files.makeTempDirectoryScoped(), name)
  yield* files.writeFile(file, typeof content === "string" ? new TextEncoder().encode(content) : content)
  return file
})

/** What an export carries of each question, but for its id, in the order of the titles. */
export const contentOfBank = Effect.gen(function* () {
  yield* SqlClient.SqlClient
  const pages = yield* Stream.runCollect(exportRows({}))
  return pages
    .flat()
    .map((row) => {
      const content = Struct.omit(row, ["id"])
      return { content, text: JSON.stringify(content) }
    })
    .sort((a, b) => (a.text < b.text ? -1 : 1))
    .map(({ content }) => content)
})

// As much of the API as is tested here.
const TransferHttpApi = HttpApi.make("siku").add(TransferApi.middleware(Access)).middleware(BoundedBodies)

const routes = Layer.mergeAll(
  HttpApiBuilder.layer(TransferHttpApi).pipe(
    Layer.provide(TransferHttp.layer),
    Layer.provide([wayIn(), BoundedBodies.layer])
  ),
  RequestContext.layer
).pipe(
  Layer.provide(AccessLog.layer),
  Layer.provide(Layer.sync(RouteTable, () => makeRouteTable(Object.values(TransferHttpApi.groups.transfer.endpoints))))
)

/** The transfer routes on a free port of 127.0.0.1 over a bank of their own, for as long as the scope lasts. */
export const serveTransfer = Effect.fnUntraced(function* (home: string) {
  const context = yield* Layer.build(
    HttpRouter.serve(routes, { disableLogger: true, disableListenLog: true }).pipe(
      Layer.provideMerge(
        NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0, gracefulShutdownTimeout: "1 second" })
      ),
      Layer.provide(LogSink.layer),
      Layer.provideMerge(transferBank(home)),
      Layer.orDie
    )
  )
  const base = HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address).replace(/\/$/, "")
  return { base, context }
})
