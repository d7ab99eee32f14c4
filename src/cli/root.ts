import { Command } from "effect/cli"
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { AppConfig } from "../platform/config/AppConfig.ts"
import { processEnvironment } from "../platform/config/environment.ts"
import { flagsOf, settingFlags } from "./flags.ts"

/** What every command shares: the flags of settings, before or behind the command's name. */
export const root = Command.make("siku").pipe(Command.withSharedFlags(settingFlags))

/** The configuration that flags ask for. */
export const configurationOf = (given: Parameters<typeof flagsOf>[0]) =>
  AppConfig.layer({ environment: processEnvironment(), flags: flagsOf(given), cwd: process.cwd() }).pipe(
    Layer.provide(NodeServices.layer)
  )

/** The configuration of the command below `root` that runs. */
export const configuration = Layer.unwrap(Effect.map(root, configurationOf))
