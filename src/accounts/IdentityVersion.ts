import { Context, Effect, Layer } from "effect"

/**
 * Counts what this process has changed of users, accounts and keys. Whoever remembers any of it notes the number from before reading: under
 * another number it has to be read again, so that what was changed here holds at once.
 */
export class IdentityVersion extends Context.Service<
  IdentityVersion,
  { readonly current: () => number; readonly advance: Effect.Effect<void> }
>()("siku/accounts/IdentityVersion") {
  static readonly layer: Layer.Layer<IdentityVersion> = Layer.sync(IdentityVersion, () => {
    let version = 0
    return IdentityVersion.of({ current: () => version, advance: Effect.sync(() => void version++) })
  })
}
