import { Effect, FileSystem, Layer, Path, References, Result } from "effect"
import { FetchHttpClient } from "effect/http"
import { AppConfig, type ConfigSources } from "../../platform/config/AppConfig.ts"
import type { ConfigProblem, ConfigProblems } from "../../platform/config/ConfigProblems.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import { Outbound } from "../../platform/Outbound.ts"
import { examineDatabase } from "./database.ts"
import { examineKeys } from "./keys.ts"
import { type Finding, findingsOf, type Findings } from "./Finding.ts"
import { examineHome, examineMachine } from "./machine.ts"
import { examineExposure, examinePort, examineRedis } from "./network.ts"
import { examineProviders, examineSettings, storedOver } from "./providers.ts"

const configuration = findingsOf("configuration")

const problemFinding = ({ allowed, found, path, remedy, source }: ConfigProblem): Finding =>
  configuration.problem(
    `${path} (from ${source}): found ${found}`,
    `allowed: ${allowed}${remedy === undefined ? "" : `; ${remedy}`}`
  )

/** Everything that is wrong with the configuration. */
export const configurationProblems = ({ problems }: ConfigProblems): Findings => problems.map(problemFinding)

const configurationFindings = ({ file, warnings }: Settings): Findings => [
  configuration.ok(file === undefined ? "no file: defaults, environment and flags" : `${file} can be used`),
  ...warnings.map((warning) => configuration.warning(warning))
]

/** Looks at all that Siku needs to run, and changes nothing. With `online` the providers are asked, which costs a little. */
export const examine = Effect.fn("doctor.examine")(function* (sources: ConfigSources, online: boolean) {
  const loaded = yield* Effect.result(AppConfig.load(sources))
  if (Result.isFailure(loaded)) return [...(yield* examineMachine(undefined)), ...configurationProblems(loaded.failure)]
  const settings = loaded.success
  const { findings: database, readable } = yield* examineDatabase(settings)
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const hasKey =
    settings.security.encryptionKey !== undefined ||
    (yield* Effect.isSuccess(files.access(path.join(settings.home, "encryption.key"), { readable: true })))
  const stored = Effect.all([examineSettings, examineProviders(online)]).pipe(
    Effect.provide(
      storedOver(settings, readable, hasKey).pipe(
        Layer.provide(Outbound.layer.pipe(Layer.provide(Layer.succeed(AppConfig, settings))))
      )
    ),
    // What services say of themselves is told as findings.
    Effect.provideService(References.MinimumLogLevel, "None"),
    Effect.map((found) => found.flat()),
    Effect.catchTag("VaultUnavailable", (error) =>
      Effect.succeed<Findings>([findingsOf("providers").problem("stored providers cannot be read", error.remedy)])
    )
  )
  return [
    ...(yield* examineMachine(settings.database.filename)),
    ...(yield* examineHome(settings)),
    ...(yield* examineKeys(settings, readable, hasKey)),
    ...configurationFindings(settings),
    ...database,
    ...(yield* stored),
    ...(yield* examineRedis(settings)),
    ...(yield* examinePort(settings)),
    ...examineExposure(settings)
  ]
}, Effect.provide(FetchHttpClient.layer))
