import { readFileSync, symlinkSync, writeFileSync } from "node:fs"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { OpenApi } from "effect/http-api"
import { wrongsOf } from "../../scripts/fuzz/Judge.ts"
import { operationsOf } from "../../scripts/fuzz/Operation.ts"
import { Api } from "../../src/Api.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { adminKey } from "../support/config.ts"
import { manage, startSiku } from "../support/siku.ts"
import { temporaryHome } from "../support/sikuProcess.ts"
import { codeBlocks } from "./codeBlocks.ts"
import { type Exchange, has, run, runLine, type Variables } from "./shell.ts"

const written = "http://127.0.0.1:8000"
const guide = readFileSync(projectFile("docs", "api.md"), "utf8")
const linesIn = (markdown: string) =>
  codeBlocks(markdown, "sh").flatMap((block) => block.split("\n").filter((line) => line !== ""))
const lines = linesIn(guide)

/** A service with the starter bank and no provider, a key as the page has it, and a folder to be in. */
const begin = Effect.gen(function* () {
  const folder = yield* temporaryHome
  const base = yield* startSiku({ home: folder, set: ["bank.starter=true"] })
  const made = yield* manage(base, "POST", "/api/v1/keys", { name: "a reader's", scopes: ["ask", "chat"] })
  assert.strictEqual(made.status, 201)
  const variables: Variables = { SIKU_KEY: String(made.json["key"]), SIKU_SECURITY_ADMIN_KEY: adminKey }
  return { base, folder, variables }
})

const judge = Effect.map(
  operationsOf(OpenApi.fromApi(Api)),
  (operations) =>
    ({ headers, method, status, target, text }: Exchange) =>
      wrongsOf(
        { operations, secrets: [] },
        { method, target, headers: [], body: undefined, delivery: "whole", soundness: "request" },
        { kind: "reply", reply: { status, headers, body: Buffer.from(text), isWhole: true, millis: 0 } }
      )
)

/** What comes of the commands, in the order of the page: the status, and what the reply shows. */
const outcomes: ReadonlyArray<readonly [command: string, status: number, shows: RegExp]> = [
  ["title=中国的首都是哪里？", 200, /"code":1.*"answer":"北京".*"source":"bank"/],
  // What the bank does not know needs a provider, and there is none.
  ['"title": "2+2=?"', 200, /"code":0.*尚未配置 AI 服务/],
  ["/v1/chat/completions", 200, /^\{"id":"chatcmpl-.*Answer: 391"/],
  ["RUN=", 202, /"id":"run_.*"status":"queued"/],
  ["/v1/runs/$RUN/events", 200, /^id: 1\nevent: RunStarted\n[^]*\nevent: Answered\n/],
  ["/v1/runs/$RUN", 200, /"status":"answered".*"short_answer":"391"/],
  ["/api/v1/users", 201, /"email":"li@example.org".*"account_id":"acc_/],
  ["/api/v1/accounts", 200, /"id":"acc_[^"]*","name":"Li"/],
  ["/api/v1/accounts/$ACC/keys", 201, /"per_minute":60.*"key":"sk-siku-/],
  ["/api/v1/accounts/$ACC", 200, /"prepaid":true/],
  ["/api/v1/accounts/$ACC/orders", 201, /"amount":5000000/],
  ["/api/v1/accounts/$ACC/usage", 200, /"group_by":"model","total":\{"calls":0,.*"groups":\[\]/],
  ["grant_type=password", 200, /"access_token":"eyJ.*"expires_in":900.*"refresh_token":"/],
  ["grant_type=refresh_token", 200, /"access_token":"eyJ.*"refresh_token":"/],
  ["grant_type=client_credentials", 200, /"access_token":"eyJ/],
  ["/api/v1/auth/revoke", 200, /^\{\}$/],
  ["keyword=首都", 200, /"title":"[^"]*首都/],
  ["水的化学式", 201, /"answer":\["H2O"\]/],
  ["export?format=csv", 200, /^$/]
]

/** What stands for something that an earlier reply has told. */
const placeholders: ReadonlyArray<readonly [as: RegExp, told: RegExp]> = [
  [/acc_…/, /"id":"(acc_[^"]+)"/],
  [/sk-siku-…/, /"key":"(sk-siku-[^"]+)"/],
  [/key_…/, /"id":"(key_[^"]+)"/],
  [/(?<=token=)…/, /"refresh_token":"([^"]+)"/]
]

// Most of them wait, for programs and for the scripted model.
describe.concurrent("docs/api.md", () => {
  it("has the same commands in both languages", () => {
    const bare = (line: string) => line.replace(/ +# .*$/, "").replace(/"name": "[^"]+", "scopes"/, '"scopes"')
    const chinese = linesIn(readFileSync(projectFile("docs", "api.zh.md"), "utf8"))
    assert.deepStrictEqual(chinese.map(bare), lines.map(bare))
  })

  describe.skipIf(!has("curl") || !has("bash"))("its commands (skipped where there is no curl or no bash)", () => {
    it.live(
      "are answered as it says and as the API's description says",
      () =>
        Effect.gen(function* () {
          const wrongs = yield* judge
          const { base, folder, variables: given } = yield* begin
          const variables: Record<string, string> = { ...given }
          const said: Array<string> = []
          const filledIn = (line: string) =>
            placeholders.reduce(
              (text, [as, told]) =>
                text.replace(
                  as,
                  () => said.toReversed().flatMap((reply) => told.exec(reply)?.[1] ?? [])[0] ?? "unknown"
                ),
              line.replace(written, base)
            )
          const left = [...outcomes]
          for (const line of lines) {
            const [, name] = /^([A-Z]+)=/.exec(line) ?? []
            const tell = name === undefined ? "" : `\nprintf %s "$${name}"`
            const { code, errors, exchange, output } = yield* runLine(filledIn(line) + tell, folder, variables)
            assert.strictEqual(code, 0, `${line}\n${errors}`)
            if (name !== undefined) variables[name] = output
            if (exchange === undefined) continue
            const [command = "", status, shows = /^$/] = left.shift() ?? []
            assert.include(line, command)
            assert.strictEqual(exchange.status, status, `${line}\n${exchange.text}`)
            assert.match(exchange.text, shows, line)
            if (!line.includes(" -o ")) assert.deepStrictEqual(wrongs(exchange), [], line)
            said.push(exchange.text)
            if (line.includes("sent twice, made once")) {
              const again = yield* runLine(line, folder, variables)
              assert.strictEqual(again.exchange?.text, exchange.text)
            }
          }
          assert.deepStrictEqual(left, [])
          assert.match(readFileSync(join(folder, "bank.csv"), "utf8"), /^\ufeffID,题目,[^]*水的化学式？,/)
        }),
      120_000
    )

    it.live("need no key in the first two sections, on the machine itself", () =>
      Effect.gen(function* () {
        const { base, folder } = yield* begin
        const [settings = "", ...sections] = codeBlocks(guide, "sh")
        const commands = sections.slice(0, 2).flatMap((block) => block.trim().split("\n"))
        assert.lengthOf(commands, 3)
        for (const command of commands) {
          const { exchange } = yield* runLine(settings.replace(written, base) + command, folder, {})
          assert.strictEqual(exchange?.status, 200, exchange?.text)
        }
      })
    )
  })

  const typescript = codeBlocks(guide, "ts")
  const printed = [/尚未配置 AI 服务.* none 0\n$/, /Answer: 391$/]
  it.live("has TypeScript that Node runs", () =>
    Effect.gen(function* () {
      const { base, folder, variables } = yield* begin
      assert.lengthOf(typescript, printed.length)
      symlinkSync(projectFile("node_modules"), join(folder, "node_modules"))
      for (const [at, code] of typescript.entries()) {
        writeFileSync(join(folder, `${at}.mts`), code.replace(written, base))
        const { errors, output } = yield* run(process.execPath, [`${at}.mts`], folder, variables)
        assert.match(output, printed[at] ?? /^$/, errors)
      }
    })
  )

  describe.skipIf(!has("python3"))("its Python (skipped where there is no python3)", () => {
    const python = codeBlocks(guide, "python")
    const [standard, ...others] = python.filter((code) => !code.includes("openai"))

    it.live("compiles", () =>
      Effect.gen(function* () {
        const folder = yield* temporaryHome
        assert.lengthOf(python, 2)
        for (const code of python) {
          writeFileSync(join(folder, "example.py"), code)
          const { code: ended, errors } = yield* run("python3", ["-m", "py_compile", "example.py"], folder)
          assert.strictEqual(ended, 0, errors)
        }
      })
    )

    it.live("runs, where it needs nothing but the standard library", () =>
      Effect.gen(function* () {
        const { base, folder, variables } = yield* begin
        assert.isEmpty(others)
        writeFileSync(join(folder, "example.py"), (standard ?? "").replace(written, base))
        const { errors, output } = yield* run("python3", ["example.py"], folder, variables)
        assert.match(output, /尚未配置 AI 服务/, errors)
      })
    )
  })
})
