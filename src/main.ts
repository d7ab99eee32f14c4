import "./cli/noDebugger.ts"
import "effect/schema/SchemaJITCompiler/enable"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { siku } from "./cli/siku.ts"
import { endProcess, exitOnSecondSignal, sayWhy } from "./cli/lifecycle.ts"

// What is made from here on is for the user it runs as, whatever the shell says: databases, backups, exports, keys.
process.umask(0o077)

siku.pipe(
  Effect.tapCause(sayWhy),
  Effect.provide(NodeServices.layer),
  exitOnSecondSignal,
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: endProcess })
)
