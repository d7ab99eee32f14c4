import { Context } from "effect"
import type { WhyClosed } from "../accounts/WhyClosed.ts"

/** What is to be said of a run that is interrupted. */
export interface HowItEnds {
  /** Whether it goes on later: then there is no `RunCancelled` in its log. */
  readonly current: boolean
  /** Why who asked for it may not have it any more, if that is why it ends. */
  readonly ownerClosed?: WhyClosed | undefined
}

export const LeaveOpen = Context.Reference<HowItEnds>("siku/thinking/LeaveOpen", {
  defaultValue: () => ({ current: false })
})
