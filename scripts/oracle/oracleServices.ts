// The thinking services over an oracle, with everything that the service has around its model calls.
import { NodeServices } from "@effect/platform-node"
import { Layer, References } from "effect"
import { Credit } from "../../src/accounts/credit/Credit.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import { Outbound } from "../../src/platform/Outbound.ts"
import { PromptFiles } from "../../src/platform/PromptFiles.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { CallLedger } from "../../src/providers/accounting/CallLedger.ts"
import { Catalog } from "../../src/providers/Catalog.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { RunLog } from "../../src/thinking/RunLog.ts"

/** Where the oracle is, and what is configured besides. */
export interface OracleServicesOptions {
  readonly port: number
  /** For the database, absolute; exists. */
  readonly home: string
  /** Most model calls at the same time. */
  readonly calls: number
  /** Further settings, as `path=value`. */
  readonly set?: ReadonlyArray<string>
}

/** The parts of thinking, each played by the oracle's model of its name. */
const parts = ["planner", "thinker", "challenger", "voter", "summarizer", "fusion"]

/** Prices that a small model of today has, in USD per million tokens. */
const prices = JSON.stringify({ "*": { input: 0.3, output: 1.2 } })

/** Reasoner and all below it; its database is its own. */
export const oracleServices = ({ calls, home, port, set = [] }: OracleServicesOptions) =>
  Reasoner.layer.pipe(
    Layer.provideMerge(RunLog.layer),
    Layer.provideMerge(Layer.mergeAll(Catalog.layer, PromptFiles.layer)),
    Layer.provideMerge(Layer.merge(CallLedger.layer, Credit.layer)),
    Layer.provideMerge(Layer.mergeAll(Sql.layer, Outbound.layer)),
    Layer.provideMerge(
      AppConfig.layer({
        environment: {},
        flags: {
          home,
          set: [
            "ai.providers.oracle.preset=custom",
            "ai.providers.oracle.api_key=sk-a-key-of-an-oracle",
            `ai.providers.oracle.base_url=http://127.0.0.1:${port}/v1`,
            "ai.providers.oracle.model=plain",
            `ai.providers.oracle.concurrency=${calls}`,
            `ai.providers.oracle.prices=${prices}`,
            ...parts.map((part) => `ai.roles.${part}.models=oracle/${part}`),
            ...set
          ]
        },
        cwd: home
      })
    ),
    Layer.provideMerge(
      Layer.mergeAll(
        NodeServices.layer,
        Layer.succeed(References.MinimumLogLevel, "Warn" as const),
        // As in the service, whose spans nobody takes.
        Layer.succeed(References.TracerEnabled, false)
      )
    )
  )
