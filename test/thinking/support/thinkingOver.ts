// The whole engine over scripted platforms: the real call policy, ledger and log; only the sockets are missing.
import { NodeServices } from "@effect/platform-node"
import { Effect, Layer } from "effect"
import { Credit } from "../../../src/accounts/credit/Credit.ts"
import { Outbound } from "../../../src/platform/Outbound.ts"
import { PromptFiles } from "../../../src/platform/PromptFiles.ts"
import * as Sql from "../../../src/platform/Sql.ts"
import { CallLedger } from "../../../src/providers/accounting/CallLedger.ts"
import { Catalog } from "../../../src/providers/Catalog.ts"
import { Reasoner } from "../../../src/thinking/Reasoner.ts"
import { RunLog } from "../../../src/thinking/RunLog.ts"
import type { Platform } from "../../providers/policy/ScriptedPlatform.ts"
import { testConfig } from "../../support/config.ts"
import { outboundTo } from "../../providers/policy/ScriptedPlatform.ts"

const roles = ["planner", "thinker", "summarizer", "challenger", "voter", "fusion"]

/** Every role asks the same platform for a model of its own name; without retries unless `set` says otherwise. */
export const thinkingOver = (platform: Platform, set: ReadonlyArray<string> = []) =>
  Reasoner.layer.pipe(
    Layer.provideMerge(Layer.mergeAll(Catalog.layer, PromptFiles.layer, RunLog.layer)),
    Layer.provideMerge(Layer.mergeAll(CallLedger.layer, Credit.layer, Layer.succeed(Outbound, outboundTo(platform)))),
    Layer.provideMerge(Sql.layer),
    Layer.provideMerge(
      testConfig({
        set: [
          "ai.providers.p.preset=custom",
          "ai.providers.p.base_url=http://platform.test/v1",
          "ai.providers.p.api_key=sk-a-key-of-the-tests",
          "ai.providers.p.model=m",
          'ai.providers.p.prices={"*":{"input":3,"output":7}}',
          "ai.max_retries=0",
          "ai.breaker_failure_ratio=1",
          "ai.breaker_minimum_calls=1000",
          "ai.breaker_window=1000",
          ...roles.map((role) => `ai.roles.${role}.models=p/${role}`),
          ...set
        ]
      })
    ),
    Layer.provide(NodeServices.layer),
    Layer.orDie
  )

/** Runs a program in an engine of its own. */
export const withThinking =
  (platform: Platform, set: ReadonlyArray<string> = []) =>
  <A, E, R>(program: Effect.Effect<A, E, R>) =>
    Effect.provide(program, thinkingOver(platform, set))
