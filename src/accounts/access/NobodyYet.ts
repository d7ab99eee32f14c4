// Stands in for services that are not there yet: no key and no token is known, and nothing is limited.
import { Effect, Layer, Option } from "effect"
import { Admission } from "../../platform/Admission.ts"
import { isLoopbackHost } from "../../platform/loopback.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { ApiKeys, BadCredential } from "../ApiKeys.ts"

const unknown = Effect.fail(new BadCredential({ why: "unknown" }))

export const layer: Layer.Layer<AccessTokens | Admission | ApiKeys> = Layer.mergeAll(
  Layer.succeed(ApiKeys, { identify: () => unknown }),
  Layer.succeed(AccessTokens, { identify: () => unknown }),
  Layer.succeed(Admission, {
    originOf: ({ headers, remoteAddress }) => {
      const address = Option.getOrElse(remoteAddress, () => "unknown")
      const isPassedOn =
        headers["x-forwarded-for"] !== undefined ||
        headers["x-real-ip"] !== undefined ||
        headers["forwarded"] !== undefined
      const isLocal =
        isLoopbackHost(address) && !isPassedOn && isLoopbackHost((headers["host"] ?? "").replace(/:\d+$/, ""))
      return { address, isLocal }
    },
    mayIdentify: () => Effect.void,
    wrongCredential: () => Effect.void,
    admit: (_, handler) => handler
  })
)
