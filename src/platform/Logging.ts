import { Effect, Layer, Logger, References } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import { LogSink } from "./LogSink.ts"

/** The service's own log: JSON lines, or readable text on a terminal; at the level of the setting `logging.level`. */
export const layer: Layer.Layer<never, never, AppConfig | LogSink> = Layer.unwrap(
  Effect.gen(function* () {
    const { logging } = yield* AppConfig
    const { write } = yield* LogSink
    const json = Logger.make((options) => write(Logger.formatJson.log(options)))
    const logger = isPretty(logging.format) ? Logger.consolePretty() : json
    return Layer.mergeAll(Logger.layer([logger]), Layer.succeed(References.MinimumLogLevel, logging.level))
  })
)

/** Whether people read along: asked for, or a terminal where nothing was asked for. */
export const isPretty = (format: "auto" | "json" | "pretty"): boolean =>
  format === "pretty" || (format === "auto" && process.stdout.isTTY === true)
