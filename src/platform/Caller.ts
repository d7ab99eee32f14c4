// Who is asking: found out once per request (see `accounts/`), then known to everything that serves it.
import { Context, Schema } from "effect"

/** What a caller may do: ask the bank, chat and think, read the bank, change the bank, manage everything. */
export const Scope = Schema.Literals(["ask", "chat", "bank:read", "bank:write", "admin"])
export type Scope = typeof Scope.Type

/** Limits of a caller's own; what is not set is as the settings say, 0 is no limit. */
export interface CallerLimits {
  readonly perMinute?: number | undefined
  readonly perHour?: number | undefined
  readonly concurrency?: number | undefined
  /** Whether they count as they are; where they do not, they are no more than the settings allow at the moment. */
  readonly isGranted?: boolean | undefined
}

/** Who asks, what it may do, and whose credit it spends. */
export interface Caller {
  /** `local`: from this machine, without a key. `admin`: with the admin key. `anonymous`: nobody that is known. */
  readonly kind: "anonymous" | "local" | "admin" | "key" | "user"
  /** Whose runs, responses and calls these are; `null` is the house: whoever runs the service. */
  readonly accountId: string | null
  readonly userId: string | null
  readonly keyId: string | null
  readonly scopes: ReadonlySet<Scope>
  /** The models it may name; `null` is all. */
  readonly models: ReadonlyArray<string> | null
  readonly limits: CallerLimits
}

/** The service itself: what it does of its own accord. */
export const house: Caller = {
  kind: "admin",
  accountId: null,
  userId: null,
  keyId: null,
  scopes: new Set(Scope.literals),
  models: null,
  limits: {}
}

/** Who asks for what a fiber does. */
export const CurrentUser = Context.Reference<Caller>("siku/platform/CurrentUser", { defaultValue: () => house })

/** The route that is served, as the API describes it (`POST /v1/chat/completions`); empty outside of a request. */
export const CurrentRoute = Context.Reference<string>("siku/platform/CurrentRoute", { defaultValue: () => "" })

/** Whether this caller may ask for a model by this name. */
export const mayName = ({ models }: Caller, model: string): boolean => models === null || models.includes(model)

/** Whether an object of this account may be seen by this caller: its own account's, or any with the scope admin. */
export const maySee = (caller: Caller, accountId: string | null): boolean =>
  caller.scopes.has("admin") || caller.accountId === accountId
