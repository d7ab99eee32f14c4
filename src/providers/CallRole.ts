import type { Role } from "../platform/config/Roles.ts"

/** What a call is made for, as the ledger names it: a role, the test of a provider, or a turn of a conversation that goes to a model as it is. */
export type CallRole = Role | "test" | "chat"
