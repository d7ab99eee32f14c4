import { NodeServices } from "@effect/platform-node"
import { Layer, References } from "effect"
import * as Identity from "../../accounts/Identity.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import * as Sql from "../../platform/Sql.ts"
import { Vault } from "../../platform/Vault.ts"
import { configuration } from "../root.ts"

/**
 * Users, accounts and keys beside a server that may be running on the same database. In the audit log these commands are the house's,
 * their request is `cli`.
 */
export const store = Identity.layer.pipe(
  Layer.provideMerge(Vault.layerOfDatabase),
  Layer.provideMerge(Sql.layer),
  Layer.provide(configuration),
  Layer.provideMerge(NodeServices.layer),
  // Only what goes wrong: the rest is on the screen.
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "Warn" as const)),
  Layer.provideMerge(Layer.succeed(RequestId, "cli"))
)
