import { DatabaseSync } from "node:sqlite"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { fileWith } from "../bank/transfer/support.ts"
import { manage, startSiku } from "../support/siku.ts"
import { inHome } from "./support.ts"

const csv = "题目,A,B,答案\n中国的首都是哪里？,北京,上海,A\n没有答案的题,一,二,\n=1+1 等于几？,一,二,B\n"

const countIn = (file: string) =>
  Effect.sync(() => {
    const database = new DatabaseSync(file, { readOnly: true })
    const row = database.prepare("SELECT COUNT(*) AS count FROM bank_questions").get()
    database.close()
    return row?.["count"]
  })

describe("siku import", { timeout: 60_000 }, () => {
  it.live("counts the rows, names those that are wrong, and fails when there are any", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const file = yield* fileWith(csv, "quiz.csv")
        const dry = yield* siku(["import", file, "--dry-run"])
        assert.match(dry.output, /nothing was written/)
        assert.strictEqual(yield* countIn(`${home}/siku.db`), 0)

        const { code, errors, output } = yield* siku(["import", file])
        assert.strictEqual(code, 1)
        assert.match(output, /rows +3\nadded +2\n/)
        assert.match(output, /with problems +1\nRows with problems:\n {2}row 3 “[^”]+”: there is no answer\n/)
        assert.include(errors, "siku: 1 row could not be imported")
        assert.strictEqual(yield* countIn(`${home}/siku.db`), 2)
      })
    )
  )

  it.live("leaves a job behind that a service shows, and none after a dry run", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const file = yield* fileWith(csv, "quiz.csv")
        yield* siku(["import", file, "--dry-run"])
        yield* siku(["import", file, "--policy", "merge"])
        yield* siku(["import", yield* fileWith("no workbook", "a.xlsx")])
        const base = yield* startSiku({ home, set: [`database.url=sqlite:///${home}/siku.db`] })
        const shown: ReadonlyArray<Readonly<Record<string, unknown>>> = JSON.parse(
          (yield* manage(base, "GET", "/api/v1/jobs")).text
        )
        assert.lengthOf(shown, 2)
        const [failed, done] = shown
        assert.deepInclude(done, { name: "quiz.csv", format: "csv", policy: "merge", state: "done", rows_read: 3 })
        assert.deepInclude(done, { added: 2, problems: 1, error: null })
        assert.deepInclude(failed, { name: "a.xlsx", state: "failed", error: "this is no xlsx file" })
        const { json } = yield* manage(base, "GET", `/api/v1/jobs/${String(done?.["id"])}`)
        assert.deepStrictEqual(json["row_problems"], [
          { row: 3, message: "there is no answer", question: "没有答案的题" }
        ])
      })
    )
  )

  it.live("says which file is not there, and why one cannot be read", () =>
    inHome((siku) =>
      Effect.gen(function* () {
        const missing = yield* siku(["import", "nothing.csv"])
        assert.strictEqual(missing.code, 1)
        assert.include(missing.errors, "siku: there is no file nothing.csv")
        const none = yield* siku(["import", yield* fileWith("no workbook", "a.xlsx")])
        assert.strictEqual(none.code, 1)
        assert.include(none.output, "this is no xlsx file")
      })
    )
  )

  it.live("shares the database with others that write", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        yield* siku(["import", yield* fileWith(csv, "quiz.csv")])
        const database = new DatabaseSync(`${home}/siku.db`, { timeout: 60_000 })
        const write = database.prepare("INSERT INTO bank_meta (name, value) VALUES (?, ?)")
        const lines = Array.from({ length: 5000 }, (_, at) => `{"question":"第 ${at} 号","answer":"${at}"}\n`)
        let writes = 0
        const timer = setInterval(() => write.run(`n${writes++}`, ""), 1)
        const { code } = yield* siku(["import", yield* fileWith(lines.join(""), "a.jsonl")])
        clearInterval(timer)
        database.close()
        assert.strictEqual(code, 0)
        assert.isAbove(writes, 10)
        assert.strictEqual(yield* countIn(`${home}/siku.db`), 5002)
      })
    )
  )
})

describe("siku export", { timeout: 60_000 }, () => {
  it.live("writes what an import reads, and guards cells from spreadsheets", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        yield* siku(["import", yield* fileWith(csv, "quiz.csv")])
        const shown = yield* siku(["export", "--format", "csv"])
        assert.match(shown.output, /^\ufeffID,题目,选项,答案,类型,来源,置信度,标签,创建时间,解析,状态\r\n/)
        assert.include(shown.output, ",'=1+1 等于几？,")

        const output = `${home}/all.xlsx`
        assert.strictEqual((yield* siku(["export", "--output", output])).code, 0)
        assert.isFalse(yield* files.exists(`${output}.partial`))
        const again = yield* siku(["import", output])
        assert.match(again.output, /added +0\n[^]*unchanged +2\n/)
      })
    )
  )
})

describe("siku backup and siku restore", { timeout: 60_000 }, () => {
  it.live("bring a bank back, keep what was there, and overwrite nothing unasked", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const database = `${home}/siku.db`
        const backup = `${home}/a.backup`
        yield* siku(["import", yield* fileWith(csv, "quiz.csv")])
        const made = yield* siku(["backup", backup])
        assert.strictEqual(made.code, 0)
        assert.include(made.output, "2 questions, verified")
        assert.include(made.output, "encryption.key")
        assert.include((yield* siku(["backup", backup])).errors, "is there already")
        yield* siku(["import", yield* fileWith('{"question":"一","answer":"二"}', "a.json")])
        assert.strictEqual(yield* countIn(database), 3)

        const refused = yield* siku(["restore", backup])
        assert.strictEqual(refused.code, 1)
        assert.include(refused.errors, "--force")
        const restored = yield* siku(["restore", backup, "--force"])
        assert.strictEqual(restored.code, 0)
        assert.strictEqual(yield* countIn(database), 2)
        const aside = (yield* files.readDirectory(home)).filter((name) => /before-restore-[\dTZ-]+$/.test(name))
        assert.lengthOf(aside, 1)
        assert.strictEqual(yield* countIn(`${home}/${aside[0]}`), 3)
      })
    )
  )

  it.live("refuse a file that is damaged or no bank, and a database that is in use", () =>
    inHome((siku, home) =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const backup = `${home}/a.backup`
        const lines = Array.from({ length: 2000 }, (_, at) => `{"question":"第 ${at} 号","answer":"${at}"}\n`)
        yield* siku(["import", yield* fileWith(lines.join(""), "a.jsonl")])
        yield* siku(["backup", backup])

        const bytes = yield* files.readFile(backup)
        const broken = yield* fileWith(bytes.map((byte, at) => (at > 40_000 && at < 60_000 ? 0xff : byte)))
        assert.match((yield* siku(["restore", broken, "--force"])).errors, /is damaged|no sound database/)
        assert.include((yield* siku(["restore", yield* fileWith(csv), "--force"])).errors, "no sound database")

        const user = new DatabaseSync(`${home}/siku.db`)
        user.prepare("SELECT COUNT(*) FROM bank_questions").get()
        const inUse = yield* siku(["restore", backup, "--force"])
        user.close()
        assert.strictEqual(inUse.code, 1)
        assert.include(inUse.errors, "in use: stop the server first")
        assert.strictEqual(yield* countIn(`${home}/siku.db`), 2000)
        assert.deepStrictEqual(
          (yield* files.readDirectory(home)).filter((name) => name.includes("restor")),
          []
        )
      })
    )
  )
})
