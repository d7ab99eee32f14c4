import { Effect, Layer } from "effect"
import { CliConfig, Command, GlobalFlag } from "effect/cli"
import { app } from "../App.ts"
import { version } from "../platform/version.ts"
import { backupBank, restoreBank } from "./backup.ts"
import { doctor } from "./doctor.ts"
import { evaluate } from "./evaluate.ts"
import { exportQuestions } from "./exportQuestions.ts"
import { importQuestions } from "./importQuestions.ts"
import { key } from "./key.ts"
import { outliveHangups } from "./lifecycle.ts"
import { pack } from "./pack.ts"
import { configurationOf, root } from "./root.ts"
import { think } from "./think.ts"
import { user } from "./user.ts"

const serve = root.pipe(
  Command.withHandler((given) => outliveHangups(Layer.launch(Layer.provide(app, configurationOf(given))))),
  Command.withDescription("Siku 思库, a self-hosted answer service: starts the server."),
  Command.withSubcommands([
    importQuestions,
    exportQuestions,
    backupBank,
    restoreBank,
    pack,
    think,
    evaluate,
    key,
    user,
    doctor
  ])
)

// Of the flags that every command line has, `--log-level` is a setting of ours.
const globalFlags = Layer.succeed(CliConfig.CliConfig, {
  builtIns: GlobalFlag.BuiltIns.filter((flag) => flag !== GlobalFlag.LogLevel)
})

/** The command line: runs until it is interrupted. */
export const siku = Command.run(serve, { version }).pipe(Effect.provide(globalFlags))
