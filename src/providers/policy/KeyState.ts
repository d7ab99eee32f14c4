import { Effect, Semaphore } from "effect"
import type { ProviderErrorReason } from "../ProviderError.ts"
import { maskKey } from "./maskKey.ts"

/** What is remembered of one key of one provider, for as long as the process runs. */
export interface KeyState {
  /** Of its circuit. */
  readonly circuit: string
  /** `undefined` where the platform takes none. */
  readonly key: string | undefined
  /** For people. */
  readonly label: string | undefined
  readonly permits: Semaphore.Semaphore
  concurrency: number
  inFlight: number
  waiting: number
  /** The platform asked for a pause until then, by `steadyMillis`. */
  restsUntil: number
  /** It refused the key until then, by `steadyMillis`; `refusal` says why. */
  asideUntil: number
  refusal: ProviderErrorReason | undefined
  /** How often it did so in a row. */
  refusals: number
  /** `at` is milliseconds since 1970. */
  lastFailure: { readonly at: number; readonly reason: ProviderErrorReason } | undefined
  /** Milliseconds since 1970. */
  lastSuccessAt: number | undefined
}

/** The states of all keys; settings that change keep the states of the keys that stay. */
export const makeKeyStates = () => {
  const states = new Map<string, KeyState>()
  let circuits = 0
  return {
    /** The state of a key, made when it is new; `concurrency` holds from now on. */
    get: Effect.fnUntraced(function* (provider: string, key: string | undefined, concurrency: number) {
      const id = JSON.stringify([provider, key ?? null])
      const known = states.get(id)
      if (known !== undefined) {
        known.concurrency = concurrency
        yield* known.permits.resize(concurrency)
        return known
      }
      const made: KeyState = {
        circuit: `${provider}#${circuits++}`,
        key,
        label: key === undefined ? undefined : maskKey(key),
        permits: Semaphore.makeUnsafe(concurrency),
        concurrency,
        inFlight: 0,
        waiting: 0,
        restsUntil: 0,
        asideUntil: 0,
        refusal: undefined,
        refusals: 0,
        lastFailure: undefined,
        lastSuccessAt: undefined
      }
      states.set(id, made)
      return made
    }),
    /** Forgets all but these. */
    keepOnly: (kept: ReadonlySet<KeyState>): void => {
      for (const [id, state] of states) if (!kept.has(state)) states.delete(id)
    }
  }
}
export type KeyStates = ReturnType<typeof makeKeyStates>
