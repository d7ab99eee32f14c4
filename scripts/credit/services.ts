// Model calls as the service makes them, with their ledger and the credit of whoever asks.
import { NodeServices } from "@effect/platform-node"
import { Layer } from "effect"
import { Credit } from "../../src/accounts/credit/Credit.ts"
import { AppConfig } from "../../src/platform/config/AppConfig.ts"
import { Outbound } from "../../src/platform/Outbound.ts"
import * as Sql from "../../src/platform/Sql.ts"
import { CallLedger } from "../../src/providers/accounting/CallLedger.ts"
import { Catalog } from "../../src/providers/Catalog.ts"
import { price } from "./Plan.ts"

/** The database in `home`, opened as the service opens it. */
export const databaseIn = (home: string, set: ReadonlyArray<string> = []) =>
  Sql.layer.pipe(
    Layer.provideMerge(
      AppConfig.layer({ environment: {}, flags: { home, set: ["logging.level=error", ...set] }, cwd: home })
    ),
    Layer.provideMerge(NodeServices.layer)
  )

/** All that a call needs; the upstream is `custom`. */
export const callsOver = (home: string, port: number) =>
  Catalog.layer.pipe(
    Layer.provide(Layer.mergeAll(CallLedger.layer, Credit.layer, Outbound.layer)),
    Layer.provideMerge(
      databaseIn(home, [
        "ai.providers.custom.api_key=sk-a-key-of-a-test",
        `ai.providers.custom.base_url=http://127.0.0.1:${port}/v1`,
        "ai.providers.custom.model=m",
        "ai.providers.custom.max_tokens=50",
        `ai.providers.custom.prices=${JSON.stringify({ m: price })}`
      ])
    )
  )
