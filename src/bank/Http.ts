import { Cause, Effect, Result } from "effect"
import { type HttpServerRequest, HttpServerResponse } from "effect/http"
import { HttpApiBuilder } from "effect/http-api"
import { credentialOf, kindOf } from "../accounts/access/credential.ts"
import { Api } from "../Api.ts"
import { refusedBody } from "../platform/bounds/BodyRefused.ts"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { troubleIn } from "../platform/DatabaseTrouble.ts"
import { makePublicUrlOf } from "../platform/publicUrl.ts"
import { RequestId } from "../platform/RequestContext.ts"
import { BankStatistics } from "./admin/BankStatistics.ts"
import { makeAnswerMetrics } from "./answerMetrics.ts"
import { type Answer, Answers } from "./Answers.ts"
import {
  badQuestionMessage,
  bankUnavailableMessage,
  bodyRefusedMessage,
  defectMessage,
  unansweredMessage,
  unreadableBodyMessage
} from "./ocs/messages.ts"
import { type AdapterReply, toAdapterAnswer, toAdapterReply } from "./ocs/AdapterReply.ts"
import type { PageQuestion } from "./ocs/client/QuizPage.ts"
import { foundReply, missReply, type OcsReply } from "./ocs/OcsReply.ts"
import { readBody, readQuestionInSteps } from "./ocs/OcsRequest.ts"
import type { UnansweredReason } from "./Unanswered.ts"
import { ocsWrappers } from "./ocs/wrapper.ts"

/** The OCS routes: whatever happens, the client gets HTTP 200 and a reply that it can read. */
export const layer = HttpApiBuilder.group(
  Api,
  "ocs",
  Effect.fnUntraced(function* (handlers) {
    const answers = yield* Answers
    const statistics = yield* BankStatistics
    const { server } = yield* AppConfig
    const publicUrlOf = makePublicUrlOf(server)
    const count = makeAnswerMetrics(yield* Effect.context<never>())

    const replying = <Reply>({ found, missed }: ReplyForm<Reply>) =>
      Effect.fnUntraced(function* (input: unknown) {
        const requestId = yield* RequestId
        const read = yield* readQuestionInSteps(input)
        if (Result.isFailure(read)) return missed(undefined, badQuestionMessage(read.failure), requestId)
        const question = read.success
        return yield* answers.find(question).pipe(
          Effect.tap(({ source }) => {
            count.answered(source)
            return statistics.hit(source)
          }),
          Effect.tapError(({ reason }) => {
            count.missed(reason._tag)
            return willCome.has(reason._tag) ? Effect.void : statistics.missed(question)
          }),
          Effect.match({
            onSuccess: (answer) => found(question, answer, requestId),
            onFailure: ({ reason }) => missed(question, unansweredMessage(reason), requestId)
          }),
          orMiss(missed)
        )
      })

    const replyingToBody = <Reply>(form: ReplyForm<Reply>) => {
      const reply = replying(form)
      return (request: HttpServerRequest.HttpServerRequest) =>
        Effect.matchEffect(request.text, {
          // To parse megabytes of images and to take their digests are some milliseconds each: others may come between.
          onSuccess: (body) => {
            const input = readBody(body)
            return body.length < largeBody ? reply(input) : Effect.andThen(Effect.yieldNow, reply(input))
          },
          onFailure: (error) =>
            Effect.map(RequestId, (id) => {
              const refused = refusedBody(error)
              return form.missed(
                undefined,
                refused === undefined ? unreadableBodyMessage : bodyRefusedMessage(refused),
                id
              )
            })
        })
    }

    const reply = replying(queryForm)
    const replyToBody = replyingToBody(queryForm)
    const replyToAdapter = replyingToBody(adapterForm)

    // A probe asks whether the bank is there, not for an answer: it must not cost a model call.
    const ask = ({
      query,
      request
    }: {
      readonly query: Parameters
      readonly request: HttpServerRequest.HttpServerRequest
    }) =>
      request.method === "HEAD"
        ? Effect.succeed(HttpServerResponse.empty({ status: 200 }))
        : Effect.map(reply(firstOfEach(query)), encodeReply)
    const askByPost = ({ request }: { readonly request: HttpServerRequest.HttpServerRequest }) =>
      Effect.map(replyToBody(request), encodeReply)
    const adapter = ({ request }: { readonly request: HttpServerRequest.HttpServerRequest }) => replyToAdapter(request)

    return handlers
      .handle("query", ask)
      .handleRaw("queryByPost", askByPost)
      .handle("queryAlias", ask)
      .handleRaw("queryAliasByPost", askByPost)
      .handleRaw("adapter", adapter)
      .handleRaw("adapterAlias", adapter)
      .handleRaw("ocsConfig", ({ request }) => {
        const key = quizKeyOf(request)
        const wrappers = ocsWrappers(publicUrlOf(request), key)
        return Effect.succeed(
          HttpServerResponse.jsonUnsafe(wrappers, key === undefined ? {} : { headers: { "cache-control": "no-store" } })
        )
      })
  })
)

/** How a route words its replies. */
interface ReplyForm<Reply> {
  readonly found: (question: PageQuestion, answer: Answer, requestId: string) => Reply
  readonly missed: (question: PageQuestion | undefined, message: string, requestId: string) => Reply
}

const queryForm: ReplyForm<OcsReply> = { found: foundReply, missed: missReply }
const adapterForm: ReplyForm<AdapterReply> = {
  found: (question, answer, id) => toAdapterAnswer(foundReply(question, answer, id), question, answer.texts),
  missed: (question, message, id) => toAdapterReply(missReply(question, message, id), question)
}

/** The key in the address or a header of a request, to be handed on to who sent it; other credentials are not for quiz clients. */
const quizKeyOf = (request: HttpServerRequest.HttpServerRequest): string | undefined => {
  const credential = credentialOf(request, true)
  return credential !== undefined && /^[\w-]+$/.test(credential) && kindOf(credential) === "key"
    ? credential
    : undefined
}

const largeBody = 1024 * 1024

// Who asks again a little later gets an answer: that is no miss.
const willCome: ReadonlySet<UnansweredReason["_tag"]> = new Set(["BankUnavailable", "Busy", "StillThinking"])

// Nothing in the reply has another form on the wire, so it is written as it is: the types hold it to its schema.
const encodeReply = (reply: typeof OcsReply.Encoded) => HttpServerResponse.jsonUnsafe(reply)

/** A defect on these routes is a miss with the request's id; the log has the cause. */
const orMiss =
  <Reply>(missed: ReplyForm<Reply>["missed"]) =>
  (effect: Effect.Effect<Reply>): Effect.Effect<Reply> =>
    Effect.catchCauseIf(
      effect,
      (cause) => !Cause.hasInterruptsOnly(cause),
      (cause) =>
        Effect.flatMap(RequestId, (id) => {
          const trouble = troubleIn(cause)
          return trouble === undefined
            ? Effect.logError("a question failed", cause).pipe(
                Effect.annotateLogs({ request_id: id }),
                Effect.as(missed(undefined, defectMessage, id))
              )
            : Effect.as(
                Effect.logWarning(`a question failed: ${trouble.message}`),
                missed(undefined, bankUnavailableMessage(trouble.kind), id)
              )
        })
    )

type Parameters = Readonly<Record<string, string | ReadonlyArray<string> | undefined>>

/** A parameter given twice counts by its first value; only images may be several. */
const firstOfEach = (query: Parameters): Parameters =>
  Object.values(query).some(Array.isArray)
    ? Object.fromEntries(
        Object.entries(query).map(([name, value]) => [
          name,
          typeof value === "object" && name !== "images" ? value[0] : value
        ])
      )
    : query
