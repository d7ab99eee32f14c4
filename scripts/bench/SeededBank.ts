// The bank of generated questions, made once and kept in the machine's folder for temporary files.
import { Data, Effect, FileSystem, Path } from "effect"
import type { PlatformError, Scope } from "effect"
import { createHash } from "node:crypto"
import { readdirSync, readFileSync } from "node:fs"
import { tmpdir } from "node:os"
import { projectFile } from "../../src/platform/projectFile.ts"
import { endOf, startChild } from "./Child.ts"

/** The bank could not be filled; why is on standard error. */
export class SeedingFailed extends Data.TaggedError("SeedingFailed")<{ readonly why: string }> {
  override get message(): string {
    return `seeding the bank ${this.why}`
  }
}

/** The name of the database in a home folder, where `database.url` is not set. */
export const databaseName = "siku.db"

/** The path of a database with so many rows; seeds it where no earlier benchmark of the same code has. */
export const seededBank = (
  node: string,
  rows: number
): Effect.Effect<
  string,
  SeedingFailed | PlatformError.PlatformError,
  FileSystem.FileSystem | Path.Path | Scope.Scope
> =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const path = yield* Path.Path
    const folder = path.join(tmpdir(), "siku-bench-banks")
    const name = `${rows}-${digestOfCode()}.db`
    const kept = path.join(folder, name)
    if (yield* files.exists(kept)) return kept

    yield* files.makeDirectory(folder, { recursive: true })
    const home = yield* files.makeTempDirectoryScoped({ directory: folder, prefix: "seeding-" })
    const seeding = yield* startChild([node, projectFile("scripts", "bench", "seed.ts"), home, String(rows)], {
      stdio: ["ignore", "inherit", "inherit"]
    })
    const why = yield* endOf(seeding)
    if (why !== undefined) return yield* new SeedingFailed({ why })
    // Banks of other code are of no more use.
    for (const old of yield* files.readDirectory(folder)) {
      if (old.startsWith(`${rows}-`) && old !== name) yield* files.remove(path.join(folder, old))
    }
    yield* files.rename(path.join(home, databaseName), kept)
    return kept
  })

// What decides on the tables, the rows and the keys that they are found by.
const sources = [
  ...readdirSync(projectFile("src", "platform", "migrations")).map((name) => ["src", "platform", "migrations", name]),
  ...["normalise", "judgement", "Question", "QuestionType", "QuestionRepo", "StoredQuestion"].map((name) => [
    "src",
    "bank",
    `${name}.ts`
  ]),
  ...["seed", "GeneratedQuestion"].map((name) => ["scripts", "bench", `${name}.ts`])
]

const digestOfCode = (): string => {
  const hash = createHash("sha256")
  for (const source of sources) hash.update(readFileSync(projectFile(...source))).update("\0")
  return hash.digest("hex").slice(0, 16)
}
