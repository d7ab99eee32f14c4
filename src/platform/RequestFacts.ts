import { Context } from "effect"
import type { Caller } from "./Caller.ts"

/** What is found out of a request while it is served, for the lines and figures that are written when it is over. */
export interface RequestFacts {
  /** The route as the API describes it (`GET /v1/runs/:id`); empty where none was found. */
  route: string
  /** Who asks; not known before it is let in, nor where nobody is. */
  caller: Caller | undefined
  /** The client's IP address; that of a trusted proxy's client where the proxy says it. */
  readonly address?: string
  /** What its reply is to say beside what the handler says, such as what is left of a limit. */
  replyHeaders?: Readonly<Record<string, string>>
}

/** The facts of the request that is served; `undefined` outside of one. */
export const RequestFacts = Context.Reference<RequestFacts | undefined>("siku/platform/RequestFacts", {
  defaultValue: () => undefined
})
