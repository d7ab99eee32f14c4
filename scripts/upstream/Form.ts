// How a platform talks: the same requests, answers and faults, each in the platform's own form.
import type { IncomingHttpHeaders } from "node:http"
import type { ChatRequest } from "./ChatRequest.ts"
import type { ErrorBody } from "./ErrorBody.ts"
import type { StatusFault } from "./Faults.ts"
import type { Reply } from "./Reply.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import type { StreamedReply } from "./Streaming.ts"

/** Something that is said whole or in events. */
export interface Spoken<Body> {
  readonly body: Body
  readonly stream: ReadonlyArray<string>
}

/** What all replies of a platform are made with. */
export interface Form {
  /** The request in a parsed body, or undefined where it is none. */
  readonly read: (body: unknown, headers: IncomingHttpHeaders, defaultModel: string) => ChatRequest | undefined
  readonly body: (identity: ReplyIdentity, request: ChatRequest, reply: Reply) => unknown
  readonly stream: (identity: ReplyIdentity, request: ChatRequest, reply: Reply) => StreamedReply
  /** A reply without what would hold an answer, were it empty. */
  readonly empty: (identity: ReplyIdentity, request: ChatRequest) => Spoken<unknown>
  /** JSON that breaks off; on a stream, in one event. */
  readonly broken: (identity: ReplyIdentity) => Spoken<string>
  /** What OpenAI's error object means, as a body. */
  readonly error: (error: ErrorBody) => unknown
  /** The same as the last thing on a stream. */
  readonly errorEvent: (error: ErrorBody) => string
  /** An error reply, all but the fault's own headers. Where the platform says the same with another status, it is that one. */
  readonly status: (fault: StatusFault) => {
    readonly status: number
    readonly headers: Readonly<Record<string, string>>
    readonly body: unknown
  }
}
