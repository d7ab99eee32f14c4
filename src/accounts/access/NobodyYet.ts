// Stands in for a service that is not there yet: nothing is limited.
import { Effect, Layer, Option } from "effect"
import { Admission } from "../../platform/Admission.ts"
import { isLoopbackHost } from "../../platform/loopback.ts"

export const layer: Layer.Layer<Admission> = Layer.succeed(Admission, {
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
