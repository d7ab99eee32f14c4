import { Schema } from "effect"

/** `run_` and a UUID of version 7: sorts by the time it was made, and cannot be guessed. */
export const RunId = Schema.String.check(Schema.isPattern(/^run_[0-9a-f-]{36}$/)).pipe(Schema.brand("RunId"))
export type RunId = typeof RunId.Type
