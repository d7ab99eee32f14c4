import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, FileSystem, Option, Schema } from "effect"
import { SqlClient } from "effect/sql"
import { BankReports } from "../../../src/bank/admin/BankReports.ts"
import { BulkEdit } from "../../../src/bank/admin/BulkEdit.ts"
import { QuestionEditor } from "../../../src/bank/admin/QuestionEditor.ts"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { Packs } from "../../../src/bank/packs/Packs.ts"
import { fingerprintOf } from "../../../src/bank/packs/signing.ts"
import { verifyPack } from "../../../src/bank/packs/verifyPack.ts"
import { QuestionWriter, type WritePolicy } from "../../../src/bank/write/QuestionWriter.ts"
import { stored } from "../../support/bank.ts"
import { draft, importOf, write } from "../../support/questions.ts"
import { fileWith, header, installFile, packBank, packWith, question, wholeBank } from "./support.ts"

const remove = (name = "history") => Effect.flatMap(Packs, (packs) => packs.remove(name))
const many = (count: number) => Array.from({ length: count }, (_, n) => question(`第${n}个问题`))
const idOf = (title: string) =>
  Effect.gen(function* () {
    const sql = yield* SqlClient.SqlClient
    const [row] = yield* sql`SELECT id FROM bank_questions WHERE title = ${title}`
    return String(row?.["id"])
  })
const person = { who: "a person", why: "I know" }

describe("a publisher", () => {
  it.effect("is trusted once a person names the fingerprint, then for packs of the same name", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(packWith([question("一")]))
      const refused = yield* Effect.flip(installFile(file, { publisher: undefined }))
      assert.strictEqual(refused._tag, "PublisherUnknown")
      assert.include(refused.message, fingerprintOf(header().publisher))
      const wrong = yield* Effect.flip(installFile(file, { publisher: "SHA256:AAAA:AAAA:AAAA:AAAA" }))
      assert.strictEqual(wrong._tag, "PublisherUnknown")
      assert.deepStrictEqual((yield* wholeBank).questions, [])
      const bare = fingerprintOf(header().publisher).replace("SHA256:", "").replaceAll(":", "")
      yield* installFile(file, { publisher: bare })
      yield* remove()
      const next = yield* fileWith(packWith([question("一")], { version: "1.1.0" }))
      assert.strictEqual((yield* installFile(next, { publisher: undefined })).version, "1.1.0")
      const other = yield* fileWith(packWith([question("一")], { name: "geography" }))
      assert.strictEqual((yield* Effect.flip(installFile(other, { publisher: undefined })))._tag, "PublisherUnknown")
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("is not trusted for having installed nothing: a pack that was refused makes nobody known", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(packWith([question("一")]))
      for (let n = 0; n < 2; n++) {
        assert.strictEqual((yield* Effect.flip(installFile(file, { publisher: undefined })))._tag, "PublisherUnknown")
      }
      assert.deepStrictEqual(yield* (yield* Packs).list, [])
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )
})

describe("installing a pack", () => {
  it.effect("says before what it does then, with the answers that differ", () =>
    Effect.gen(function* () {
      yield* write([draft("同"), draft("异"), draft("补")])
      const lines = [question("同"), question("异", ["乙"]), question("补", ["甲"], { tags: ["新"] }), question("新")]
      const file = yield* fileWith(packWith(lines))
      const before = yield* wholeBank
      const report = yield* verifyPack(file)
      const publisher = report.fingerprint
      const packs = yield* Packs
      const preview = yield* packs.preview(report, { policy: "merge", publisher })
      assert.deepStrictEqual(preview, {
        counts: { added: 1, updated: 0, merged: 1, unchanged: 1, skipped: 0, disputed: 1 },
        contradictions: [{ title: "异", bank: ["甲"], pack: ["乙"] }],
        done: 0
      })
      const over = yield* packs.preview(report, { policy: "overwrite", publisher })
      assert.deepStrictEqual([over.counts.updated, over.counts.disputed, over.contradictions.length], [2, 0, 1])
      assert.deepStrictEqual(yield* wholeBank, before)
      const { added, disputed, merged, unchanged } = yield* packs.install(report, { policy: "merge", publisher })
      assert.deepStrictEqual([added, merged, unchanged, disputed], [1, 1, 1, 1])
      const [waiting] = yield* (yield* BankReports).waiting({ limit: 10 })
      assert.deepStrictEqual(
        waiting?.said.map(({ answer, note, who }) => [answer, note, who]),
        [[["乙"], "pack history 1.0.0", "admin"]]
      )
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("is refused while a pack of its name is there, with what to do", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(packWith([question("一")]))
      yield* installFile(file)
      assert.include((yield* Effect.flip(installFile(file))).message, "is installed already")
      const next = yield* fileWith(packWith([question("一")], { version: "2.0.0" }))
      assert.include((yield* Effect.flip(installFile(next))).message, "npm start -- pack remove history")
      assert.strictEqual((yield* Effect.flip(remove("nobody")))._tag, "PackNotFound")
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("goes on where it was cut off, in either direction, without doing anything twice", () =>
    Effect.gen(function* () {
      yield* write([draft("第3个问题", { answer: ["乙"] }), draft("第1100个问题", { answer: ["乙"] })])
      const before = yield* wholeBank
      const file = yield* fileWith(packWith(many(1200)))
      const cutAt = (most: number) => (done: number) => (done >= most ? Effect.interrupt : Effect.void)
      assert.isTrue(Exit.hasInterrupts(yield* Effect.exit(installFile(file, {}, cutAt(1000)))))
      const [half] = yield* (yield* Packs).list
      assert.deepStrictEqual([half?.state, half?.rows_done, half?.added, half?.disputed], ["installing", 1000, 999, 1])
      const other = yield* Effect.flip(installFile(file, { policy: "overwrite" }))
      assert.include(other.message, "--policy merge")
      const report = yield* verifyPack(file)
      const preview = yield* (yield* Packs).preview(report, { policy: "merge" })
      assert.deepStrictEqual([preview.done, preview.counts.added, preview.counts.disputed], [1000, 199, 1])
      const whole = yield* installFile(file, { publisher: undefined })
      assert.deepStrictEqual([whole.state, whole.added, whole.disputed], ["installed", 1198, 2])
      assert.strictEqual((yield* wholeBank).questions.length, 1200)
      const packs = yield* Packs
      assert.isTrue(Exit.hasInterrupts(yield* Effect.exit(packs.remove("history", cutAt(300)))))
      assert.strictEqual((yield* packs.list)[0]?.state, "removing")
      assert.include((yield* Effect.flip(installFile(file))).message, "half taken out")
      const removed = yield* remove()
      assert.deepStrictEqual([removed.taken_out, removed.put_back, removed.withdrawn, removed.kept], [1198, 2, 2, 0])
      assert.deepStrictEqual(yield* wholeBank, before)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("may be taken back halfway", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(packWith(many(600)))
      yield* Effect.exit(installFile(file, {}, () => Effect.interrupt))
      assert.strictEqual((yield* wholeBank).questions.length, 500)
      assert.strictEqual((yield* remove()).taken_out, 500)
      assert.deepStrictEqual((yield* wholeBank).questions, [])
      assert.strictEqual((yield* installFile(file)).added, 600)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("stops where the file is another than the one that was verified", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const file = yield* fileWith(packWith(many(1200)))
      const report = yield* verifyPack(file)
      const lines = (yield* files.readFileString(file)).split("\n")
      lines[700] = question("偷换")
      yield* files.writeFileString(file, lines.join("\n"))
      const error = yield* Effect.flip(
        (yield* Packs).install(report, { policy: "merge", publisher: report.fingerprint })
      )
      assert.include(error.message, "changed since it was verified")
      assert.strictEqual((yield* wholeBank).questions.length, 500)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("is done by one at a time: who comes second is told so", () =>
    Effect.gen(function* () {
      const file = yield* fileWith(packWith(many(1200)))
      const exits = yield* Effect.all([Effect.exit(installFile(file)), Effect.exit(installFile(file))], {
        concurrency: 2
      })
      assert.strictEqual((yield* wholeBank).questions.length, 1200)
      const failures = exits.flatMap((exit) => Option.toArray(Exit.findErrorOption(exit)))
      for (const failure of failures) assert.include(["PackBusy", "PackInstalled"], failure._tag)
      assert.isAtLeast(failures.length, 1)
      if (failures.length === 2) yield* installFile(file)
      assert.strictEqual((yield* (yield* Packs).list)[0]?.added, 1200)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )
})

describe("removing a pack", () => {
  it.effect("leaves what somebody has changed, confirmed or deleted since, and tells memory of the rest", () =>
    Effect.gen(function* () {
      yield* write([draft("旧"), draft("争")])
      const titles = ["纠正", "同意", "加签", "删除", "原样"]
      const lines = [...titles.map((title) => question(title)), question("旧", ["乙"]), question("争", ["丙"])]
      const file = yield* fileWith(packWith(lines))
      yield* installFile(file)
      const editor = yield* QuestionEditor
      yield* editor.change(yield* idOf("纠正"), { answer: ["丁"] }, person)
      yield* write([draft("同意")], "skip", importOf("another"))
      yield* (yield* BulkEdit).run({ ids: [yield* idOf("加签")] }, { action: "add_tags", tags: ["签"] }, person, {
        dryRun: false
      })
      yield* editor.remove(yield* idOf("删除"), person)
      yield* editor.review(yield* idOf("争"), { decision: "accept" }, person)
      const cache = yield* AnswerCache
      const asked = draft("原样").question
      const known = {
        id: (yield* write([draft("原样")]))[0]?.id,
        title: "原样",
        answer: ["甲"],
        confidence: 1,
        ai: false
      }
      assert.isDefined(known.id)
      const changed = (yield* wholeBank).questions.filter(({ title }) =>
        ["纠正", "同意", "加签", "争"].includes(String(title))
      )
      yield* cache.set(asked.key, { ...known, id: known.id ?? assert.fail() })
      const { gone, kept, put_back, taken_out, withdrawn } = yield* remove()
      // 原样 was imported once more just now: that confirms it.
      assert.deepStrictEqual(
        { gone, kept, put_back, taken_out, withdrawn },
        { gone: 1, kept: 5, put_back: 1, taken_out: 0, withdrawn: 1 }
      )
      const after = (yield* wholeBank).questions
      assert.deepStrictEqual(
        after.filter(({ title }) => title !== "旧" && title !== "原样"),
        changed
      )
      assert.deepStrictEqual(after.find(({ title }) => title === "旧")?.["status"], "trusted")
      assert.deepStrictEqual((yield* wholeBank).open, [])
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  it.effect("tells memory what is no answer any more, and the history why", () =>
    Effect.gen(function* () {
      const [added] = yield* write([draft("旧", { answer: ["乙"] })])
      const file = yield* fileWith(packWith([question("旧"), question("新")]))
      yield* installFile(file, { policy: "overwrite" })
      const cache = yield* AnswerCache
      const { key } = draft("旧").question
      const id = added?.id ?? assert.fail()
      yield* (yield* SqlClient.SqlClient)`SELECT 1`
      yield* cache.set(key, { id, title: "旧", answer: ["甲"], confidence: 1, ai: false })
      yield* remove()
      assert.isTrue(Option.isNone(yield* cache.get(key)))
      const history = yield* (yield* BankReports).history({ id, limit: 10 })
      assert.sameDeepMembers(
        history.map(({ action, after, why }) => [action, after?.answer, why]),
        [
          ["edited", ["乙"], "pack history 1.0.0 removed"],
          ["replaced", ["甲"], "pack history 1.0.0"]
        ]
      )
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  const titles = ["一", "二", "三", "四", "五", "六"]
  const Title = Schema.Literals(titles)
  const Answer = Schema.Literals(["甲", "乙", "丙"])
  const Tags = Schema.Array(Schema.Literals(["x", "y"])).check(Schema.isMaxLength(2))
  const Line = Schema.Struct({ title: Title, answer: Answer, tags: Tags, hasReason: Schema.Boolean })
  const Doing = Schema.Struct({
    what: Schema.Literals(["import", "overwrite", "user", "ai", "wrong", "right", "retag", "delete", "correct"]),
    title: Title,
    answer: Answer
  })
  type Doing = typeof Doing.Type

  const act = ({ answer, title, what }: Doing, place: number) =>
    Effect.gen(function* () {
      const asked = { ...draft(title), answer: [answer] }
      const id = yield* idOf(title)
      const editor = yield* QuestionEditor
      switch (what) {
        case "import":
        case "overwrite":
          return yield* write([asked], what === "import" ? "merge" : "overwrite", importOf(`job-${place}`))
        case "user":
          return yield* (yield* QuestionWriter).write([asked], {
            policy: "overwrite",
            provenance: { origin: "user", ...person }
          })
        case "ai":
          return yield* stored(asked.question, [answer], { source: "ai", status: "unverified", confidence: 0.7 })
        case "delete":
          return yield* Effect.exit(editor.remove(id, person))
        case "retag":
          return yield* Effect.exit(editor.change(id, { tags: [`t${place}`] }, person))
        case "correct":
          return yield* Effect.exit(editor.judge(id, { verdict: "correction", answer: [answer], note: "" }, person))
        case "right":
        case "wrong":
          return yield* Effect.exit(editor.judge(id, { verdict: what, note: "" }, person))
      }
    })

  const Case = {
    before: Schema.Array(Doing).check(Schema.isMaxLength(10)),
    lines: Schema.Array(Line).check(Schema.isMinLength(1), Schema.isMaxLength(10)),
    between: Schema.Array(Doing).check(Schema.isMaxLength(3)),
    policy: Schema.Literals(["skip", "overwrite", "merge"])
  }
  const installed = (lines: ReadonlyArray<typeof Line.Type>, policy: WritePolicy) =>
    Effect.gen(function* () {
      const texts = lines.map(({ answer, hasReason, tags, title }) =>
        question(title, [answer], {
          ...(hasReason ? { explanation: "因为" } : {}),
          ...(tags.length === 0 ? {} : { tags })
        })
      )
      yield* installFile(yield* fileWith(packWith(texts)), { policy })
    })

  it.effect.prop(
    "gives back the bank that was there, whatever was in it and whatever the policy",
    { before: Case.before, lines: Case.lines, policy: Case.policy },
    ({ before, lines, policy }) =>
      Effect.gen(function* () {
        for (const [place, doing] of before.entries()) yield* act(doing, place)
        const bank = yield* wholeBank
        yield* installed(lines, policy)
        const removed = yield* remove()
        assert.deepStrictEqual([removed.kept, removed.gone], [0, 0])
        assert.deepStrictEqual(yield* wholeBank, bank)
      }).pipe(Effect.scoped, Effect.provide(packBank(), { local: true })),
    { arbitrary: { runs: 150 }, timeout: 120_000 }
  )

  it.effect.prop(
    "leaves every row as it is that others have changed since, and puts the others back",
    Case,
    ({ before, between, lines, policy }) =>
      Effect.gen(function* () {
        const byTitle = Effect.map(
          wholeBank,
          ({ questions }) => new Map(questions.map((row) => [String(row["title"]), row]))
        )
        for (const [place, doing] of before.entries()) yield* act(doing, place)
        const first = yield* byTitle
        yield* installed(lines, policy)
        const second = yield* byTitle
        for (const [place, doing] of between.entries()) yield* act(doing, 100 + place)
        const third = yield* byTitle
        yield* remove()
        const fourth = yield* byTitle
        for (const title of titles) {
          const isOthers = JSON.stringify(second.get(title)) !== JSON.stringify(third.get(title))
          assert.deepStrictEqual(fourth.get(title), (isOthers ? third : first).get(title), title)
        }
      }).pipe(Effect.scoped, Effect.provide(packBank(), { local: true })),
    { arbitrary: { runs: 150 }, timeout: 120_000 }
  )
})
