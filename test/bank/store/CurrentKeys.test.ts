import { readFileSync } from "node:fs"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Layer, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import { Answers } from "../../../src/bank/Answers.ts"
import { QuestionType } from "../../../src/bank/QuestionType.ts"
import * as CurrentKeys from "../../../src/bank/store/CurrentKeys.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { ask, bankWith } from "../../support/bank.ts"
import { testConfig } from "../../support/config.ts"
import { scriptedModel } from "../../support/scriptedModel.ts"

const Row = Schema.fromJsonString(Schema.Record(Schema.String, Schema.Unknown))
// Written by a service of the first rules.
const firstRules = readFileSync(new URL("./firstRules.jsonl", import.meta.url), "utf8")
  .trimEnd()
  .split("\n")
  .map((line) => Schema.decodeUnknownSync(Row)(line))

type Rows = ReadonlyArray<Readonly<Record<string, unknown>>>

const bank = Sql.layer.pipe(Layer.provideMerge(testConfig({})), Layer.provideMerge(NodeServices.layer))
const put = (rows: Rows) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.forEach(rows, (row) => sql`INSERT INTO bank_questions ${sql.insert(row)}`)
  )
const open = Effect.asVoid(Effect.scoped(Layer.build(Layer.fresh(CurrentKeys.layer))))
const all = Effect.flatMap(SqlClient.SqlClient, (sql) => sql`SELECT * FROM bank_questions ORDER BY id`)
const metaOf = (name: string) =>
  Effect.flatMap(SqlClient.SqlClient, (sql) =>
    Effect.map(sql`SELECT value FROM bank_meta WHERE name = ${name}`, (rows) => rows[0]?.["value"])
  )

const isType = Schema.is(QuestionType)
const listOf = (value: unknown): ReadonlyArray<string> =>
  Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Array(Schema.String)))(value)
const keyOf = (row: Rows[number]) =>
  makeQuestion({
    title: String(row["title"]),
    options: listOf(row["options"]),
    type: isType(row["type"]) ? row["type"] : "unknown",
    images: row["images"] === null ? [] : listOf(row["images"])
  }).key
const storedKeyOf = (row: Rows[number]) => `${row["type_class"]} ${row["title_key"]} ${row["options_key"]}`

describe("a bank of the first rules", () => {
  it.effect("has every row under its key of today, and says so", () =>
    Effect.gen(function* () {
      yield* put(firstRules)
      yield* open
      for (const row of yield* all) assert.strictEqual(storedKeyOf(row), keyOf(row), String(row["title"]))
      assert.strictEqual(yield* metaOf("identity"), String(CurrentKeys.identityVersion))
      assert.isUndefined(yield* metaOf("identity_cursor"))
    }).pipe(Effect.provide(bank))
  )

  it.effect("leaves the rows whose key is the same as they are", () =>
    Effect.gen(function* () {
      yield* put(firstRules)
      const before = (yield* all)[0]
      yield* open
      assert.deepStrictEqual((yield* all)[0], before)
    }).pipe(Effect.provide(bank))
  )

  it.effect("merges what has become one question as an import would", () =>
    Effect.gen(function* () {
      yield* put(firstRules)
      yield* open
      const sql = yield* SqlClient.SqlClient
      const titled = (start: string) =>
        Effect.map(all, (rows) =>
          rows
            .filter(({ title }) => String(title).includes(start))
            .map((row) => [row["answer"], row["source"], row["status"]])
        )
      // agreeing imports are surer, and have the details of both
      const [peak] = yield* sql`SELECT * FROM bank_questions WHERE title LIKE ${"%最高的山峰%"}`
      assert.deepInclude(peak, { status: "trusted", tags: '["地理","山"]', explanation: "八千多米" })
      assert.isAbove(Number(peak?.["confidence"]), 0.9)
      // imports that disagree are disputed
      assert.deepStrictEqual(yield* titled("计算机的心脏"), [['["CPU"]', "import", "disputed"]])
      const claims =
        yield* sql`SELECT answer, state FROM bank_feedback WHERE verdict = 'disputed' AND answer = ${'["内存"]'}`
      assert.deepStrictEqual(claims, [{ answer: '["内存"]', state: "open" }])
      // an import before a model, a person before an import
      assert.deepStrictEqual(yield* titled("水的沸点"), [['["100"]', "import", "trusted"]])
      assert.strictEqual((yield* titled("光速是多少"))[0]?.[0], '["快"]')
      const gone = yield* sql`SELECT question_id FROM bank_history WHERE action = 'deleted' ORDER BY question_id`
      assert.deepStrictEqual(
        gone.map((row) => row["question_id"]),
        ["q_0003", "q_0005", "q_0008", "q_0010"]
      )
    }).pipe(Effect.provide(bank))
  )

  it.effect("keeps what people said of a row that goes, where the one that stays says the same", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* put(firstRules)
      yield* sql`UPDATE bank_questions SET status = 'disputed', right_votes = 2, wrong_votes = 1 WHERE id = 'q_0003'`
      const said = { at: 1, who: "someone", verdict: "disputed", answer: '["乔戈里峰"]', note: "", state: "open" }
      yield* sql`INSERT INTO bank_feedback ${sql.insert([{ ...said, id: "f_1", question_id: "q_0003" }])}`
      yield* open
      const [peak] = yield* sql`SELECT status, right_votes, wrong_votes FROM bank_questions WHERE id = 'q_0002'`
      assert.deepStrictEqual({ ...peak }, { status: "disputed", right_votes: 2, wrong_votes: 1 })
      const [claim] = yield* sql`SELECT question_id, state FROM bank_feedback WHERE id = 'f_1'`
      assert.deepStrictEqual({ ...claim }, { question_id: "q_0002", state: "open" })
    }).pipe(Effect.provide(bank))
  )

  it.effect("answers what it answered, and no longer what it should not", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* put(firstRules)
      yield* sql`DELETE FROM bank_meta WHERE name = 'identity'`
      yield* open
      const answers = yield* Answers
      const said = (...question: Parameters<typeof ask>) =>
        Effect.map(Effect.exit(answers.find(ask(...question))), (exit) =>
          Exit.isSuccess(exit) ? exit.value.texts.join() : "none"
        )
      assert.strictEqual(yield* said("词头m的含义是", ["毫", "兆"], "single"), "毫")
      assert.strictEqual(yield* said("词头M的含义是", ["毫", "兆"], "single"), "兆")
      assert.strictEqual(yield* said("行星是", ["太阳", "地球", "月亮"], "single"), "地球")
      assert.strictEqual(yield* said("水由____和____组成，化学式是____。", [], "completion"), "氢,氧,H2O")
      assert.strictEqual(yield* said("直辖市有", ["上海", "北京", "广州"], "multiple"), "上海,北京")
      assert.strictEqual(yield* said("地球是圆的", ["对", "错"], "judgement"), "对")
      assert.strictEqual(yield* said("一天有几小时", ["24", "12"], "single"), "24")
      // a model had been told more than the key said
      assert.strictEqual(yield* said("一年有几个月", ["12", "13"], "single"), "none")
      assert.strictEqual(yield* said("一周有几天", ["七", "丙"], "single"), "none")
      assert.strictEqual(yield* said("可以使用的类别有", ["甲类", "乙类"], "unknown"), "none")
    }).pipe(Effect.provide(bankWith(scriptedModel(() => Effect.succeed("？？")).layer)))
  )
})

describe("bringing a bank up to date", () => {
  const titles = [
    "世界最高峰",
    "（单选）世界最高峰",
    "【出题：甲】世界最高峰",
    "词头m",
    "词头M",
    "【难度：易】词头m",
    "1、词头M（多选题）"
  ] as const
  const Rows = Schema.Array(
    Schema.Struct({
      title: Schema.Literals(titles),
      answer: Schema.Literals(["甲", "乙"]),
      source: Schema.Literals(["import", "ai", "user"])
    })
  ).check(Schema.isMaxLength(12))
  type Given = typeof Rows.Type

  // Keys that no rules would make today, and now and then the ones that another row will have.
  const rowsOf = (given: Given) =>
    given.map(({ answer, source, title }, at) => {
      const { typeClass } = makeQuestion({ title, options: ["甲", "乙"], type: "single" })
      const neighbour = makeQuestion({
        title: given[(at * 7 + 3) % given.length]?.title ?? title,
        options: ["甲", "乙"],
        type: "single"
      })
      return {
        ...firstRules[0],
        id: `q_${String(at).padStart(4, "0")}`,
        title,
        options: '["甲","乙"]',
        answer: JSON.stringify([answer]),
        source,
        type_class: typeClass,
        title_key: at % 3 === 0 ? neighbour.titleKey : `old ${at}`,
        options_key: neighbour.optionsKey
      }
    })
  // No two rows of a bank have the same key.
  const distinct = (rows: ReturnType<typeof rowsOf>) => [
    ...new Map(rows.map((row) => [storedKeyOf(row), row])).values()
  ]

  const finish = Effect.gen(function* () {
    yield* open
    const rows = yield* all
    return rows.map((row) => [row["id"], storedKeyOf(row), row["answer"], row["source"], row["status"]])
  })

  it.effect.prop(
    "keeps one row of each question, that of the weightiest word, wherever the others stood",
    [Rows],
    ([given]) =>
      Effect.gen(function* () {
        const rows = distinct(rowsOf(given))
        yield* put(rows)
        yield* open
        const now = yield* all
        assert.deepStrictEqual(now.map(storedKeyOf).sort(), [...new Set(rows.map(keyOf))].sort())
        const weight = (source: unknown) => ["ai", "import", "user"].indexOf(String(source))
        for (const row of now) {
          assert.strictEqual(storedKeyOf(row), keyOf(row))
          const rivals = rows.filter((other) => keyOf(other) === keyOf(row))
          assert.strictEqual(weight(row["source"]), Math.max(...rivals.map(({ source }) => weight(source))))
          assert.include(
            rivals.map(({ answer }) => answer),
            String(row["answer"])
          )
        }
      }).pipe(Effect.provide(Layer.fresh(bank))),
    { arbitrary: { runs: 60 } }
  )

  it.effect("comes to the same when it is killed on the way and goes on", () =>
    Effect.gen(function* () {
      const many = Array.from({ length: 900 }, (_, at) => ({
        ...firstRules[1],
        id: `q_${String(at).padStart(5, "0")}`,
        title: `${at % 2 === 0 ? "（单选）" : ""}第${at >> 1}届的冠军是哪国人`,
        title_key: `old ${at}`
      }))
      const whole = yield* Effect.provide(Effect.andThen(put(many), finish), Layer.fresh(bank))
      const inPieces = yield* Effect.gen(function* () {
        yield* put(many)
        const sql = yield* SqlClient.SqlClient
        // the first page is done, the second fails in its transaction
        yield* sql`
          CREATE TRIGGER stop BEFORE UPDATE ON bank_questions WHEN NEW.id > 'q_00300' BEGIN SELECT RAISE(ABORT, 'killed'); END`
        assert.isTrue(Exit.isFailure(yield* Effect.exit(open)))
        assert.strictEqual(yield* metaOf("identity_cursor"), "q_00249")
        assert.isUndefined(yield* metaOf("identity"))
        yield* sql`DROP TRIGGER stop`
        return yield* finish
      }).pipe(Effect.provide(Layer.fresh(bank)))
      assert.deepStrictEqual(inPieces, whole)
      assert.strictEqual(whole.length, 450)
    })
  )

  it.effect("moves the questions that nobody could answer with their titles", () =>
    Effect.gen(function* () {
      const sql = yield* SqlClient.SqlClient
      yield* put(firstRules)
      const miss = (title: string, count: number) => ({
        title_key: `old ${title}`,
        options_key: "",
        type_class: "any",
        title,
        count,
        last_at: 1
      })
      yield* sql`INSERT INTO bank_misses ${sql.insert([miss("没人知道", 2), miss("（单选）没人知道", 3)])}`
      yield* open
      const [only, ...more] = yield* sql`SELECT title_key, count FROM bank_misses`
      assert.deepStrictEqual([only?.["count"], more], [5, []])
      assert.strictEqual(only?.["title_key"], ask("没人知道").titleKey)
    }).pipe(Effect.provide(bank))
  )

  it.effect("is nothing to a new bank, and to one that is up to date", () =>
    Effect.gen(function* () {
      yield* open
      assert.strictEqual(yield* metaOf("identity"), String(CurrentKeys.identityVersion))
      // Under another key than its own: it would be moved.
      yield* put(firstRules.slice(1, 3))
      const before = yield* all
      yield* open
      assert.deepStrictEqual(yield* all, before)
      assert.strictEqual(yield* Effect.flatMap(QuestionRepo, (repo) => repo.count), 2)
    }).pipe(Effect.provide(QuestionRepo.layer.pipe(Layer.provideMerge(bank))))
  )
})
