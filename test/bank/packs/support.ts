import { createHash, generateKeyPairSync, sign } from "node:crypto"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Path } from "effect"
import { SqlClient } from "effect/sql"
import * as BankManagement from "../../../src/bank/admin/BankManagement.ts"
import { AnswerCache } from "../../../src/bank/AnswerCache.ts"
import { createPack, type PackRequest } from "../../../src/bank/packs/createPack.ts"
import type { InstallOptions, OnProgress } from "../../../src/bank/packs/InstallOptions.ts"
import { Packs } from "../../../src/bank/packs/Packs.ts"
import { verifyPack } from "../../../src/bank/packs/verifyPack.ts"
import { QuestionRepo } from "../../../src/bank/QuestionRepo.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { testConfig } from "../../support/config.ts"

/** The bank with its packs and all that changes it, over a database of its own; `home` is where the publisher's key is. */
export const packBank = (home?: string) =>
  Packs.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(BankManagement.layer, QuestionRepo.layer)),
    Layer.provideMerge(AnswerCache.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(testConfig(home === undefined ? {} : { home })),
    Layer.provideMerge(NodeServices.layer)
  )

/** A folder that is gone with the scope. */
export const temporaryFolder = FileSystem.FileSystem.use((files) => files.makeTempDirectoryScoped()).pipe(
  Effect.provide(NodeServices.layer)
)

/** Makes a pack of what is in the bank. */
export const packOf = (file: string, more: Partial<PackRequest> = {}) =>
  createPack({
    name: "history",
    version: "1.0.0",
    description: "",
    tags: [],
    status: "trusted",
    output: file,
    ...more
  })

/** Verifies and installs a pack, its publisher named unless somebody else is. */
export const installFile = (file: string, options: Partial<InstallOptions> = {}, onProgress?: OnProgress) =>
  Effect.gen(function* () {
    const report = yield* verifyPack(file)
    return yield* (yield* Packs).install(
      report,
      { policy: "merge", publisher: report.fingerprint, ...options },
      onProgress
    )
  })

export const publisher = generateKeyPairSync("ed25519")
const publicKey = publisher.publicKey.export({ format: "jwk" }).x ?? ""

export const header = (more: object = {}) => ({
  siku_pack: 1,
  name: "history",
  version: "1.0.0",
  description: "",
  created_at: "2026-01-02T03:04:05.678Z",
  questions: 1,
  publisher: publicKey,
  ...more
})

export const question = (title: string, answer: ReadonlyArray<string> = ["甲"], more: object = {}) =>
  JSON.stringify({ question: title, options: ["甲", "乙", "丙", "丁"], answer, type: "single", ...more })

/** A file of these lines, signed as a publisher would, whatever they hold. Written apart from what it tests. */
export const signed = (lines: ReadonlyArray<string | Buffer>): Buffer => {
  const body = Buffer.concat(lines.flatMap((line) => [Buffer.from(line), Buffer.from("\n")]))
  const digest = createHash("sha256").update(body).digest()
  const signature = sign(null, Buffer.concat([Buffer.from("siku-pack-v1\n"), digest]), publisher.privateKey)
  return Buffer.concat([body, Buffer.from(`{"signature":"${signature.toString("base64url")}"}\n`)])
}

export const packWith = (questions: ReadonlyArray<string>, more: object = {}): Buffer =>
  signed([JSON.stringify(header({ questions: questions.length, ...more })), ...questions])

/** A file with these bytes, for as long as the scope lasts. */
export const fileWith = Effect.fnUntraced(function* (bytes: Uint8Array, name = "pack.jsonl") {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(yield* files.makeTempDirectoryScoped(), name)
  yield* files.writeFile(file, bytes)
  return file
})

/** Everything that people see of the bank, all columns of it. */
export const wholeBank = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  return {
    questions: yield* sql`SELECT * FROM bank_questions ORDER BY id`,
    tags: yield* sql`SELECT * FROM bank_tags ORDER BY tag, question_id`,
    open: yield* sql`SELECT * FROM bank_feedback WHERE state = 'open' ORDER BY id`
  }
})
