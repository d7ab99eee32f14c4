import { readdirSync, readFileSync } from "node:fs"
import { dirname, join, relative, sep } from "node:path"
import { assert, describe, it } from "@effect/vitest"
import { migrations } from "../src/platform/migrations/index.ts"
import { projectFile } from "../src/platform/projectFile.ts"

const source = projectFile("src")
const files = readdirSync(source, { recursive: true, encoding: "utf8" })
  .filter((name) => name.endsWith(".ts"))
  .map((name) => name.split(sep).join("/"))

const importsOf = (file: string): ReadonlyArray<string> =>
  [...readFileSync(join(source, file), "utf8").matchAll(/^(?:import|export)\s[^"]*?from\s+"(\.[^"]+)"/gm)]
    .map(([, path = ""]) =>
      relative(source, join(source, dirname(file), path))
        .split(sep)
        .join("/")
    )
    .filter((path) => path.endsWith(".ts"))

const roomOf = (file: string): string => (file.includes("/") ? (file.split("/")[0] ?? "") : file)

// Which rooms a room may import from, beside itself.
const law: Readonly<Record<string, ReadonlyArray<string>>> = {
  platform: [],
  accounts: ["platform"],
  providers: ["accounts", "platform"],
  thinking: ["providers", "accounts", "platform"],
  chat: ["thinking", "providers", "accounts", "platform"],
  bank: ["thinking", "providers", "accounts", "platform"],
  console: ["bank", "chat", "thinking", "providers", "accounts", "platform"],
  cli: ["App.ts", "bank", "thinking", "providers", "accounts", "platform"],
  "App.ts": ["Api.ts", "bank", "chat", "thinking", "providers", "accounts", "platform", "console"],
  "Api.ts": ["bank", "chat", "thinking", "providers", "accounts", "platform", "console"],
  "main.ts": ["cli"]
}

describe("the house", () => {
  it("keeps its dependency law", () => {
    const broken = files.flatMap((file) =>
      importsOf(file)
        .filter((imported) => {
          const [from, to] = [roomOf(file), roomOf(imported)]
          // handlers implement the whole API's contract
          if (to === "Api.ts" && file.endsWith("Http.ts")) return false
          return from !== to && law[from]?.includes(to) !== true
        })
        .map((imported) => `${file} → ${imported}`)
    )
    assert.deepStrictEqual(broken, [])
  })

  it("lets contracts import contracts and schemas only", () => {
    const broken = files
      .filter((file) => /(^|\/)Api\.ts$/.test(file))
      .flatMap((file) =>
        importsOf(file)
          .filter((imported) => /(Http|Repo|layer|App)\.ts$/.test(imported))
          .map((imported) => `${file} → ${imported}`)
      )
    assert.deepStrictEqual(broken, [])
  })

  it("has no import cycle", () => {
    const done = new Set<string>()
    const visit = (file: string, path: ReadonlyArray<string>): void => {
      assert.notInclude([...path], file, `a cycle: ${[...path, file].join(" → ")}`)
      if (done.has(file)) return
      for (const imported of importsOf(file)) visit(imported, [...path, file])
      done.add(file)
    }
    for (const file of files) visit(file, [])
  })

  it("reads the environment in one place", () => {
    const readers = files.filter((file) => readFileSync(join(source, file), "utf8").includes("process.env"))
    assert.deepStrictEqual(readers, ["platform/config/environment.ts"])
  })

  it("lists every migration of the folder, in order and without a gap", () => {
    const inFolder = readdirSync(join(source, "platform", "migrations"))
      .filter((name) => /^\d{4}_/.test(name))
      .map((name) => name.replace(/\.ts$/, ""))
      .sort()
    assert.deepStrictEqual(Object.keys(migrations), inFolder)
    inFolder.forEach((name, at) => assert.strictEqual(Number(name.slice(0, 4)), at + 1))
  })
})
