import { Context, Layer } from "effect"

/** Whether the service is about to end: it still answers, and is to be sent nothing new. */
export class Draining extends Context.Service<
  Draining,
  { readonly isDraining: () => boolean; readonly begin: () => void }
>()("siku/platform/Draining") {
  static readonly layer: Layer.Layer<Draining> = Layer.sync(Draining, () => {
    let isDraining = false
    return Draining.of({
      isDraining: () => isDraining,
      begin: () => {
        isDraining = true
      }
    })
  })
}
