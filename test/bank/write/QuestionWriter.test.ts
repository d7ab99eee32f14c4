import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Option } from "effect"
import { SqlClient, SqlError } from "effect/sql"
import { BankReports } from "../../../src/bank/admin/BankReports.ts"
import { QuestionEditor } from "../../../src/bank/admin/QuestionEditor.ts"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import type { StoredQuestion } from "../../../src/bank/StoredQuestion.ts"
import {
  type Provenance,
  type QuestionDraft,
  QuestionWriter,
  type WriteOutcome,
  type WritePolicy
} from "../../../src/bank/write/QuestionWriter.ts"
import { stored } from "../../support/bank.ts"
import { draft, importOf, managedBank, write } from "../../support/questions.ts"

const one = draft("一个问题")
const other: QuestionDraft = { ...one, answer: ["乙"] }
const second = importOf("job-2")
const person: Provenance = { origin: "user", who: "admin", why: "I know" }

const rowOf = Effect.fnUntraced(function* (of: QuestionDraft) {
  const [found] = yield* (yield* QuestionRepo).candidates(of.question)
  if (found === undefined) return yield* Effect.die(new Error("no row"))
  return yield* (yield* QuestionEditor).read(found.id)
})
const historyOf = (row: Pick<StoredQuestion, "id">) =>
  Effect.flatMap(BankReports, (reports) => reports.history({ id: row.id, limit: 100 }))
const outcomes = (drafts: ReadonlyArray<QuestionDraft>, policy: WritePolicy, provenance: Provenance) =>
  Effect.map(write(drafts, policy, provenance), (all) => all.map(({ outcome }) => outcome))

describe("QuestionWriter", () => {
  const policies: ReadonlyArray<
    readonly [
      name: string,
      policy: WritePolicy,
      said: Partial<QuestionDraft>,
      outcome: WriteOutcome["outcome"],
      answer: string,
      status: string
    ]
  > = [
    ["says otherwise", "skip", { answer: ["乙"] }, "disputed", "甲", "disputed"],
    ["says otherwise", "merge", { answer: ["乙"] }, "disputed", "甲", "disputed"],
    ["says otherwise", "overwrite", { answer: ["乙"] }, "updated", "乙", "trusted"],
    ["says the same", "skip", { tags: ["新"] }, "unchanged", "甲", "trusted"],
    ["says the same with a tag", "merge", { tags: ["新"] }, "merged", "甲", "trusted"],
    ["says the same with a tag", "overwrite", { tags: ["新"] }, "updated", "甲", "trusted"],
    ["says the same", "merge", {}, "unchanged", "甲", "trusted"],
    ["carries a model's other answer", "overwrite", { answer: ["乙"], source: "ai" }, "skipped", "甲", "trusted"]
  ]
  for (const [name, policy, said, outcome, answer, status] of policies) {
    it.effect(`under ${policy}, when a second import ${name}: ${outcome}`, () =>
      Effect.gen(function* () {
        const [added] = yield* write([one])
        const writer = yield* QuestionWriter
        assert.deepStrictEqual(yield* writer.preview([{ ...one, ...said }], policy), [outcome])
        const [result] = yield* write([{ ...one, ...said }], policy, second)
        assert.deepStrictEqual([result?.outcome, result?.id], [outcome, added?.id])
        const row = yield* rowOf(one)
        assert.deepStrictEqual([row.answer, row.status], [[answer], status])
      }).pipe(Effect.provide(managedBank()))
    )
  }

  it.effect("keeps both answers of a dispute readable, once, however often it is repeated", () =>
    Effect.gen(function* () {
      yield* write([one])
      for (let n = 0; n < 3; n++) yield* write([other], "skip", second)
      const row = yield* rowOf(one)
      const history = yield* historyOf(row)
      assert.deepStrictEqual(
        history.map(({ action, after, claim, reference, who }) => [action, after?.answer, claim, reference, who]),
        [["disputed", ["甲"], ["乙"], "job-2", "importer"]]
      )
      const [waiting] = yield* (yield* BankReports).waiting({ limit: 10 })
      assert.deepStrictEqual(
        waiting?.said.map(({ answer, note, verdict }) => [verdict, answer, note]),
        [["disputed", ["乙"], "import job-2"]]
      )
      yield* write([other], "overwrite", second)
      assert.deepStrictEqual(yield* (yield* BankReports).waiting({ limit: 10 }), [])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("is surer of what a second source says too, but not of the same source again", () =>
    Effect.gen(function* () {
      yield* write([one])
      const { confidence } = yield* rowOf(one)
      yield* write([one])
      assert.strictEqual((yield* rowOf(one)).confidence, confidence)
      yield* write([one], "skip", second)
      const raised = (yield* rowOf(one)).confidence
      assert.isAbove(raised, confidence)
      for (let n = 0; n < 20; n++) yield* write([one], "skip", importOf(`again-${n}`))
      assert.isAtMost((yield* rowOf(one)).confidence, 0.99)
      assert.isBelow((yield* historyOf(yield* rowOf(one))).length, 10)
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("lets what a model said, or what waits for review, give way under any policy, and tells memory", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      for (const policy of ["skip", "merge", "overwrite"] as const) {
        for (const status of ["unverified", "needs_review", "trusted"] as const) {
          const asked = draft(`${policy} ${status}`)
          const { id } = yield* stored(asked.question, ["乙"], { source: "ai", status })
          const known = { id, title: "题", answer: ["乙"], confidence: 0.5, ai: true }
          yield* cache.set(asked.question.key, known)
          yield* cache.set("a similar question", known)
          assert.deepStrictEqual(yield* outcomes([asked], policy, second), ["updated"])
          const row = yield* rowOf(asked)
          assert.deepStrictEqual([row.answer, row.source, row.status], [["甲"], "import", "trusted"])
          assert.isTrue(Option.isNone(yield* cache.get(asked.question.key)))
          assert.isTrue(Option.isNone(yield* cache.get("a similar question")))
        }
      }
      const agreed = draft("a model was right")
      yield* stored(agreed.question, ["甲"], { source: "ai", status: "unverified", confidence: 0.6 })
      assert.deepStrictEqual(yield* outcomes([agreed], "skip", second), ["updated"])
      const row = yield* rowOf(agreed)
      assert.deepStrictEqual([row.source, row.status], ["import", "trusted"])
      assert.isAtLeast(row.confidence, 0.9)
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("never displaces a person's correction by an import or a model, and lets a person overwrite it", () =>
    Effect.gen(function* () {
      const [added] = yield* write([one], "skip", person)
      for (const policy of ["skip", "merge", "overwrite"] as const) {
        assert.deepStrictEqual(yield* outcomes([other], policy, second), ["disputed"])
      }
      yield* stored(one.question, ["丙"], { source: "ai", status: "unverified" })
      const row = yield* rowOf(one)
      assert.deepStrictEqual([row.answer, row.source, row.id], [["甲"], "user", added?.id])
      // Even a row that a hand on the database holds back.
      const sql = yield* SqlClient.SqlClient
      yield* sql`UPDATE bank_questions SET status = 'needs_review'`
      yield* stored(one.question, ["丙"], { source: "ai", status: "unverified" })
      assert.deepStrictEqual((yield* rowOf(one)).answer, ["甲"])
      assert.deepStrictEqual(yield* outcomes([other], "overwrite", person), ["updated"])
      assert.deepStrictEqual((yield* rowOf(one)).answer, ["乙"])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("never holds a person's answer back, whatever a file says of it", () =>
    Effect.gen(function* () {
      yield* write([{ ...one, source: "user", status: "needs_review" }])
      assert.strictEqual((yield* rowOf(one)).status, "disputed")
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("treats a question twice in one batch as two batches would", () =>
    Effect.gen(function* () {
      const fill = Array.from({ length: 120 }, (_, n) => draft(`填充${n}`))
      const batch = [one, ...fill, { ...one, tags: ["后"] }, other, other, one]
      assert.deepStrictEqual(
        (yield* (yield* QuestionWriter).preview(batch, "merge")).filter((_, at) => at === 0 || at > fill.length),
        ["added", "merged", "disputed", "disputed", "unchanged"]
      )
      assert.strictEqual(yield* Effect.flatMap(QuestionRepo, (repo) => repo.count), 0)
      const written = yield* outcomes(batch, "merge", importOf("job-1"))
      assert.deepStrictEqual(
        written.filter((_, at) => at === 0 || at > fill.length),
        ["added", "merged", "disputed", "disputed", "unchanged"]
      )
      const row = yield* rowOf(one)
      assert.deepStrictEqual([row.answer, row.status, row.tags], [["甲"], "disputed", ["后"]])
      assert.deepStrictEqual((yield* historyOf(row)).map(({ action }) => action).reverse(), ["completed", "disputed"])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("keeps what an export carried along", () =>
    Effect.gen(function* () {
      yield* write([
        {
          ...one,
          source: "ai",
          status: "unverified",
          confidence: 0.42,
          explanation: "因为",
          tags: [" 一 ", "二", "一"],
          createdAt: 12_345
        }
      ])
      const row = yield* rowOf(one)
      assert.deepInclude(row, { source: "ai", status: "unverified", confidence: 0.42, explanation: "因为" })
      assert.deepStrictEqual([row.tags, row.created_at, row.reference], [["一", "二"], 12_345, "job-1"])
      assert.sameDeepMembers(
        [...(yield* (yield* BankReports).tags)],
        [
          { tag: "一", count: 1 },
          { tag: "二", count: 1 }
        ]
      )
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("writes nothing when what goes alongside fails, and everything with it when it does not", () =>
    Effect.gen(function* () {
      const writer = yield* QuestionWriter
      const sql = yield* SqlClient.SqlClient
      const repo = yield* QuestionRepo
      const options = { policy: "skip", provenance: importOf("job-1") } as const
      const failed = yield* Effect.exit(
        writer.write([one], {
          ...options,
          alongside: () =>
            Effect.fail(
              new SqlError.SqlError({
                reason: new SqlError.UnknownError({ cause: "the disk is full", message: "full" })
              })
            )
        })
      )
      assert.isTrue(Exit.isFailure(failed))
      assert.strictEqual(yield* repo.count, 0)
      yield* writer.write([one, other], {
        ...options,
        alongside: (all) =>
          Effect.asVoid(
            sql`INSERT INTO bank_meta ${sql.insert({ name: "progress", value: all.map(({ outcome }) => outcome).join() })}`
          )
      })
      assert.strictEqual(yield* repo.meta("progress"), "added,disputed")
      assert.strictEqual(yield* repo.count, 1)
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("lets a correction through to memory although an answer read before is on its way there", () =>
    Effect.gen(function* () {
      const cache = yield* AnswerCache
      const [added] = yield* write([one])
      if (added === undefined) return assert.fail("nothing was written")
      const readBefore = { id: added.id, title: "题", answer: ["甲"], confidence: 0.9, ai: false }
      yield* write([other], "overwrite", person)
      yield* cache.set(one.question.key, readBefore)
      assert.isTrue(Option.isNone(yield* cache.get(one.question.key)))
    }).pipe(Effect.provide(managedBank()))
  )
})
