import { NodeServices } from "@effect/platform-node"
import { Layer } from "effect"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"

/** The key of the management routes in every test. */
export const adminKey = "admin-key-of-the-tests"

/** The configuration as a process would read it, with nothing of this machine's own environment. */
export const testConfig = (options: {
  /** `path=value`, as given to `--set`. */
  readonly set?: ReadonlyArray<string>
  readonly environment?: Readonly<Record<string, string>>
  readonly home?: string
}) =>
  AppConfig.layer({
    environment: options.environment ?? {},
    flags: {
      home: options.home ?? "/nowhere",
      set: ["logging.level=error", "database.url=sqlite::memory:", "bank.starter=false", ...(options.set ?? [])]
    },
    cwd: "/"
  }).pipe(Layer.provide(NodeServices.layer))
