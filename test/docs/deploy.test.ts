import { execFile } from "node:child_process"
import { readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"
import { startSiku } from "../support/siku.ts"

const Command = Schema.fromJsonString(Schema.Array(Schema.String))

/** The health check of the image: a program, Node, and its arguments. */
const healthCheck = () => {
  const text = readFileSync(projectFile("docs", "deploy", "Dockerfile"), "utf8")
  const [node, ...args] = Schema.decodeUnknownSync(Command)(/HEALTHCHECK[^[]*CMD (\[.*\])/.exec(text)?.[1])
  assert.strictEqual(node, "node")
  return args
}

const codeOf = (environment: Readonly<Record<string, string>>): Effect.Effect<number | null> =>
  Effect.callback((resume) => {
    const child = execFile(process.execPath, healthCheck(), { env: environment }, () =>
      resume(Effect.succeed(child.exitCode))
    )
    return Effect.sync(() => child.kill())
  })

describe("the health check of the container", () => {
  it.live("asks at the port that the service has from its environment, by either name", () =>
    Effect.gen(function* () {
      const { port } = new URL(yield* startSiku())
      assert.strictEqual(yield* codeOf({ PORT: port }), 0)
      // As the service itself reads them.
      assert.strictEqual(yield* codeOf({ PORT: "1", SIKU_SERVER_PORT: port }), 0)
      assert.strictEqual(yield* codeOf({ PORT: port, SIKU_SERVER_PORT: "1" }), 1)
    })
  )
})
