import { Context, Effect, Layer, Option, Schema, Scope } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import type { AppConfig } from "../../platform/config/AppConfig.ts"
import { LiveSettings } from "../../platform/settings/LiveSettings.ts"
import { steadyNow } from "../../platform/steadyTime.ts"
import { orTrouble } from "../../platform/DatabaseTrouble.ts"
import type { KnownAnswer } from "../AnswerCache.ts"
import { hasSameImages } from "../images.ts"
import type { Question } from "../Question.ts"
import { CandidateRow, StoredQuestion } from "../StoredQuestion.ts"
import { Candidates, type SearchSkipped } from "./Candidates.ts"
import * as CandidatesLive from "./CandidatesLive.ts"
import { chooseFit, type FittingRow } from "./chooseFit.ts"
import { judgeRow } from "./judgeRow.ts"
import { probeOf, shortestCore } from "./Probe.ts"
import { wordingOf } from "./Wording.ts"

const { images, options } = StoredQuestion.fields
const Candidate = Schema.Struct({ ...CandidateRow.fields, images, options })

// Longer titles are reading passages; to compare them would hold the event loop.
const longestTitle = 4000
const charactersPerStretch = 2000
const millisBetweenWarnings = 60_000

/**
 * The tier between the bank and the model: a stored question in slightly other words. Candidates come from the search
 * index, which may be behind; what counts is each row as it is now. `KnownAnswer.title` is the title matched, `answer` is in
 * the question's own words. What it finds is not to be remembered under the question asked: a correction of the row would
 * not reach it there.
 */
export class SimilarTier extends Context.Service<
  SimilarTier,
  {
    /** Never fails and never takes long: where the search is off or not up to it, there is no answer here. */
    readonly find: (question: Question) => Effect.Effect<Option.Option<KnownAnswer>>
  }
>()("siku/bank/similar/SimilarTier") {
  /** Over the search given. */
  static readonly layerOver: Layer.Layer<SimilarTier, never, Candidates | LiveSettings | SqlClient.SqlClient> =
    Layer.effect(
      SimilarTier,
      Effect.suspend(() => make)
    )
  // Not made of `layerOver`: a layer is built once, so whoever uses both would get one search for the two.
  static readonly layer: Layer.Layer<SimilarTier, never, AppConfig | LiveSettings | SqlClient.SqlClient> = Layer.effect(
    SimilarTier,
    Effect.suspend(() => makeWhenOn)
  )
}

/** The search starts when `answering.similar` is first on; where it is switched off later, it rests. */
const makeWhenOn = Effect.gen(function* () {
  const live = yield* LiveSettings
  const services = yield* Effect.context<AppConfig | LiveSettings | SqlClient.SqlClient>()
  const scope = yield* Effect.scope
  let tier: SimilarTier["Service"] | undefined
  const start = Layer.build(CandidatesLive.layer).pipe(
    Effect.flatMap((search) => Effect.provideContext(make, Context.merge(services, search))),
    Effect.provideContext(services),
    Scope.provide(scope),
    Effect.map((started) => {
      tier = started
    })
  )
  yield* live.follow(({ answering }) => (answering.similar && tier === undefined ? start : Effect.void))
  return SimilarTier.of({
    find: (question) =>
      tier === undefined || !live.current.answering.similar ? Effect.succeedNone : tier.find(question)
  })
})

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const candidates = yield* Candidates
  const sql = yield* SqlClient.SqlClient
  let nextWarning = 0

  const rowsOf = SqlSchema.findAll({
    Request: Schema.Array(Schema.String),
    Result: Candidate,
    execute: (ids) => sql`
      SELECT ${sql.literal(Object.keys(Candidate.fields).join(", "))} FROM bank_questions WHERE ${sql.in("id", ids)}`
  })

  const warn = ({ why }: SearchSkipped) =>
    Effect.flatMap(steadyNow, (now) => {
      if (now < nextWarning) return Effect.void
      nextWarning = now + millisBetweenWarnings
      return Effect.logWarning("similar questions were not looked for").pipe(Effect.annotateLogs({ why }))
    })

  const find = Effect.fnUntraced(function* (question: Question) {
    if (question.title.length > longestTitle) return Option.none()
    const probe = probeOf(question.title, question.options)
    if ([...probe.core].length < shortestCore) return Option.none()
    const ids = yield* candidates
      .find(probe)
      .pipe(Effect.catch((skipped) => Effect.as(warn(skipped), new Array<string>())))
    if (ids.length === 0) return Option.none()
    const wording = wordingOf(question.title)
    const fits: Array<FittingRow<typeof Candidate.Type>> = []
    let characters = 0
    // Whoever could not read them has been told so before.
    const rows = yield* Effect.catch(orTrouble(rowsOf(ids)), () =>
      Effect.succeed<ReadonlyArray<typeof Candidate.Type>>([])
    )
    for (const row of rows) {
      // The same words about another picture are another question.
      if (row.title.length > longestTitle || !hasSameImages(question.images, row.images)) continue
      characters += question.title.length + row.title.length
      if (characters > charactersPerStretch) {
        characters = 0
        yield* Effect.yieldNow
      }
      const fit = judgeRow(question, wording, row, live.current.answering.similarThreshold)
      if (fit !== undefined) fits.push({ ...fit, row })
    }
    const best = chooseFit(fits)
    return best === undefined
      ? Option.none()
      : Option.some<KnownAnswer>({
          id: best.row.id,
          title: best.row.title,
          answer: best.texts,
          confidence: best.row.confidence * best.similarity,
          ai: best.row.source === "ai"
        })
  })

  return SimilarTier.of({ find })
})
