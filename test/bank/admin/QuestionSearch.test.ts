import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import {
  type Place,
  type QuestionFilter,
  type QuestionOrder,
  QuestionSearch
} from "../../../src/bank/admin/QuestionSearch.ts"
import type { StoredQuestion } from "../../../src/bank/StoredQuestion.ts"
import { draft, managedBank, write } from "../../support/questions.ts"

const all = Effect.fnUntraced(function* (
  filter: QuestionFilter,
  order: QuestionOrder,
  limit: number,
  between: Effect.Effect<unknown, never, never> = Effect.void
) {
  const search = yield* QuestionSearch
  const rows: Array<StoredQuestion> = []
  let scanned = 0
  let after: Place | undefined
  do {
    const page = yield* search.page({ filter, order, limit, after })
    assert.isAtMost(page.rows.length, limit)
    rows.push(...page.rows)
    scanned += page.scanned
    after = page.next
    yield* between
  } while (after !== undefined)
  return { rows, scanned }
})
const titles = (found: { readonly rows: ReadonlyArray<StoredQuestion> }) => found.rows.map(({ title }) => title)

describe("QuestionSearch", () => {
  it.effect.prop(
    "visits each row once, in order, while rows are added",
    [
      Schema.Array(Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 0.99 }))),
      Schema.Literals(["newest", "oldest", "least_sure"]),
      Schema.Literals([1, 2, 7])
    ],
    ([sure, order, limit]) =>
      Effect.gen(function* () {
        const there = yield* write(sure.map((confidence, n) => draft(`原有${n}`, { confidence })))
        let more = 0
        const context = yield* Effect.context<Effect.Services<ReturnType<typeof write>>>()
        const adding = Effect.suspend(() =>
          more < 5 ? write([draft(`后来${more++}`, { confidence: 0.3 })]) : Effect.void
        )
        const { rows } = yield* all({}, order, limit, Effect.provide(adding, context))
        const seen = rows.map(({ id }) => id)
        assert.strictEqual(new Set(seen).size, seen.length)
        assert.includeMembers(
          seen,
          there.map(({ id }) => id)
        )
        const sorted = rows.toSorted((a, b) =>
          order === "least_sure"
            ? a.confidence - b.confidence || (a.id < b.id ? -1 : 1)
            : a.id < b.id === (order === "oldest")
              ? -1
              : 1
        )
        assert.deepStrictEqual(
          seen,
          sorted.map(({ id }) => id)
        )
      }).pipe(Effect.provide(managedBank())),
    { arbitrary: { runs: 40 } }
  )

  it.effect("finds by what is in the title or the answer, and takes wildcards as they are", () =>
    Effect.gen(function* () {
      yield* write([
        draft("增长 100% 的是"),
        draft("增长 1000 的是"),
        draft("file_name 是"),
        draft("fileXname 是", { answer: ["乙"] })
      ])
      const found = (keyword: string) => Effect.map(all({ keyword }, "oldest", 10), titles)
      assert.deepStrictEqual(yield* found("100%"), ["增长 100% 的是"])
      assert.deepStrictEqual(yield* found("FILE_NAME"), ["file_name 是"])
      assert.deepStrictEqual(yield* found("乙"), ["fileXname 是"])
      assert.deepStrictEqual(yield* found("!"), [])
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("combines filters, whichever index it goes along", () =>
    Effect.gen(function* () {
      yield* write([
        draft("甲题", { tags: ["a", "b"], status: "disputed" }),
        draft("乙题", { tags: ["a"] }),
        draft("丙题", { tags: ["b"], status: "needs_review", source: "ai" }),
        draft("丁题", { type: "multiple", tags: ["a"], status: "disputed" })
      ])
      for (const order of ["newest", "oldest", "least_sure"] as const) {
        const found = (filter: QuestionFilter) => Effect.map(all(filter, order, 1), (rows) => titles(rows).sort())
        assert.deepStrictEqual(yield* found({ tag: "a" }), ["丁题", "乙题", "甲题"])
        assert.deepStrictEqual(yield* found({ tag: "a", status: "disputed" }), ["丁题", "甲题"])
        assert.deepStrictEqual(yield* found({ status: "needs_review" }), ["丙题"])
        assert.deepStrictEqual(yield* found({ status: "disputed", type: "single" }), ["甲题"])
        assert.deepStrictEqual(yield* found({ source: "ai" }), ["丙题"])
        assert.deepStrictEqual(yield* found({ tag: "none" }), [])
      }
    }).pipe(Effect.provide(managedBank()))
  )

  it.effect("ends a page after so many rows looked at, and goes on from there", () =>
    Effect.gen(function* () {
      for (let part = 0; part < 42; part++) {
        yield* write(Array.from({ length: 500 }, (_, n) => draft(`第${part}份第${n}个`)))
      }
      yield* write([draft("一根针")])
      const search = yield* QuestionSearch
      const first = yield* search.page({ filter: { keyword: "一根针" }, order: "oldest", limit: 5 })
      assert.deepStrictEqual([first.rows.length, first.scanned], [0, 20_000])
      const rest = yield* search.page({ filter: { keyword: "一根针" }, order: "oldest", limit: 5, after: first.next })
      assert.deepStrictEqual([titles(rest), rest.scanned, rest.next], [["一根针"], 1001, undefined])
    }).pipe(Effect.provide(managedBank()))
  )
})
