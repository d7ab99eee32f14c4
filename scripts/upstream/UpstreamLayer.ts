// The upstream as a scoped resource.
import * as Context from "effect/Context"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type * as Scope from "effect/Scope"
import { startUpstream } from "./Upstream.ts"
import type { Upstream, UpstreamOptions } from "./Upstream.ts"

/** Starts an upstream that is closed with the scope. Its latency is in real time, whatever the `Clock` says. */
export const upstream = (options: UpstreamOptions = {}): Effect.Effect<Upstream, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.promise(() => startUpstream(options)),
    (upstream) => Effect.promise(() => upstream.close())
  )

/** An upstream as a service, for layers that need its URL. */
export class UpstreamServer extends Context.Service<UpstreamServer, Upstream>()(
  "siku/scripts/upstream/UpstreamServer"
) {
  static readonly layer = (options: UpstreamOptions = {}): Layer.Layer<UpstreamServer> =>
    Layer.effect(UpstreamServer, upstream(options))
}
