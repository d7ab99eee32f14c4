import { Context, Effect, Layer } from "effect"

/** Whether the service has been told to stop: it finishes what it has begun. */
export const Draining = Context.Reference<{ current: boolean }>("siku/platform/Draining", {
  defaultValue: () => ({ current: false })
})

/** Says so as soon as the scope begins to close; to be built after all that takes its time to end. */
export const layer: Layer.Layer<never> = Layer.effectDiscard(
  Effect.flatMap(Draining, (draining) =>
    Effect.addFinalizer(() =>
      Effect.sync(() => {
        draining.current = true
      })
    )
  )
)
