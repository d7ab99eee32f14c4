import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema, Stream } from "effect"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { matchAnswer } from "../../../src/bank/OptionMatch.ts"
import { QuestionType } from "../../../src/bank/QuestionType.ts"
import { AnswerOrigin, QuestionStatus } from "../../../src/bank/StoredQuestion.ts"
import { guardCell, unguardCell } from "../../../src/bank/transfer/cells.ts"
import { exportFile } from "../../../src/bank/transfer/exportFile.ts"
import { FileFormat } from "../../../src/bank/transfer/FileFormat.ts"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { readBatches } from "../../../src/bank/transfer/readBatches.ts"
import { type QuestionDraft, QuestionWriter } from "../../../src/bank/write/QuestionWriter.ts"
import { contentOfBank, fileWith, transferBank } from "./support.ts"

// What splits, quotes, escapes or computes somewhere.
const nasty = [
  "=1+1",
  "-1",
  "+86",
  "@SUM(A1)",
  "'=x",
  "''",
  '"',
  '""a',
  "a,b",
  "a\tb",
  "a;b",
  "a|b",
  "a###b",
  "A",
  "C",
  "C++",
  "C#",
  "1",
  "2",
  "0.5",
  "A. x",
  "B、y",
  "[1]",
  '["a"]',
  '{"a":1}',
  "<b>",
  "a<b",
  "&lt;",
  "&amp;amp;",
  "&#1;",
  "_x000D_",
  "_x005F_x0041_",
  "对",
  "错",
  "正确",
  "True",
  "null",
  "undefined",
  "北京",
  "“引号”",
  "\ufeff",
  "\u0000",
  "\u0001",
  "\u200b",
  "\r\n",
  "\n",
  "\r",
  " ",
  "　",
  "😀",
  "\ufffe",
  "']]>",
  "<!--",
  "<img src=a.png>",
  "x_____y",
  "____和（ ）",
  "B、y，z,",
  "（ ）",
  "%",
  "1,2",
  "__proto__"
]
const Text = Schema.Array(Schema.Union([Schema.Literals(nasty), Schema.String.check(Schema.isMaxLength(6))])).check(
  Schema.isMinLength(1),
  Schema.isMaxLength(4)
)
const Draft = Schema.Struct({
  title: Text,
  options: Schema.Array(Text).check(Schema.isMaxLength(5)),
  picks: Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4 }))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(3)
  ),
  answer: Schema.Array(Text).check(Schema.isMinLength(1), Schema.isMaxLength(3)),
  type: QuestionType,
  explanation: Schema.NullOr(Text),
  tags: Schema.Array(Text).check(Schema.isMaxLength(3)),
  source: AnswerOrigin,
  status: QuestionStatus,
  confidence: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })),
  createdAt: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 4e12 }))
})

const wellFormed = (parts: ReadonlyArray<string>) => parts.join("").toWellFormed()

/** As the bank may hold it: the question as made, the answer as matched, or as it is where a person must look at it. */
const draftOf = (raw: typeof Draft.Type, place: number): QuestionDraft | undefined => {
  const question = makeQuestion({
    title: `${place} ${wellFormed(raw.title)}`,
    options: raw.options.map(wellFormed),
    type: raw.type
  })
  const picked = raw.picks.flatMap((pick) => question.options[pick] ?? [])
  const given = picked.length > 0 ? picked : raw.answer.map(wellFormed)
  const answer = matchAnswer(question, given)
  if (answer === undefined) return undefined
  const tags = raw.tags.map((tag) => wellFormed(tag).trim()).filter((tag) => tag !== "")
  const explanation = wellFormed(raw.explanation ?? [])
  return {
    question,
    answer,
    ...(explanation === "" ? {} : { explanation }),
    tags: [...new Set(tags)],
    source: raw.source,
    status: raw.status,
    confidence: raw.confidence,
    createdAt: raw.createdAt
  }
}

const fill = (drafts: ReadonlyArray<QuestionDraft>) =>
  Effect.gen(function* () {
    const writer = yield* QuestionWriter
    yield* writer.write(drafts, {
      policy: "overwrite",
      provenance: { origin: "user", who: "a test", why: "to have something" }
    })
    return yield* contentOfBank
  })

const importedFrom = (file: string, format: FileFormat) =>
  Effect.gen(function* () {
    const writer = yield* QuestionWriter
    const problems: Array<string> = []
    yield* Stream.fromAsyncIterable(
      readBatches({ file, format, skip: 0, how: plainReading }),
      (error) => new Error("unreadable", { cause: error })
    ).pipe(
      Stream.runForEach((batch) => {
        problems.push(...batch.problems.map(({ message, row }) => `${row}: ${message}`))
        return writer.write(batch.drafts, {
          policy: "overwrite",
          provenance: { origin: "import", who: "a test", why: "the way back" }
        })
      })
    )
    return { problems, content: yield* contentOfBank }
  })

const bytesOf = (format: FileFormat) =>
  Effect.map(Stream.runCollect(exportFile(format, {})), (chunks) => Buffer.concat(chunks))

/** Exports a bank of these questions in every format and imports it again into an empty one. */
const thereAndBack = (drafts: ReadonlyArray<QuestionDraft>) =>
  Effect.gen(function* () {
    for (const format of FileFormat.literals) {
      const { before, bytes } = yield* Effect.gen(function* () {
        const before = yield* fill(drafts)
        return { before, bytes: yield* bytesOf(format) }
      }).pipe(Effect.provide(transferBank(), { local: true }))
      const after = yield* Effect.gen(function* () {
        return yield* importedFrom(yield* fileWith(bytes), format)
      }).pipe(Effect.provide(transferBank(), { local: true }))
      assert.deepStrictEqual(after.problems, [], format)
      assert.deepStrictEqual(after.content, before, format)
    }
  }).pipe(Effect.scoped)

describe("export, then import", () => {
  it.effect.prop(
    "gives the same bank, in every format, whatever the texts hold",
    { raws: Schema.Array(Draft).check(Schema.isMinLength(1), Schema.isMaxLength(8)) },
    ({ raws }) => thereAndBack(raws.flatMap((raw, place) => draftOf(raw, place) ?? [])),
    { arbitrary: { runs: 60 }, timeout: 120_000 }
  )

  it.effect("keeps one answer to two blanks whole where it holds a control character", () =>
    thereAndBack([
      { question: makeQuestion({ title: "甲____乙____", options: [], type: "completion" }), answer: ["一\u0001二"] }
    ])
  )
})

describe("a guarded cell", () => {
  it.prop("never begins as a formula does, and comes back exactly", { text: Text }, ({ text }) => {
    const cell = wellFormed(text)
    assert.notMatch(guardCell(cell), /^[=+\-@\t\r]/)
    assert.strictEqual(unguardCell(guardCell(cell)), cell)
  })
})
