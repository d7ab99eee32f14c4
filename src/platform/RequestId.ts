import { Context } from "effect"

/** The id of the request being served: the caller's `X-Request-ID` when it is a sane one, else made here. */
export const RequestId = Context.Reference<string>("siku/platform/RequestId", { defaultValue: () => "none" })
