import { Schema } from "effect"
import { HttpApiEndpoint, HttpApiGroup, HttpApiSchema, OpenApi } from "effect/http-api"
import { OpenToLocal, RequiredScope } from "../../platform/Access.ts"
import { BodyBound } from "../../platform/bounds/BodyBounds.ts"
import { ConflictProblem, InvalidProblem, NotFoundProblem } from "../../platform/Problems.ts"
import { QuestionType } from "../QuestionType.ts"
import { AnswerOrigin, QuestionStatus } from "../StoredQuestion.ts"

const time = Schema.Finite.annotate({ description: "Milliseconds since 1970." })
const Tag = Schema.String.check(Schema.isPattern(/\S/), Schema.isMaxLength(128))
const Tags = Schema.Array(Tag).check(Schema.isMaxLength(64))
const Texts = Schema.Array(Schema.String)
// An essay is an answer, too.
const mostCharacters = 50_000
const Answer = Schema.Array(Schema.String.check(Schema.isMaxLength(mostCharacters)))
  .check(Schema.isMinLength(1), Schema.isMaxLength(200))
  .annotate({ description: "The texts of options, or their letters; one text per blank; 正确 or 错误." })
const whyField = Schema.String.check(Schema.isMaxLength(1000))
const why = Schema.optionalKey(whyField.annotate({ description: "Goes into the history." }))
const status = QuestionStatus.annotate({
  description:
    "needs_review is never answered with; unverified gives way to any import. A person's own answer becomes disputed instead of needs_review: it is never held back."
})
const readAt = Schema.optionalKey(
  Schema.Finite.annotate({
    description: "`updated_at` as it was read; when it is another by now, nothing is changed (409)."
  })
)

const questionFields = {
  title: Schema.String,
  options: Texts,
  type: QuestionType,
  answer: Texts,
  explanation: Schema.NullOr(Schema.String),
  tags: Texts,
  source: AnswerOrigin,
  status: QuestionStatus,
  confidence: Schema.Finite.annotate({ description: "0 to 0.99" }),
  provider: Schema.NullOr(Schema.String),
  model: Schema.NullOr(Schema.String),
  reference: Schema.NullOr(Schema.String).annotate({
    description: "The import, the pack or the run of the reasoning engine that brought the answer."
  }),
  right_votes: Schema.Finite,
  wrong_votes: Schema.Finite,
  created_at: time,
  updated_at: time
}

export const QuestionView = Schema.Struct({ id: Schema.String, ...questionFields }).annotate({
  identifier: "BankQuestion"
})

const given = {
  title: Schema.NonEmptyString,
  options: Texts.check(Schema.isMaxLength(200)).annotate({
    description: "Without letters, or each with the letter of its place."
  }),
  type: QuestionType,
  answer: Answer,
  explanation: Schema.NullOr(Schema.String.check(Schema.isMaxLength(mostCharacters))),
  tags: Tags,
  status
}

const NewQuestion = Schema.Struct({
  title: given.title,
  options: Schema.optionalKey(given.options),
  type: Schema.optionalKey(given.type),
  answer: given.answer,
  explanation: Schema.optionalKey(given.explanation),
  tags: Schema.optionalKey(given.tags),
  status: Schema.optionalKey(given.status),
  why
}).annotate({ identifier: "NewBankQuestion" })

const WholeQuestion = Schema.Struct({
  title: given.title,
  options: given.options,
  type: given.type,
  answer: given.answer,
  explanation: Schema.optionalKey(given.explanation),
  tags: Schema.optionalKey(given.tags),
  status: Schema.optionalKey(given.status),
  updated_at: readAt,
  why
}).annotate({
  identifier: "WholeBankQuestion",
  description: "What is left out is emptied; the status stays. Another answer than the stored one is a correction."
})

const QuestionPatch = Schema.Struct({
  title: Schema.optionalKey(given.title),
  options: Schema.optionalKey(given.options),
  type: Schema.optionalKey(given.type),
  answer: Schema.optionalKey(given.answer),
  explanation: Schema.optionalKey(given.explanation),
  tags: Schema.optionalKey(given.tags),
  status: Schema.optionalKey(given.status),
  updated_at: readAt,
  why
}).annotate({ identifier: "BankQuestionPatch", description: "What is left out stays as it is." })

const between = (minimum: number, maximum: number) =>
  Schema.FiniteFromString.check(Schema.isInt(), Schema.isBetween({ minimum, maximum }))
const Limit = Schema.optionalKey(between(1, 200))

const Filter = {
  keyword: Schema.optionalKey(
    Schema.String.check(Schema.isMinLength(1), Schema.isMaxLength(200)).annotate({
      description: "A part of the title or the answer, letter case aside."
    })
  ),
  type: Schema.optionalKey(QuestionType),
  source: Schema.optionalKey(AnswerOrigin),
  status: Schema.optionalKey(QuestionStatus),
  tag: Schema.optionalKey(Tag)
}

export const QuestionOrder = Schema.Literals(["newest", "oldest", "least_sure"])

const Cursor = Schema.String.check(Schema.isPattern(/^[\d.e-]+~q_[\w-]{1,38}$/))

export const QuestionList = Schema.Struct({
  questions: Schema.Array(QuestionView),
  scanned: Schema.Finite.annotate({ description: "Questions looked at for this page." }),
  next: Schema.NullOr(Schema.String).annotate({
    description:
      "`after` of the next page; null on the last. A page ends after 20,000 questions looked at, so one with few questions or none may have a next page."
  })
}).annotate({ identifier: "BankQuestions" })

const BulkCursor = Schema.String.check(Schema.isPattern(/^q_[\w-]{1,38}~q_[\w-]{1,38}$/))

const BulkTarget = {
  ids: Schema.optionalKey(Schema.Array(Schema.String).check(Schema.isMinLength(1), Schema.isMaxLength(10_000))),
  filter: Schema.optionalKey(
    Schema.Struct(Filter).annotate({ description: "As in the list; an empty one takes every question." })
  ),
  after: Schema.optionalKey(
    BulkCursor.annotate({ description: "With a filter: `next` of the reply before, to do the next portion." })
  ),
  dry_run: Schema.optionalKey(Schema.Boolean.annotate({ description: "Only count." })),
  why
}

export const BulkRequest = Schema.Union([
  Schema.Struct({ action: Schema.Literal("delete"), ...BulkTarget }),
  Schema.Struct({ action: Schema.Literals(["add_tags", "remove_tags"]), tags: Tags, ...BulkTarget }),
  Schema.Struct({ action: Schema.Literal("set_status"), status, ...BulkTarget })
]).annotate({ identifier: "BankBulkRequest", description: "Either `ids` or `filter` says which questions." })

export const BulkReply = Schema.Struct({
  matched: Schema.Finite.annotate({ description: "Questions there are, of this portion." }),
  changed: Schema.Finite.annotate({ description: "Of these, those that were not so before." }),
  next: Schema.NullOr(Schema.String).annotate({
    description:
      "`after` of the next portion of a filter; null when all is done. A portion ends after 10,000 questions done, or 200,000 looked at. Questions that come in after the first portion began are left alone."
  }),
  dry_run: Schema.Boolean
}).annotate({ identifier: "BankBulkReply" })

export const TagsReply = Schema.Struct({
  tags: Schema.Array(Schema.Struct({ tag: Schema.String, count: Schema.Finite }))
}).annotate({ identifier: "BankTags" })

const Snapshot = Schema.NullOr(QuestionView)

export const HistoryReply = Schema.Struct({
  history: Schema.Array(
    Schema.Struct({
      id: Schema.String,
      at: time,
      action: Schema.String.annotate({
        description:
          "created, replaced, confirmed, completed, agreed, disputed, edited, voted, corrected, reviewed or deleted."
      }),
      who: Schema.String,
      why: Schema.String,
      reference: Schema.NullOr(Schema.String),
      before: Snapshot.annotate({ description: "null where it was made." }),
      after: Snapshot.annotate({ description: "null where it was deleted." }),
      claim: Schema.NullOr(Texts).annotate({ description: "The answer of who said otherwise." })
    })
  ),
  next: Schema.NullOr(Schema.String).annotate({ description: "`before` of the next page; null on the last one." })
}).annotate({ identifier: "BankQuestionHistory" })

const Verdict = Schema.Struct({
  verdict: Schema.Literals(["right", "wrong", "correction"]),
  answer: Schema.optionalKey(Answer),
  note: Schema.optionalKey(Schema.String.check(Schema.isMaxLength(2000)))
}).annotate({
  identifier: "BankFeedback",
  description:
    "right and wrong move the confidence to (4 × what it was worth + right) / (4 + votes), at most 0.99. With two wrong at least, more than right, and a confidence below 0.5, a model's answer is held back (needs_review) and any other is disputed. A correction, with `answer`, is stored at once and never displaced by an import or a model."
})

export const ReviewList = Schema.Struct({
  questions: Schema.Array(
    Schema.Struct({
      question: QuestionView,
      said: Schema.Array(
        Schema.Struct({
          at: time,
          who: Schema.String,
          verdict: Schema.Literals(["right", "wrong", "correction", "disputed"]).annotate({
            description: "disputed: an import or a second person says otherwise."
          }),
          answer: Schema.NullOr(Texts),
          note: Schema.String
        })
      )
    })
  ),
  next: Schema.NullOr(Schema.String).annotate({ description: "`after` of the next page; null on the last one." })
}).annotate({ identifier: "BankReview" })

const Decision = Schema.Struct({
  decision: Schema.Literals(["accept", "replace", "discard"]).annotate({
    description: "accept: the stored answer is right; replace: `answer` is; discard: the question is deleted."
  }),
  answer: Schema.optionalKey(Answer),
  updated_at: readAt,
  why
}).annotate({ identifier: "BankReviewDecision" })

export const ReviewReply = Schema.Struct({
  question: Schema.NullOr(QuestionView).annotate({ description: "null when it was discarded." })
}).annotate({ identifier: "BankReviewReply" })

const Counts = Schema.Record(Schema.String, Schema.Finite)

export const StatsReply = Schema.Struct({
  counted_at: time,
  total: Schema.Finite,
  by_status: Counts,
  by_source: Counts,
  by_type: Counts,
  days: Schema.Array(
    Schema.Struct({
      day: Schema.String.annotate({ description: "YYYY-MM-DD in UTC; days without any count are left out." }),
      hits: Schema.Struct({
        memory: Schema.Finite,
        bank: Schema.Finite,
        similar: Schema.Finite,
        ai: Schema.Finite
      }),
      missed: Schema.Finite,
      hit_rate: Schema.NullOr(Schema.Finite).annotate({
        description: "Questions answered without a model, of all asked; null when none was asked."
      }),
      added: Counts.annotate({ description: "New questions by source." }),
      removed: Schema.Finite
    })
  ),
  missed: Schema.Array(Schema.Struct({ title: Schema.String, count: Schema.Finite, last_at: time })).annotate({
    description: "Questions asked most that got no answer and are not in the bank since."
  })
}).annotate({ identifier: "BankStatistics" })

const params = { id: Schema.String }
const path = "/api/v1/questions"
const Id = Schema.String.check(Schema.isPattern(/^[a-z]_[\w-]{1,38}$/))

/** Management of the question bank; changes take bank:write, the rest bank:read. */
export const QuestionsApi = HttpApiGroup.make("questions")
  .add(
    HttpApiEndpoint.get("listQuestions", path, {
      query: {
        ...Filter,
        order: Schema.optionalKey(QuestionOrder),
        limit: Limit,
        after: Schema.optionalKey(Cursor)
      },
      success: QuestionList
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "Questions of the bank, a page at a time; 50 unless `limit` says otherwise")
  )
  .add(
    HttpApiEndpoint.post("createQuestion", path, {
      payload: NewQuestion,
      success: QuestionView.pipe(HttpApiSchema.status(201)),
      error: [ConflictProblem, InvalidProblem]
    }).annotate(
      OpenApi.Summary,
      "Add a question; its answer is a person's, and never displaced by a model or an import"
    )
  )
  .add(
    HttpApiEndpoint.post("changeManyQuestions", `${path}/bulk`, {
      payload: BulkRequest,
      success: BulkReply,
      error: InvalidProblem
    }).annotate(OpenApi.Summary, "Delete, tag or mark many questions, a portion at a time")
  )
  .add(
    HttpApiEndpoint.get("bankStatistics", `${path}/stats`, {
      query: { days: Schema.optionalKey(between(1, 366)) },
      success: StatsReply
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "What the bank holds, answers and misses; of 30 days unless `days` says otherwise")
  )
  .add(
    HttpApiEndpoint.get("reviewQueue", `${path}/review`, {
      query: { limit: Limit, after: Schema.optionalKey(Id) },
      success: ReviewList
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "What waits for a person: held back, disputed, or said to be wrong; the oldest first")
  )
  .add(
    HttpApiEndpoint.get("readQuestion", `${path}/:id`, {
      params,
      success: QuestionView,
      error: NotFoundProblem
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "One question")
  )
  .add(
    HttpApiEndpoint.put("replaceQuestion", `${path}/:id`, {
      params,
      payload: WholeQuestion,
      success: QuestionView,
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Write a question anew")
  )
  .add(
    HttpApiEndpoint.patch("patchQuestion", `${path}/:id`, {
      params,
      payload: QuestionPatch,
      success: QuestionView,
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Change some of a question")
  )
  .add(
    HttpApiEndpoint.delete("deleteQuestion", `${path}/:id`, {
      params,
      query: { why },
      error: NotFoundProblem
    }).annotate(OpenApi.Summary, "Delete a question; its history stays")
  )
  .add(
    HttpApiEndpoint.get("questionHistory", `${path}/:id/history`, {
      params,
      query: { limit: Limit, before: Schema.optionalKey(Id) },
      success: HistoryReply,
      error: NotFoundProblem
    })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "Every change of a question, the newest first, also of one that was deleted")
  )
  .add(
    HttpApiEndpoint.post("judgeQuestion", `${path}/:id/feedback`, {
      params,
      payload: Verdict,
      success: QuestionView,
      error: [NotFoundProblem, InvalidProblem]
    })
      // Who may ask here may say that an answer is wrong.
      .annotate(OpenToLocal, true)
      .annotate(OpenApi.Summary, "Say that an answer is right or wrong, or what it should be")
  )
  .add(
    HttpApiEndpoint.post("reviewQuestion", `${path}/:id/review`, {
      params,
      payload: Decision,
      success: ReviewReply,
      error: [NotFoundProblem, ConflictProblem, InvalidProblem]
    }).annotate(OpenApi.Summary, "Decide about a question that waits for review")
  )
  .add(
    HttpApiEndpoint.get("listTags", "/api/v1/tags", { success: TagsReply })
      .annotate(RequiredScope, "bank:read")
      .annotate(OpenApi.Summary, "Every tag with its number of questions, the most used first")
  )
  .annotate(RequiredScope, "bank:write")
  // Ten thousand ids at once, or a title with a picture in it.
  .annotate(BodyBound, { bytes: 2 * 1024 * 1024, depth: 16, values: 12_000, keys: 1000 })
  .annotateMerge(
    OpenApi.annotations({
      title: "Questions",
      description: "The question bank: its questions, their history, what people say of them, and figures."
    })
  )
