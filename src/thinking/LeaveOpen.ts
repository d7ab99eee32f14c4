import { Context } from "effect"

/** Whether a run whose listener leaves goes on later: it is then interrupted without `RunCancelled` in its log. */
export const LeaveOpen = Context.Reference<{ current: boolean }>("siku/thinking/LeaveOpen", {
  defaultValue: () => ({ current: false })
})
