import { Context, Effect, Layer, LogLevel } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import type { Settings } from "./config/Settings.ts"

type Level = Settings["logging"]["level"]

/** From which level on the log shows lines; may be changed while the service runs. */
export class LogThreshold extends Context.Service<
  LogThreshold,
  {
    readonly isShown: (level: LogLevel.LogLevel) => boolean
    readonly level: Effect.Effect<Level>
    /** Holds from the next line on. */
    readonly setLevel: (level: Level) => Effect.Effect<void>
  }
>()("siku/platform/LogThreshold") {
  static readonly layer: Layer.Layer<LogThreshold, never, AppConfig> = Layer.effect(
    LogThreshold,
    Effect.map(AppConfig, ({ logging }) => {
      let current: Level = logging.level
      return LogThreshold.of({
        isShown: (level) => LogLevel.isGreaterThanOrEqualTo(level, current),
        level: Effect.sync(() => current),
        setLevel: (level) =>
          Effect.sync(() => {
            current = level
          })
      })
    })
  )
}
