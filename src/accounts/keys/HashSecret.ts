import { createSecretKey, type KeyObject } from "node:crypto"
import { Context, Effect, Layer } from "effect"
import { Vault } from "../../platform/Vault.ts"

/** The secret under which keys are hashed. With another encryption key it is another one, and no key is known any more. */
export class HashSecret extends Context.Service<HashSecret, KeyObject>()("siku/accounts/keys/HashSecret") {
  static readonly layer: Layer.Layer<HashSecret, never, Vault> = Layer.effect(
    HashSecret,
    Effect.flatMap(Vault, ({ derive }) =>
      Effect.map(derive("api keys"), (bytes) => createSecretKey(Buffer.from(bytes)))
    )
  )
}
