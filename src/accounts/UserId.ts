import { Schema } from "effect"

/** `usr_` and a UUID of version 7, which sorts by the time it was made. */
export const UserId = Schema.String.check(Schema.isPattern(/^usr_[0-9a-f-]{36}$/)).pipe(Schema.brand("UserId"))
export type UserId = typeof UserId.Type
