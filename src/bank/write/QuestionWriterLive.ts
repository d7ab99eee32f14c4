import { Array as Arr, Clock, Effect, Layer } from "effect"
import { SqlClient, type SqlError } from "effect/sql"
import { Checkpoint } from "../../platform/Checkpoint.ts"
import { Durability } from "../../platform/Durability.ts"
import { AnswerCache } from "../AnswerCache.ts"
import * as CurrentKeys from "../store/CurrentKeys.ts"
import type { QuestionId } from "../StoredQuestion.ts"
import { makeBatch, type Plan } from "./Batch.ts"
import { makeFeedbackRows } from "./feedbackRows.ts"
import {
  type Provenance,
  type QuestionDraft,
  QuestionWriter,
  type WriteOutcome,
  type WritePolicy
} from "./QuestionWriter.ts"
import { makeQuestionRows } from "./questionRows.ts"

// Drafts between two turns of the event loop: each takes some 20 µs when it is new, ten times as much at worst.
const draftsPerTurn = 50

export const layer: Layer.Layer<QuestionWriter, never, SqlClient.SqlClient | Durability | Checkpoint | AnswerCache> =
  Layer.effect(
    QuestionWriter,
    Effect.suspend(() => make)
  ).pipe(Layer.provide(CurrentKeys.layer))

const make = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const durability = yield* Durability
  const checkpoint = yield* Checkpoint
  const cache = yield* AnswerCache
  const rows = yield* makeQuestionRows
  const feedback = yield* makeFeedbackRows

  const carryOut = Effect.fnUntraced(function* (plan: Plan, provenance: Provenance, now: number) {
    yield* rows.insert([...plan.inserts.values()], now)
    // What was disputed before the answer was replaced is handled, what was disputed after it is not.
    yield* feedback.handle(plan.replaced)
    for (const { after, before } of plan.updates.values()) yield* rows.replace(before, after)
    yield* rows.appendHistory(plan.changes, provenance, now)
    yield* feedback.add(plan.claims)
  })

  const writeAll = Effect.fnUntraced(function* (
    drafts: ReadonlyArray<QuestionDraft>,
    options: {
      readonly policy: WritePolicy
      readonly provenance: Provenance
      readonly alongside?: (outcomes: ReadonlyArray<WriteOutcome>) => Effect.Effect<void, SqlError.SqlError>
    }
  ) {
    const now = yield* Clock.currentTimeMillis
    const plan = makeBatch(rows, feedback, options, now)
    const outcomes: Array<WriteOutcome> = []
    const changed: Array<QuestionId> = []
    // Other fibers' statements wait until the transaction has ended, so nobody comes in between two turns.
    for (const some of Arr.chunksOf(drafts, draftsPerTurn)) {
      const planned = yield* plan(some)
      yield* carryOut(planned, options.provenance, now)
      outcomes.push(...planned.outcomes)
      changed.push(...planned.updates.keys())
      yield* Effect.yieldNow
    }
    if (options.alongside !== undefined) yield* options.alongside(outcomes)
    return { outcomes, changed }
  }, sql.withTransaction)

  const commit: QuestionWriter["Service"]["commit"] = Effect.fn("QuestionWriter.commit")(function* (drafts, options) {
    const { outcomes } = yield* writeAll(drafts, options).pipe(
      Effect.orDie,
      Effect.tap(({ changed }) => cache.forget({ keys: drafts.map(({ question }) => question.key), ids: changed })),
      // Committed and remembered otherwise would be wrong for as long as memory lasts.
      Effect.uninterruptible,
      checkpoint.room
    )
    return outcomes
  })

  return QuestionWriter.of({
    write: Effect.fn("QuestionWriter.write")(function* (drafts, options) {
      return yield* Effect.tap(commit(drafts, options), durability.flush)
    }),
    commit,
    flush: durability.flush,
    preview: Effect.fn("QuestionWriter.preview")(function* (drafts, policy) {
      const now = yield* Clock.currentTimeMillis
      const plan = makeBatch(rows, feedback, { policy, provenance: previewed }, now)
      const outcomes: Array<WriteOutcome["outcome"]> = []
      for (const some of Arr.chunksOf(drafts, draftsPerTurn)) {
        for (const { outcome } of (yield* plan(some)).outcomes) outcomes.push(outcome)
        yield* Effect.yieldNow
      }
      return outcomes
    })
  })
})

// A preview is asked for files.
const previewed: Provenance = { origin: "import", who: "", why: "" }
