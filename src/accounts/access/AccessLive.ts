import { Effect, Layer } from "effect"
import { Access, accessRuleOf, AnthropicAccess, OpenAiAccess, PublicAccess, type Route } from "../../platform/Access.ts"
import { Gate } from "./Gate.ts"
import { refusalReply } from "./refusalReply.ts"

/** Access to all routes but those of quiz clients, refused in the form that the clients of each address read. */
export const layer: Layer.Layer<Access | AnthropicAccess | OpenAiAccess | PublicAccess, never, Gate> = Layer.unwrap(
  Effect.map(Gate, ({ guard }) => {
    const guarding = (handler: Parameters<Access["Service"]>[0], route: Route) => {
      const rule = accessRuleOf(route)
      return guard({ rule, takesQuery: false, refuse: (refusal) => refusalReply(refusal, rule.path) })(handler)
    }
    return Layer.mergeAll(
      Layer.succeed(Access, guarding),
      Layer.succeed(AnthropicAccess, guarding),
      Layer.succeed(OpenAiAccess, guarding),
      Layer.succeed(PublicAccess, guarding)
    )
  })
)
