/** What a run of the fuzzer is asked to do. */
export interface FuzzOptions {
  /** The same seed makes the same requests, but for the ids that the service makes up. */
  readonly seed: number
  readonly requests: number
  /** Operations by their ids; all when empty. */
  readonly only: ReadonlyArray<string>
  /** Connections with one request in flight each. */
  readonly workers: number
  readonly json: boolean
}
