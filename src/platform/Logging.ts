import { type Fiber, Formatter, Layer, Effect, Logger, References } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import type { Settings } from "./config/Settings.ts"
import { LogSink } from "./LogSink.ts"
import { LogThreshold } from "./LogThreshold.ts"
import { RequestFacts } from "./RequestFacts.ts"
import { RequestId } from "./RequestId.ts"

/**
 * The service's own log: JSON lines that name the request and its caller, or readable text on a terminal; from the level that
 * `LogThreshold` says.
 */
export const layer: Layer.Layer<never, never, AppConfig | LogSink> = Layer.unwrap(
  Effect.gen(function* () {
    const { logging } = yield* AppConfig
    const { write } = yield* LogSink
    const { isShown } = yield* LogThreshold
    const json = Logger.make((options) =>
      write(Formatter.formatJson({ ...Logger.formatStructured.log(options), ...requestOf(options.fiber) }))
    )
    const logger = isPretty(logging) ? Logger.consolePretty() : json
    const shown = Logger.make<unknown, void>((options) => {
      if (isShown(options.logLevel)) logger.log(options)
    })
    return Layer.mergeAll(Logger.layer([shown]), Layer.succeed(References.MinimumLogLevel, "Debug"))
  })
).pipe(Layer.provide(LogThreshold.layer))

/** The request that a line was written for, if it was for one. */
const requestOf = (fiber: Fiber.Fiber<unknown, unknown>) => {
  const id = fiber.getRef(RequestId)
  if (id === "none") return {}
  const caller = fiber.getRef(RequestFacts)?.caller
  return {
    request_id: id,
    ...(caller === undefined || caller.kind === "anonymous"
      ? {}
      : { caller: caller.kind, account_id: caller.accountId, user_id: caller.userId, key_id: caller.keyId })
  }
}

/** Whether people read along on standard output: asked for, or a terminal where nothing was asked for. */
export const isPretty = ({ appendTo, format }: Settings["logging"]): boolean =>
  appendTo === undefined && (format === "pretty" || (format === "auto" && process.stdout.isTTY === true))
