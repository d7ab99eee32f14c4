import { spawn } from "node:child_process"
import { createInterface } from "node:readline"
import { DatabaseSync } from "node:sqlite"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Option, Schema } from "effect"
import { TransferJob } from "../../../src/bank/transfer/TransferJob.ts"
import { projectFile } from "../../../src/platform/projectFile.ts"
import { fileWith } from "./support.ts"

const decode = Schema.decodeUnknownOption(Schema.fromJsonString(TransferJob))

/** Runs the service on a home; kills it without notice once `until` holds, else lets it end. Gives the last it said. */
const run = (args: ReadonlyArray<string>, until: (job: TransferJob) => boolean) =>
  Effect.callback<TransferJob | undefined>((resume) => {
    const child = spawn(process.execPath, [projectFile("test", "bank", "transfer", "importProcess.ts"), ...args], {
      stdio: ["ignore", "pipe", "inherit"]
    })
    let last: TransferJob | undefined
    createInterface(child.stdout).on("line", (line) => {
      last = Option.getOrElse(decode(line), () => last)
      if (last !== undefined && until(last)) child.kill("SIGKILL")
    })
    child.once("close", () => resume(Effect.succeed(last)))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

const count = 15_000
const wrong = 30

describe("an import that is killed without notice", () => {
  it.live(
    "ends after two restarts with exactly the rows of the file",
    () =>
      Effect.gen(function* () {
        const files = yield* FileSystem.FileSystem
        const home = yield* files.makeTempDirectoryScoped()
        const lines = Array.from(
          { length: count },
          (_, at) =>
            `${at % (count / wrong) === 0 ? "no question" : JSON.stringify({ question: `第 ${at} 号问题`, answer: `答案 ${at}` })}\n`
        )
        const file = yield* fileWith(lines.join(""))
        const first = yield* run([home, file], ({ rows_read }) => rows_read > 0)
        const second = yield* run([home], ({ rows_read }) => rows_read > (first?.rows_read ?? 0))
        assert.isBelow(second?.rows_read ?? count, count, "it was not in the middle")
        const last = yield* run([home], () => false)
        assert.deepInclude(last, {
          state: "done",
          rows_read: count,
          added: count - wrong,
          unchanged: 0,
          problems: wrong
        })

        const database = new DatabaseSync(`${home}/siku.db`)
        const ask = (query: string) => Object.values(database.prepare(query).get() ?? {})
        assert.deepStrictEqual(ask("SELECT COUNT(*), COUNT(DISTINCT title) FROM bank_questions"), [
          count - wrong,
          count - wrong
        ])
        assert.deepStrictEqual(ask("SELECT COUNT(*), COUNT(DISTINCT row) FROM transfer_problems"), [wrong, wrong])
        database.close()
      }).pipe(Effect.provide(NodeServices.layer)),
    60_000
  )
})
