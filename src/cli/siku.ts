import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { app } from "../App.ts"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { processEnvironment } from "../platform/config/environment.ts"
import { flagsOf, settingFlags } from "./flags.ts"

const serve = Command.make("siku", settingFlags, (given) =>
  Layer.launch(
    app.pipe(
      Layer.provide(
        AppConfig.layer({ environment: processEnvironment(), flags: flagsOf(given), cwd: process.cwd() }).pipe(
          Layer.provide(NodeServices.layer)
        )
      )
    )
  )
).pipe(Command.withDescription("Siku 思库, a self-hosted answer service: starts the server."))

// Of the flags that every command line has, `--log-level` is a setting of ours.
const globalFlags = Layer.succeed(CliConfig.CliConfig, {
  builtIns: GlobalFlag.BuiltIns.filter((flag) => flag !== GlobalFlag.LogLevel)
})

/** The command line: runs until it is interrupted. */
export const siku = Command.run(serve, { version: "0.1.0" }).pipe(Effect.provide(globalFlags))
