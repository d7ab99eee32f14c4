import { hash } from "node:crypto"
import { request } from "node:http"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Exit, Fiber, FileSystem } from "effect"
import { Statement } from "effect/sql"
import { FileFormat } from "../../../src/bank/transfer/FileFormat.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import { adminKey } from "../../support/config.ts"
import { draft } from "../../support/questions.ts"
import { serveTransfer } from "./support.ts"

const headers = { authorization: `Bearer ${adminKey}` }
const rows = 2000
// so much, packed too, that no socket takes it all before somebody reads
const noise = (n: number) => Array.from({ length: 96 }, (_, part) => hash("sha256", `${n} ${part}`)).join("")

/** Begins to read a reply, then breaks the connection. */
const leaveAtFirstBytes = (url: string) =>
  Effect.callback<void>((resume) => {
    const sent = request(url, { headers }, (response) => {
      response.once("data", () => sent.destroy())
      response.on("error", () => {})
      response.on("close", () => resume(Effect.void))
    })
    sent.on("error", () => {})
    sent.end()
  })

describe("a client that leaves in the middle of an export", () => {
  it.live("ends its reading of the bank, in every format, and the service goes on", () =>
    Effect.gen(function* () {
      const readers = new Set<Fiber.Fiber<unknown, unknown>>()
      let pages = 0
      const watching: Statement.Transformer = (statement, _, fiber) =>
        Effect.sync(() => {
          if (!/FROM bank_questions WHERE id > /.test(statement.compile()[0])) return statement
          readers.add(fiber)
          pages++
          return statement
        })
      const files = yield* FileSystem.FileSystem
      const { base, context } = yield* serveTransfer(yield* files.makeTempDirectoryScoped()).pipe(
        Effect.provideService(Statement.CurrentTransformer, watching)
      )
      const questions = Array.from({ length: rows }, (_, n) => ({
        ...draft(`第 ${n} 题 ${noise(n)}`),
        source: "import" as const,
        status: "trusted" as const,
        confidence: 0.9
      }))
      yield* Effect.provide(
        Effect.flatMap(QuestionRepo, (repo) => repo.insertAll(questions)),
        context
      )
      for (const format of FileFormat.literals) {
        readers.clear()
        pages = 0
        yield* leaveAtFirstBytes(`${base}/api/v1/questions/export?format=${format}`)
        assert.isAbove(readers.size, 0, format)
        const exits = yield* Fiber.awaitAll(readers)
        assert.isTrue(exits.some(Exit.hasInterrupts), `${format} was read to its end`)
        assert.isBelow(pages, rows / 250, format)
      }
      const whole = yield* Effect.promise(() => fetch(`${base}/api/v1/questions/export?format=jsonl`, { headers }))
      const text = yield* Effect.promise(() => whole.text())
      assert.strictEqual(text.split("\n").length, rows + 1)
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
