import { NodeServices } from "@effect/platform-node"
import { Effect, Schema } from "effect"
import { Command, Flag } from "effect/cli"
import { processEnvironment } from "../platform/config/environment.ts"
import { examine } from "./doctor/examine.ts"
import type { Findings } from "./doctor/Finding.ts"
import { flagsOf } from "./flags.ts"
import { root } from "./root.ts"

/** There is something to put right. */
class ProblemsFound extends Schema.TaggedError<ProblemsFound>()("ProblemsFound", { count: Schema.Finite }) {
  override get message(): string {
    return this.count === 1 ? "there is one problem to put right" : `there are ${this.count} problems to put right`
  }
}

const marks = { ok: "✓", warning: "!", problem: "✗" } as const

/** The findings as lines for a terminal. */
export const report = (findings: Findings): string =>
  findings
    .map(({ check, level, remedy, text }) =>
      [`${marks[level]} ${check}: ${text}`, ...(remedy === undefined ? [] : [`    → ${remedy}`])].join("\n")
    )
    .join("\n")

export const doctor = Command.make(
  "doctor",
  {
    online: Flag.Boolean("online").pipe(
      Flag.withDescription("Asks each provider something small, which costs a few tokens."),
      Flag.withDefault(false)
    ),
    json: Flag.Boolean("json").pipe(Flag.withDescription("Prints the findings as JSON."), Flag.withDefault(false))
  },
  Effect.fn("cli.doctor")(function* ({ json, online }) {
    const flags = flagsOf(yield* root)
    const findings = yield* examine({ environment: processEnvironment(), flags, cwd: process.cwd() }, online)
    const count = findings.filter(({ level }) => level === "problem").length
    const text = json ? JSON.stringify({ ok: count === 0, findings }, null, 2) : report(findings)
    yield* Effect.sync(() => process.stdout.write(`${text}\n`))
    if (count > 0) return yield* new ProblemsFound({ count })
  }, Effect.provide(NodeServices.layer))
).pipe(
  Command.withDescription(
    "Looks at configuration, database, providers and network, and says what to put right; changes nothing."
  )
)
