import { Effect, Schema, Struct } from "effect"
import { HttpApiBuilder } from "effect/http-api"
import { Api } from "../../Api.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { BankReports } from "./BankReports.ts"
import { BulkEdit, type BulkRest } from "./BulkEdit.ts"
import type { BadQuestion, QuestionChanged, QuestionExists, QuestionNotFound } from "./errors.ts"
import { QuestionEditor } from "./QuestionEditor.ts"
import { type Place, QuestionSearch } from "./QuestionSearch.ts"
import { statsOf, viewOf } from "./view.ts"

const usualLimit = 50
const usualDays = 30

export const layer = HttpApiBuilder.group(
  Api,
  "questions",
  Effect.fnUntraced(function* (handlers) {
    const editor = yield* QuestionEditor
    const search = yield* QuestionSearch
    const bulk = yield* BulkEdit
    const reports = yield* BankReports

    return handlers
      .handle("listQuestions", ({ query: { after, limit = usualLimit, order = "newest", ...filter } }) =>
        Effect.map(
          search.page({ filter, order, limit, after: after === undefined ? undefined : toPlace(after) }),
          (page) => ({
            questions: page.rows.map(viewOf),
            scanned: page.scanned,
            next: page.next === undefined ? null : `${page.next.confidence}~${page.next.id}`
          })
        )
      )
      .handle("createQuestion", ({ payload: { options = [], type = "unknown", why = "", ...fields } }) =>
        editor
          .create({ ...fields, options, type }, admin(why))
          .pipe(Effect.map(viewOf), Effect.catchTags({ QuestionExists: exists, BadQuestion: invalid }))
      )
      .handle("changeManyQuestions", ({ payload: { after, dry_run = false, filter, ids, why = "", ...action } }) => {
        if (after !== undefined && filter === undefined) {
          return invalid({ errors: [{ path: "after", message: "goes with a filter" }] })
        }
        const target =
          ids !== undefined && filter === undefined
            ? { ids }
            : filter !== undefined && ids === undefined
              ? { filter, rest: after === undefined ? undefined : toRest(after) }
              : undefined
        return target === undefined
          ? invalid({ errors: [{ path: "ids", message: "give either ids or filter" }] })
          : Effect.map(bulk.run(target, action, admin(why), { dryRun: dry_run }), ({ rest, ...counts }) => ({
              ...counts,
              next: rest === undefined ? null : `${rest.after}~${rest.upTo}`,
              dry_run
            }))
      })
      .handle("bankStatistics", ({ query: { days = usualDays } }) => Effect.map(reports.figures(days), statsOf))
      .handle("reviewQueue", ({ query: { after, limit = usualLimit } }) =>
        Effect.map(reports.waiting({ limit: limit + 1, after }), (found) => ({
          questions: found.slice(0, limit).map(({ row, said }) => ({
            question: viewOf(row),
            said: said.map(({ answer, at, note, verdict, who }) => ({ at, who, verdict, answer, note }))
          })),
          next: found.length > limit ? (found[limit - 1]?.row.id ?? null) : null
        }))
      )
      .handle("readQuestion", ({ params }) =>
        editor.read(params.id).pipe(Effect.map(viewOf), Effect.catchTags({ QuestionNotFound: notFound }))
      )
      .handle("replaceQuestion", ({ params, payload: { explanation = null, tags = [], why = "", ...fields } }) =>
        editor.change(params.id, { ...fields, explanation, tags }, admin(why)).pipe(
          Effect.map(viewOf),
          Effect.catchTags({
            QuestionNotFound: notFound,
            QuestionChanged: changed,
            QuestionExists: exists,
            BadQuestion: invalid
          })
        )
      )
      .handle("patchQuestion", ({ params, payload: { why = "", ...fields } }) =>
        editor.change(params.id, fields, admin(why)).pipe(
          Effect.map(viewOf),
          Effect.catchTags({
            QuestionNotFound: notFound,
            QuestionChanged: changed,
            QuestionExists: exists,
            BadQuestion: invalid
          })
        )
      )
      .handle("deleteQuestion", ({ params, query: { why = "" } }) =>
        editor.remove(params.id, admin(why)).pipe(Effect.catchTags({ QuestionNotFound: notFound }))
      )
      .handle("questionHistory", ({ params, query: { before, limit = usualLimit } }) =>
        Effect.gen(function* () {
          const found = yield* reports.history({ id: params.id, limit: limit + 1, before })
          // A question that an import added and nobody changed has no history.
          if (found.length === 0 && before === undefined) yield* editor.read(params.id)
          const page = found.slice(0, limit)
          return {
            history: page.map(({ after, before, ...entry }) => ({
              ...Struct.omit(entry, ["question_id"]),
              before: before === null ? null : viewOf(before),
              after: after === null ? null : viewOf(after)
            })),
            next: found.length > limit ? (page.at(-1)?.id ?? null) : null
          }
        }).pipe(Effect.catchTags({ QuestionNotFound: notFound }))
      )
      .handle("judgeQuestion", ({ params, payload: { note = "", ...verdict } }) =>
        editor
          .judge(params.id, { ...verdict, note }, admin(note))
          .pipe(Effect.map(viewOf), Effect.catchTags({ QuestionNotFound: notFound, BadQuestion: invalid }))
      )
      .handle("reviewQuestion", ({ params, payload: { why = "", ...decision } }) =>
        editor.review(params.id, decision, admin(why)).pipe(
          Effect.map((row) => ({ question: row === undefined ? null : viewOf(row) })),
          Effect.catchTags({ QuestionNotFound: notFound, QuestionChanged: changed, BadQuestion: invalid })
        )
      )
      .handle("listTags", () => Effect.map(reports.tags, (tags) => ({ tags })))
  })
)

// There is one key for all who manage, so this is all that is known of them.
const admin = (why: string) => ({ who: "admin", why })

const toPlace = (cursor: string): Place => {
  const [confidence = "", id = ""] = cursor.split("~")
  return { id, confidence: Number(confidence) }
}

const toRest = (cursor: string): BulkRest => {
  const [after = "", upTo = ""] = cursor.split("~")
  return { after, upTo }
}

const isId = Schema.is(Schema.String.check(Schema.isPattern(/^q_[\w-]{1,38}$/)))
const named = (id: string): string => (isId(id) ? id : "of that id")

const notFound = ({ id }: Pick<QuestionNotFound, "id">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(
      new NotFoundProblem({ detail: `There is no question ${named(id)}. See GET /api/v1/questions.`, request_id })
    )
  )

const conflict = (detail: string) =>
  Effect.flatMap(RequestId, (request_id) => Effect.fail(new ConflictProblem({ detail, request_id })))

const exists = ({ id }: QuestionExists) =>
  conflict(`This question is in the bank already: ${id}. Change it with PATCH /api/v1/questions/${id}.`)

const changed = ({ id, updated_at }: QuestionChanged) =>
  conflict(`The question ${id} was changed meanwhile; its updated_at is ${updated_at}. Read it again and decide anew.`)

const invalid = ({ errors }: Pick<BadQuestion, "errors">) =>
  Effect.flatMap(RequestId, (request_id) =>
    Effect.fail(new InvalidProblem({ detail: "This cannot be stored; nothing was changed.", request_id, errors }))
  )
