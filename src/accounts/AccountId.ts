import { Schema } from "effect"

/** `acc_` and a UUID of version 7, which sorts by the time it was made. */
export const AccountId = Schema.String.check(Schema.isPattern(/^acc_[0-9a-f-]{36}$/)).pipe(Schema.brand("AccountId"))
export type AccountId = typeof AccountId.Type
