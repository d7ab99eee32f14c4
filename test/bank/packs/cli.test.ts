import { readFileSync, writeFileSync } from "node:fs"
import { DatabaseSync } from "node:sqlite"
import { join } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { fingerprintOf } from "../../../src/bank/packs/signing.ts"
import { sikuProcess, temporaryHome } from "../../support/sikuProcess.ts"
import { header, packWith, question } from "./support.ts"

const run = (args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const siku = yield* sikuProcess(["pack", ...args, "--no-starter"])
    const { code } = yield* Effect.promise(() => siku.ended)
    return { code, output: siku.output(), errors: siku.errors() }
  })
const countOf = (output: string, name: string) => Number(new RegExp(`^${name} +(\\d+)$`, "m").exec(output)?.[1])
const fingerprintIn = (output: string) => /SHA256:[\w:-]+/.exec(output)?.[0] ?? ""

describe("siku pack", () => {
  it.live(
    "carries questions from one home to another and back out, and says what it does",
    () =>
      Effect.gen(function* () {
        const [mine, theirs] = [yield* temporaryHome, yield* temporaryHome]
        const file = join(mine, "pack.jsonl")
        writeFileSync(file, packWith([question("一"), question("二", ["乙"])]))
        const seeded = yield* run(["install", file, "--home", mine, "--publisher", fingerprintOf(header().publisher)])
        assert.strictEqual(seeded.code, 0, seeded.errors)
        const made = yield* run(["create", "--home", mine, "--name", "demo", "--version", "1.0.0", "--output", file])
        assert.deepStrictEqual([made.code, countOf(made.output, "questions")], [0, 2], made.errors)
        const publisher = fingerprintIn(made.output)
        assert.strictEqual(
          (yield* run(["create", "--home", mine, "--name", "a b", "--version", "1", "-o", file])).code,
          1
        )

        const verified = yield* run(["verify", file])
        assert.deepStrictEqual([verified.code, fingerprintIn(verified.output)], [0, publisher])
        const refused = yield* run(["install", file, "--home", theirs])
        assert.strictEqual(refused.code, 1)
        assert.include(refused.output, `--home '${theirs}' --no-starter --publisher ${publisher}`)
        const dry = yield* run(["install", file, "--home", theirs, "--publisher", publisher, "--dry-run"])
        assert.deepStrictEqual([dry.code, countOf(dry.output, "to add")], [0, 2])
        assert.include((yield* run(["list", "--home", theirs])).output, "No pack is installed.")
        const installed = yield* run(["install", file, "--home", theirs, "--publisher", publisher])
        assert.deepStrictEqual([installed.code, countOf(installed.output, "added")], [0, 2])
        const again = yield* run(["install", file, "--home", theirs])
        assert.deepStrictEqual([again.code, again.errors], [1, "siku: demo 1.0.0 is installed already\n"])
        const listed = yield* run(["list", "--home", theirs])
        assert.include(listed.output, "demo 1.0.0: 2 questions, --policy merge, installed")
        const removed = yield* run(["remove", "demo", "--home", theirs])
        assert.deepStrictEqual([removed.code, countOf(removed.output, "taken out")], [0, 2])

        const bytes = readFileSync(file)
        bytes[bytes.indexOf("乙")] = 0xe5
        writeFileSync(file, bytes)
        const forged = yield* run(["verify", file])
        assert.strictEqual(forged.code, 1)
        assert.include(forged.output + forged.errors, "must not be installed")
        assert.notMatch(forged.errors + refused.errors, /\n\s+at /)
      }).pipe(Effect.scoped),
    60_000
  )

  it.live(
    "finishes an install that was killed when the same command is run again",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryHome
        const file = join(home, "big.jsonl")
        const count = 10_000
        writeFileSync(file, packWith(Array.from({ length: count }, (_, n) => question(`第${n}个问题`))))
        const publisher = fingerprintIn((yield* run(["verify", file])).output)
        const args = ["pack", "install", file, "--home", home, "--publisher", publisher]
        const siku = yield* sikuProcess(args)
        const done = yield* Effect.promise(async () => {
          while (siku.child.exitCode === null) {
            const rows = rowsDone(home)
            if (rows > 0) {
              siku.child.kill("SIGKILL")
              await siku.ended
              return rowsDone(home)
            }
            await new Promise<void>((resolve) => setImmediate(resolve))
          }
          return -1
        })
        assert.isAtLeast(done, 500, siku.errors() + siku.output())
        assert.isBelow(done, count)
        const again = yield* run(args.slice(1))
        assert.deepStrictEqual([again.code, countOf(again.output, "added")], [0, count], again.errors)
        assert.include(again.output, `${done} questions are in the bank`)
        const removed = yield* run(["remove", header().name, "--home", home])
        assert.deepStrictEqual([removed.code, countOf(removed.output, "taken out")], [0, count], removed.errors)
      }).pipe(Effect.scoped),
    120_000
  )
})

/** How far the install in this home is; 0 before there is one. */
const rowsDone = (home: string): number => {
  try {
    const database = new DatabaseSync(join(home, "siku.db"), { readOnly: true })
    try {
      return Number(database.prepare("SELECT rows_done FROM bank_packs").get()?.["rows_done"] ?? 0)
    } finally {
      database.close()
    }
  } catch {
    // Not made yet, or about to be.
    return 0
  }
}
