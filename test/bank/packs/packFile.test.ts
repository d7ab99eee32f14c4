import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { SqlClient } from "effect/sql"
import { makeQuestion } from "../../../src/bank/Question.ts"
import { mostQuestions } from "../../../src/bank/packs/PackHeader.ts"
import { inspectPack, verifyPack } from "../../../src/bank/packs/verifyPack.ts"
import { stored } from "../../support/bank.ts"
import { draft, write } from "../../support/questions.ts"
import {
  fileWith,
  header,
  installFile,
  packBank,
  packOf,
  packWith,
  question,
  signed,
  temporaryFolder,
  wholeBank
} from "./support.ts"

const sound = packWith([question("一"), question("二", ["乙"]), question("三", ["丙"])])
const detailOf = (bytes: Uint8Array) =>
  Effect.gen(function* () {
    const error = yield* Effect.flip(installFile(yield* fileWith(bytes)))
    assert.strictEqual(error._tag, "PackInvalid", error.message)
    const bank = yield* wholeBank
    const packs = yield* (yield* SqlClient.SqlClient)`SELECT * FROM bank_packs`
    assert.deepStrictEqual([bank.questions, packs], [[], []])
    return error.message
  })
const linesOf = (pack: Buffer) => pack.toString("utf8").trimEnd().split("\n")
const joined = (lines: ReadonlyArray<string>) => Buffer.from(`${lines.join("\n")}\n`)
const changedAt = (bytes: Buffer, at: number) => {
  const changed = Buffer.from(bytes)
  changed[at] = (changed[at] ?? 0) ^ 1
  return changed
}

describe("a pack", () => {
  it.effect("brings the questions of one bank to another: texts, options, types, tags, images, explanations", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const file = `${home}/pack.jsonl`
      const contentOf = Effect.gen(function* () {
        const sql = yield* SqlClient.SqlClient
        return yield* sql`
          SELECT title_key, options_key, type_class, type, title, options, answer, status, tags, explanation, images
          FROM bank_questions ORDER BY title_key`
      })
      const before = yield* Effect.gen(function* () {
        yield* write([
          draft("单选", { tags: ["史"], explanation: "因为\n如此" }),
          draft("多选", { type: "multiple", answer: ["甲", "丁"] }),
          { question: makeQuestion({ title: "判断", options: ["对", "错"], type: "judgement" }), answer: ["对"] },
          {
            question: makeQuestion({ title: "填空 ____ 和 ____", options: [], type: "completion" }),
            answer: ["一", "二"]
          },
          {
            question: makeQuestion({ title: "a < b &lt; <i> <div>", options: ["A", "B", "C++", "C"], type: "single" }),
            answer: ["C"]
          },
          {
            question: makeQuestion({
              title: "图中是什么",
              options: ["甲", "乙"],
              type: "single",
              images: ["https://example.com/a.png"]
            }),
            answer: ["乙"]
          }
        ])
        const made = yield* packOf(file)
        assert.deepStrictEqual([made.questions, made.leftOut], [6, 0])
        return yield* contentOf
      }).pipe(Effect.provide(packBank(home)))
      const after = yield* Effect.gen(function* () {
        const pack = yield* installFile(file)
        assert.deepStrictEqual([pack.state, pack.added, pack.rows_done], ["installed", 6, 6])
        return yield* contentOf
      }).pipe(Effect.provide(packBank()))
      assert.deepStrictEqual(after, before)
    }).pipe(Effect.scoped)
  )

  it.effect("holds what its maker chose, and nothing that no reader would take", () =>
    Effect.gen(function* () {
      const home = yield* temporaryFolder
      const file = `${home}/pack.jsonl`
      yield* Effect.gen(function* () {
        yield* write([draft("一", { tags: ["a"] }), draft("二", { tags: ["b"] }), draft("三", { tags: ["c"] })])
        yield* stored(draft("模型说的").question, ["甲"], { status: "unverified", source: "ai", tags: ["a"] })
        const sql = yield* SqlClient.SqlClient
        yield* write([draft("不合", { tags: ["a"] })])
        yield* sql`UPDATE bank_questions SET answer = '["戊"]' WHERE title = '不合'`
        const made = yield* packOf(file, { tags: ["a", "b"] })
        assert.deepStrictEqual([made.questions, made.leftOut], [2, 1])
        const error = yield* Effect.flip(packOf(`${home}/none`, { tags: ["nobody"] }))
        assert.strictEqual(error._tag, "PackNotMade")
        const files = yield* FileSystem.FileSystem
        assert.sameMembers(yield* files.readDirectory(home), ["pack.jsonl", "pack.key"])
        assert.strictEqual((yield* files.stat(`${home}/pack.key`)).mode & 0o777, 0o600)
        // The same key signs the next one.
        assert.strictEqual((yield* packOf(`${home}/again`)).fingerprint, made.fingerprint)
        assert.strictEqual((yield* verifyPack(file)).fingerprint, made.fingerprint)
      }).pipe(Effect.provide(packBank(home)))
    }).pipe(Effect.scoped)
  )

  it.effect(
    "is signed with one key however many are made at once, and with none that others can read or that is broken",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryFolder
        yield* Effect.gen(function* () {
          const files = yield* FileSystem.FileSystem
          yield* write([draft("一")])
          const made = yield* Effect.forEach([1, 2, 3, 4], (n) => packOf(`${home}/${n}.jsonl`), { concurrency: 4 })
          assert.strictEqual(new Set(made.map(({ fingerprint }) => fingerprint)).size, 1)
          const key = `${home}/pack.key`
          yield* files.chmod(key, 0o644)
          assert.include((yield* Effect.flip(packOf(`${home}/5.jsonl`))).message, "chmod 600")
          yield* files.chmod(key, 0o600)
          yield* files.writeFileString(key, "AAAA")
          const error = yield* Effect.flip(packOf(`${home}/5.jsonl`))
          assert.strictEqual(error._tag, "PublisherKeyUnusable")
          assert.notInclude(error.message, "AAAA")
          assert.notInclude(yield* files.readDirectory(home), "5.jsonl")
        }).pipe(Effect.provide(packBank(home)))
      }).pipe(Effect.scoped)
  )

  it.effect("may be made by anybody who follows the form", () =>
    Effect.gen(function* () {
      const report = yield* verifyPack(yield* fileWith(sound))
      assert.deepStrictEqual(report.header, JSON.parse(linesOf(sound)[0] ?? ""))
      assert.match(report.fingerprint, /^SHA256:[\w-]{4}(:[\w-]{4}){3}$/)
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )
})

describe("a pack that was tampered with writes nothing", () => {
  it.effect("whichever byte of it was changed", () =>
    Effect.gen(function* () {
      for (let at = 0; at < sound.length; at += 3) {
        const error = yield* Effect.flip(verifyPack(yield* fileWith(changedAt(sound, at))))
        assert.strictEqual(error._tag, "PackInvalid", `byte ${at}`)
      }
      const [head, body, end] = [30, sound.indexOf("丙"), sound.length - 20]
      for (const at of [head, body, end]) yield* detailOf(changedAt(sound, at))
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )

  const [head = "", one = "", two = "", three = "", end = ""] = linesOf(sound)
  const other = packWith([question("一"), question("二", ["乙"]), question("三", ["甲"])])
  const tampered: ReadonlyArray<readonly [name: string, bytes: Buffer, message: RegExp]> = [
    ["lines swapped", joined([head, two, one, three, end]), /signature does not fit/],
    ["a line dropped", joined([head, one, three, end]), /there are 2/],
    ["a line dropped and the count adjusted", joined([head.replace(":3,", ":2,"), one, three, end]), /signature/],
    ["a line added", joined([head, one, two, three, question("四"), end]), /more than the 3/],
    ["a line twice for another", joined([head, one, two, two, end]), /signature does not fit/],
    [
      "the signature of another pack",
      joined([head, one, two, three, linesOf(other)[4] ?? ""]),
      /signature does not fit/
    ],
    [
      "another's key in it",
      joined([head.replace(/"publisher":".{43}/, `"publisher":"${"A".repeat(43)}`), one, two, three, end]),
      /signature does not fit/
    ],
    ["cut off in a line", sound.subarray(0, sound.length - 120), /cut off/],
    ["cut off at a line", joined([head, one, two]), /no signature/],
    ["its last byte gone", sound.subarray(0, sound.length - 1), /cut off/],
    ["something behind the signature", Buffer.concat([sound, Buffer.from("\n")]), /stands behind its signature/],
    ["another line behind the signature", joined([head, one, two, three, end, three]), /stands behind its signature/],
    [
      "the last character of the signature respelt",
      Buffer.from(
        sound.toString().replace(/(.)"}\n$/, (_, last: string) => `${String.fromCharCode(last.charCodeAt(0) + 1)}"}\n`)
      ),
      /./
    ]
  ]
  for (const [name, bytes, message] of tampered) {
    it.effect(name, () =>
      Effect.map(detailOf(bytes), (detail) => assert.match(detail, message)).pipe(
        Effect.scoped,
        Effect.provide(packBank())
      )
    )
  }
})

describe("a hostile pack is refused in plain words, though it is signed", () => {
  const one = question("一")
  const withHeader = (more: object) => signed([JSON.stringify(header(more)), one])
  const hostile: ReadonlyArray<readonly [name: string, bytes: Buffer, message: RegExp]> = [
    ["an empty file", Buffer.alloc(0), /is empty/],
    ["no pack at all", Buffer.from("PK\u0003\u0004 something else\n"), /no pack of Siku/],
    ["a header alone", joined([JSON.stringify(header())]), /signature/],
    ["a signature alone", joined([linesOf(sound)[4] ?? ""]), /no header/],
    ["a form of tomorrow", withHeader({ siku_pack: 2 }), /form 2, made by a newer version/],
    ["a form of no kind", withHeader({ siku_pack: "1" }), /unknown form/],
    ["a name that is an option", withHeader({ name: "--force" }), /name must be/],
    ["a name with an escape", withHeader({ name: "a\u001b[2J" }), /name must be/],
    ["a long name", withHeader({ name: "a".repeat(65) }), /name must be/],
    ["a version that is none", withHeader({ version: "1.0" }), /version must be/],
    ["a description that turns text", withHeader({ description: "a\u202eb" }), /description must be/],
    ["a long description", withHeader({ description: "a".repeat(1001) }), /description must be/],
    ["no time", withHeader({ created_at: "yesterday" }), /created_at must be/],
    ["no question", signed([JSON.stringify(header({ questions: 0 }))]), /questions must be/],
    ["a huge number", withHeader({ questions: 1e300 }), /questions must be/],
    ["more than it holds", withHeader({ questions: mostQuestions }), /there are 1$/],
    ["less than it holds", signed([JSON.stringify(header()), one, one]), /more than the 1 /],
    ["a key that is none", withHeader({ publisher: "AAAA" }), /publisher must be/],
    ["a member too many", withHeader({ extra: 1 }), /says more than/],
    ["a line of a million characters", packWith([question("长".repeat(1_000_000))]), /line 2: it is longer than/],
    ["one line without end", Buffer.alloc(3_000_000, "x"), /line 1: it is longer than/],
    [
      "bytes that are no UTF-8",
      signed([JSON.stringify(header()), Buffer.from([0x7b, 0xff, 0x7d])]),
      /line 2: it is not UTF-8/
    ],
    ["a NUL", packWith([question("一\0")]), /line 2: it holds characters that no text has/],
    ["a bare NUL", signed([JSON.stringify(header()), "{\0}"]), /line 2: it is no JSON/],
    ["half a character", packWith([one.replace("一", "\\ud800")]), /line 2: it holds characters/],
    [
      "deep JSON",
      packWith([`{"question":${"[".repeat(200_000)}${"]".repeat(200_000)}}`]),
      /line 2: it has not the form/
    ],
    [
      "deep JSON in no place",
      packWith([one.replace("{", `{"x":${"[".repeat(200_000)}${"]".repeat(200_000)},`)]),
      /no member "x"/
    ],
    [
      "an answer that does not fit",
      packWith([question("一", ["戊"])]),
      /line 2: the answer must be one of the options/
    ],
    ["no answer", packWith([question("一", [])]), /line 2: it has not the form/],
    ["no title", packWith([question("<p> </p>")]), /line 2: the title needs more|line 2: the title a title/],
    ["a list for a line", packWith(["[]"]), /line 2: it is no JSON object/],
    [
      "many options",
      packWith([question("一", ["甲"], { options: Array.from({ length: 201 }, (_, n) => `甲${n}`) })]),
      /options/
    ],
    ["many tags", packWith([question("一", ["甲"], { tags: Array.from({ length: 51 }, (_, n) => `${n}`) })]), /tags/]
  ]
  for (const [name, bytes, message] of hostile) {
    it.effect(name, () =>
      Effect.map(detailOf(bytes), (detail) => assert.match(detail, message)).pipe(
        Effect.scoped,
        Effect.provide(packBank())
      )
    )
  }

  it.effect("with every line that is wrong told by its number", () =>
    Effect.gen(function* () {
      const bad = question("坏", ["戊"])
      const lines = Array.from({ length: 1200 }, (_, n) => (n % 40 === 0 ? bad : question(`题${n}`)))
      const report = yield* inspectPack(yield* fileWith(packWith(lines)))
      assert.deepStrictEqual([report.isSigned, report.problemCount, report.problems.length], [true, 30, 20])
      assert.deepStrictEqual(report.problems.map(({ line }) => line).slice(0, 3), [2, 42, 82])
    }).pipe(Effect.scoped, Effect.provide(packBank()))
  )
})
