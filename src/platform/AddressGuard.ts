import { Context, Effect, Layer } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import { resolveBySystem } from "./outbound/pinned.ts"
import { targetOf } from "./outbound/Target.ts"
import {
  type AddressRefused,
  checkHost,
  type GuardPolicy,
  privateToo,
  publicOnly,
  type Resolve
} from "./SafeFetchGuard.ts"

/** Where addresses may lead that were set through the API. */
export const guardPolicyOf = ({ allowPrivateUrls }: { readonly allowPrivateUrls: boolean }): GuardPolicy =>
  allowPrivateUrls ? privateToo : publicOnly

/**
 * Says of an address that is about to be set whether calls to it would be refused. A name that has no address now may have one later:
 * whatever is said here, each connection is checked again, see `Outbound`.
 */
export class AddressGuard extends Context.Service<
  AddressGuard,
  { readonly examine: (url: string) => Effect.Effect<void, AddressRefused> }
>()("siku/platform/AddressGuard") {
  static readonly make = (policy: GuardPolicy, resolve: Resolve = resolveBySystem): AddressGuard["Service"] => ({
    examine: (url) =>
      checkHost(targetOf(url)?.host ?? "", policy, resolve).pipe(
        Effect.timeoutOption("3 seconds"),
        Effect.catchIf(
          ({ reason }) => reason === "host",
          () => Effect.void
        ),
        Effect.asVoid
      )
  })

  static readonly layer: Layer.Layer<AddressGuard, never, AppConfig> = Layer.effect(
    AddressGuard,
    Effect.map(AppConfig, ({ security }) => AddressGuard.make(guardPolicyOf(security)))
  )
}
