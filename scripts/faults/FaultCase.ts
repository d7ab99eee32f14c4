import type { Fault } from "../upstream/Faults.ts"
import type { Outcome } from "./Outcome.ts"

/** A fault, and what has to come of a call that meets it. */
export interface FaultCase {
  readonly name: string
  /** `refused`: the call goes to a port where nobody listens. */
  readonly upstream: Fault | "ok" | "refused"
  /** Whether the caller leaves as soon as the reply has begun, instead of waiting for its end. */
  readonly callerLeaves: boolean
  /**
   * Who ends the exchange. `reply`: it ends as HTTP says, and its connection may be kept. `upstream`: it breaks the
   * connection. `caller`: nothing more would come, so that only closing the connection ends it.
   */
  readonly endedBy: "reply" | "upstream" | "caller"
  /** What has to come of a whole reply; `undefined` where the fault is one of streams only. */
  readonly whole: Outcome | undefined
  readonly stream: Outcome
}
