import { Effect, Layer } from "effect"
import { HttpServerResponse } from "effect/http"
import { Gate } from "../../accounts/access/Gate.ts"
import { accessRuleOf, OcsAccess } from "../../platform/Access.ts"
import { RequestId } from "../../platform/RequestContext.ts"
import { refusedMessage } from "./messages.ts"
import { toAdapterReply } from "./AdapterReply.ts"
import { missReply } from "./OcsReply.ts"

/** Access to the routes of quiz clients, which show every status but 200 as a bank that cannot be reached. */
export const layer: Layer.Layer<OcsAccess, never, Gate> = Layer.effect(
  OcsAccess,
  Effect.map(Gate, ({ guard }) =>
    OcsAccess.of((handler, route) => {
      const rule = accessRuleOf(route)
      const isAdapter = rule.path.includes("adapter-service")
      return guard({
        rule,
        takesQuery: true,
        refuse: (refusal) =>
          Effect.map(RequestId, (id) => {
            const reply = missReply(undefined, refusedMessage(refusal), id)
            return HttpServerResponse.jsonUnsafe(isAdapter ? toAdapterReply(reply) : reply)
          })
      })(handler)
    })
  )
)
