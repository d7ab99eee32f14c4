import { Context, Effect, type Scope } from "effect"
import type { CheckState } from "./Health.ts"

/** What a check came to; `reason` is for people, and holds no secret. */
export interface CheckResult {
  readonly state: CheckState
  readonly reason?: string
}

/** `undefined`: there is nothing to check, as what it looks at is not set up. */
export interface HealthCheck {
  readonly name: string
  readonly run: Effect.Effect<CheckResult | undefined>
}

/** What is looked at to tell whether the service can answer. */
export const HealthChecks = Context.Reference<Set<HealthCheck>>("siku/platform/HealthChecks", {
  defaultValue: () => new Set()
})

/** Adds a check for as long as the scope is open. It has two seconds, and is run once a second at most. */
export const checking = (
  name: string,
  run: Effect.Effect<CheckResult | undefined>
): Effect.Effect<void, never, Scope.Scope> =>
  Effect.flatMap(HealthChecks, (checks) =>
    Effect.acquireRelease(
      Effect.sync(() => {
        const check = { name, run }
        checks.add(check)
        return check
      }),
      (check) => Effect.sync(() => checks.delete(check))
    )
  )

export const ok: CheckResult = { state: "ok" }
export const degraded = (reason: string): CheckResult => ({ state: "degraded", reason })
export const failed = (reason: string): CheckResult => ({ state: "failed", reason })
