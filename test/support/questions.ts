import { NodeHttpServer, NodeServices } from "@effect/platform-node"
import { createServer } from "node:http"
import { Context, Effect, Layer } from "effect"
import { HttpRouter, HttpServer } from "effect/http"
import { HttpApi, HttpApiBuilder } from "effect/http-api"
import { QuestionsApi } from "../../src/bank/admin/Api.ts"
import * as BankManagement from "../../src/bank/admin/BankManagement.ts"
import * as QuestionsHttp from "../../src/bank/admin/Http.ts"
import { AnswerCache } from "../../src/bank/AnswerCache.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { QuestionRepo } from "../../src/bank/QuestionRepo.ts"
import type { QuestionType } from "../../src/bank/QuestionType.ts"
import {
  type Provenance,
  type QuestionDraft,
  QuestionWriter,
  type WritePolicy
} from "../../src/bank/write/QuestionWriter.ts"
import { AccessLog } from "../../src/platform/AccessLog.ts"
import { Access } from "../../src/platform/Access.ts"
import { LogSink } from "../../src/platform/LogSink.ts"
import * as RequestContext from "../../src/platform/RequestContext.ts"
import { BoundedBodies } from "../../src/platform/bounds/BoundedBodies.ts"
import { makeRouteTable, RouteTable } from "../../src/platform/RouteTable.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { wayIn } from "./access.ts"
import { adminKey, testConfig } from "./config.ts"

/** The bank and all that manages it, over an embedded database of its own. */
export const managedBank = (set: ReadonlyArray<string> = []) =>
  Layer.mergeAll(BankManagement.layer, QuestionRepo.layer).pipe(
    Layer.provideMerge(AnswerCache.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(testConfig({ set: [`security.admin_key=${adminKey}`, ...set] })),
    Layer.provide(NodeServices.layer)
  )

/** A question with four options, of which 甲 is the answer unless another is given. */
export const draft = (
  title: string,
  more: Partial<QuestionDraft> & { readonly type?: QuestionType } = {}
): QuestionDraft => {
  const { type = "single", ...rest } = more
  return { question: makeQuestion({ title, options: ["甲", "乙", "丙", "丁"], type }), answer: ["甲"], ...rest }
}

export const importOf = (reference: string): Provenance => ({
  origin: "import",
  who: "importer",
  why: `import ${reference}`,
  reference
})

export const write = (
  drafts: ReadonlyArray<QuestionDraft>,
  policy: WritePolicy = "skip",
  provenance: Provenance = importOf("job-1")
) => Effect.flatMap(QuestionWriter, (writer) => writer.write(drafts, { policy, provenance }))

const api = HttpApi.make("siku").add(QuestionsApi.middleware(Access)).middleware(BoundedBodies)

/** Serves the management of a bank on a free port of 127.0.0.1 for as long as the scope lasts; answers with its address. */
export const serveQuestions = Effect.map(
  Layer.build(
    HttpRouter.serve(
      Layer.mergeAll(
        HttpApiBuilder.layer(api).pipe(
          Layer.provide(QuestionsHttp.layer),
          Layer.provide([wayIn(), BoundedBodies.layer])
        ),
        RequestContext.layer
      ).pipe(
        Layer.provide([
          AccessLog.layer,
          Layer.sync(RouteTable, () => makeRouteTable(Object.values(api.groups.questions.endpoints)))
        ])
      ),
      { disableLogger: true, disableListenLog: true }
    ).pipe(
      Layer.provideMerge(NodeHttpServer.layer(createServer, { host: "127.0.0.1", port: 0 })),
      Layer.provideMerge(managedBank()),
      Layer.provide(LogSink.layer),
      Layer.provide(testConfig({})),
      Layer.provide(NodeServices.layer),
      Layer.orDie
    )
  ),
  (context) => ({
    base: HttpServer.formatAddress(Context.get(context, HttpServer.HttpServer).address).replace(/\/$/, ""),
    context
  })
)
