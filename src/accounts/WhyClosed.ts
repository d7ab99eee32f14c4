import { Schema } from "effect"

/** Why nothing more is done for somebody: the key was revoked or has expired, or the user or the account is not active any more. */
export const WhyClosed = Schema.Literals(["key_closed", "inactive"])
export type WhyClosed = typeof WhyClosed.Type
