import { Schema } from "effect"

/** `key_` and a UUID of version 7, which sorts by the time it was made. */
export const ApiKeyId = Schema.String.check(Schema.isPattern(/^key_[0-9a-f-]{36}$/)).pipe(Schema.brand("ApiKeyId"))
export type ApiKeyId = typeof ApiKeyId.Type
