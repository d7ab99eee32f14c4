import "./cli/noDebugger.ts"
import "effect/schema/SchemaJITCompiler/enable"
import { NodeRuntime, NodeServices } from "@effect/platform-node"
import { Effect } from "effect"
import { siku } from "./cli/siku.ts"
import { endProcess, exitOnSecondSignal, sayWhy } from "./cli/lifecycle.ts"

siku.pipe(
  Effect.tapCause(sayWhy),
  Effect.provide(NodeServices.layer),
  exitOnSecondSignal,
  NodeRuntime.runMain({ disableErrorReporting: true, teardown: endProcess })
)
