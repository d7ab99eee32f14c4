// The call policy as the service has it: the models of a role over the way out, with keys, breakers and the ledger, which
// is in a database of its own on the disk.
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer, Option, Schema } from "effect"
import { SqlClient, SqlSchema } from "effect/sql"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { AppConfig } from "../../../src/platform/config/AppConfig.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { Catalog } from "../../../src/providers/Catalog.ts"

/** How the policy is set up. */
export interface PolicyOptions {
  /** Of an OpenAI-compatible server at 127.0.0.1. */
  readonly port: number
  /** Of its database, absolute; made where it is missing. */
  readonly home: string
  /** Most calls at the same time. */
  readonly concurrency: number
}

/** The services that a call is made with. */
export const policyLayer = ({ concurrency, home, port }: PolicyOptions) =>
  Catalog.layer.pipe(
    Layer.provideMerge(Layer.merge(CallLedger.layer, Credit.layer)),
    Layer.provide(Outbound.layer),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(
      AppConfig.layer({
        environment: {},
        flags: {
          home,
          set: [
            "ai.providers.custom.api_key=sk-a-key-of-a-benchmark",
            `ai.providers.custom.base_url=http://127.0.0.1:${port}/v1`,
            "ai.providers.custom.model=bench-model",
            `ai.providers.custom.concurrency=${concurrency}`,
            // A stream that gets stuck shows within the time a benchmark may take.
            "ai.providers.custom.stall_timeout=20"
          ]
        },
        cwd: home
      })
    ),
    Layer.provide(NodeServices.layer)
  )

/** Calls in the ledger that were answered at their first attempt. */
export const recordedCalls = Effect.gen(function* () {
  const sql = yield* SqlClient.SqlClient
  const count = SqlSchema.findOne({
    Request: Schema.Void,
    Result: Schema.Struct({ calls: Schema.Int }),
    execute: () => sql`SELECT count(*) AS calls FROM model_attempts WHERE call_outcome = 'answered' AND attempts = 1`
  })
  return (yield* Effect.orDie(count(undefined))).calls
})

/** The model that answers questions, looked up for each call as the service does. */
export const answering = Effect.gen(function* () {
  const catalog = yield* Catalog
  return Effect.map(
    catalog.forRole("answer"),
    Option.getOrThrowWith(() => new Error("no provider is set up"))
  )
})
