import { createHash } from "node:crypto"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { migrations } from "../../src/platform/migrations/index.ts"
import { projectFile } from "../../src/platform/projectFile.ts"

/**
 * The digests of all migrations as they were released. One that has run on somebody's database never runs there again: what is changed in it
 * reaches new databases only, and from then on there are two kinds. So a line is added here, and never changed; a change is a migration of its own.
 */
const released: Readonly<Record<string, string>> = {
  "0001_create_questions": "c61460cbc7931e6554238046af4c4558008fd63cfd5fbd97d898dd176d2570f1",
  "0002_create_providers": "873c6a258a48f9951cb1ca38cce74cabb72580ce4f8c33aec4a59a6aaa259c6c",
  "0003_create_model_calls": "c732b27ae6b74365cc70645aadf9e8263938fc87b10661032c8d8529cd74c79c",
  "0004_create_admin_key": "ca804fc6edb66371ab6f48ff1a1c435509ef41d306e45cdb05070a3eec16845c",
  "0005_bank_management": "7681aad9004568d5b49aa7283a662fc948869885bcdaeb24fd730dbafc8c00a6",
  "0006_create_transfer_jobs": "854379688329b4cd137c1b2822b49c90dddf108334de14662736070d847d7f26",
  "0007_create_packs": "5447988029b073ee019f030616bb42f7711cfad32c28eb35603af553acb4fa7b",
  "0008_create_runs": "5884cdaddbc4f79d107f18e456a1d7a7279da8196d9cdca4b678b40525c23c2c",
  "0009_create_responses": "35f311e7e5f3408642caee3c3f820d2e10d19b55cd999c941947c3d782e48a7e",
  "0010_create_accounts": "90226dc4b0656806e56e554a701c705d317b28e6f567b6c90af1ca3b83845f69",
  "0011_create_credit": "83e7009e066228848115ebd645f01209451f328088c29c048caee209b4d89bc0",
  "0012_add_owners": "8ab2d4700d86edbf0649056a657322cfa41b7156b49b842a86560eebfcd08541",
  "0013_create_settings": "24b9f675a8316e8b97ba4d2163ba7ec3b27f47b9c06da4f02cbd2a94c7a242e3",
  "0014_add_import_reports": "e1a983ccade73e9e774dfe248fafb9e0dcced897c6fbe0022aa8b0cb4faf8510",
  "0015_exact_bills": "7cb496337234947f9a3f41f68dd6acccb2b6d968d588ed0476425fb42d68c9a4",
  "0016_add_limits_granted": "57c01f5e82c91a903487537c9510dce69f1dced717b1a236224bf81250965bfb",
  "0017_keep_admin_key": "b1faea067d97a32b6822f7eb3fc4fe889457c10cc3c5d2e3aa2c209944bbe62b"
}

const digestOf = (name: string): string =>
  createHash("sha256")
    .update(readFileSync(projectFile("src", "platform", "migrations", `${name}.ts`)))
    .digest("hex")

describe("a migration", () => {
  it("stays as it was released", () => {
    for (const [name, digest] of Object.entries(released)) {
      assert.strictEqual(digestOf(name), digest, `${name} was changed: put it back, and write another migration`)
    }
  })

  it("has its digest in the list", () => {
    const lines = Object.keys(migrations).map((name) => `  "${name}": "${digestOf(name)}"`)
    assert.deepStrictEqual(
      Object.keys(migrations),
      Object.keys(released),
      `the list in ${import.meta.filename} should be:\n${lines.join(",\n")}`
    )
  })
})
