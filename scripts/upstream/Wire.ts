// From a reply or a fault to what happens on the socket. Pure: the same call always gives the same bytes.
import type { ChatRequest } from "./ChatRequest.ts"
import { errorBodyOfStatus, serverErrorBody } from "./ErrorBody.ts"
import type { Fault, StatusFault } from "./Faults.ts"
import type { Reply } from "./Reply.ts"
import { bodyWithoutChoices, completionBody } from "./ReplyBody.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import { doneEvent, event, someDeltas, streamedReply } from "./Streaming.ts"

/** What happens after the last piece: a clean end, a closed socket, or nothing. */
export type Ending = "end" | "cut" | "hang"

/** Headers and a body, or as much of it as its ending allows. */
export interface ByteWire {
  readonly kind: "bytes"
  readonly status: number
  readonly headers: Readonly<Record<string, string | number>>
  readonly pieces: ReadonlyArray<string | Buffer>
  readonly ending: Ending
}

/** What happens on the socket; `silence` sends nothing and keeps it, `reset` sends nothing and resets it. */
export type Wire = ByteWire | { readonly kind: "silence" } | { readonly kind: "reset" }

/** JSON, whole. */
export const jsonWire = (status: number, body: unknown, headers: Readonly<Record<string, string>> = {}): Wire =>
  textWire(status, "application/json", JSON.stringify(body), headers)

/** The wire of a fault that hides the answer, or undefined for one that only alters it. */
export const wireInsteadOfAnswer = (fault: Fault, identity: ReplyIdentity, request: ChatRequest): Wire | undefined => {
  switch (fault.kind) {
    case "status":
      return statusWire(fault)
    case "stallBeforeHeaders":
      return { kind: "silence" }
    case "resetOnConnect":
      return { kind: "reset" }
    case "stallAfterHeaders":
      return request.stream ? sse([], "hang") : { ...sse([], "hang"), headers: { "content-type": "application/json" } }
    case "errorIn200":
      return jsonWire(200, { error: fault.error ?? serverErrorBody })
    case "noChoices": {
      const body = bodyWithoutChoices(identity, request)
      return request.stream
        ? sse([event({ ...body, object: "chat.completion.chunk" }), doneEvent], "end")
        : jsonWire(200, body)
    }
    case "badJson": {
      const broken = `{"id":"${identity.id}","choices":[{"index":0,"message":{"content":"the answer is`
      return request.stream ? sse([`data: ${broken}\n\n`, doneEvent], "end") : textWire(200, "application/json", broken)
    }
    case "html":
      return textWire(
        200,
        "text/html; charset=utf-8",
        "<!DOCTYPE html><html><head><title>Welcome</title></head><body><h1>Please sign in</h1></body></html>"
      )
    default:
      return undefined
  }
}

/** The wire of an answer, as it is or altered by a fault. */
export const wireOfAnswer = (
  identity: ReplyIdentity,
  request: ChatRequest,
  answer: Reply,
  fault: Fault | undefined
): Wire => {
  const reply = alteredReply(answer, fault)
  return request.stream ? streamWire(identity, request, reply, fault) : bodyWire(identity, request, reply, fault)
}

const alteredReply = (reply: Reply, fault: Fault | undefined): Reply => {
  switch (fault?.kind) {
    case "emptyCompletion":
      return { ...reply, content: "" }
    case "reasoningOnly":
      return { ...reply, content: "", reasoning: reply.reasoning ?? reply.content }
    case "thinkTags":
      return { ...reply, content: `<think>\nWhich one is it? Let me see.\n</think>\n\n${reply.content}` }
    case "codeFence":
      return { ...reply, content: `\`\`\`json\n${reply.content}\n\`\`\`` }
    default:
      return reply
  }
}

const bodyWire = (identity: ReplyIdentity, request: ChatRequest, reply: Reply, fault: Fault | undefined) => {
  const body = JSON.stringify(completionBody(identity, request, reply))
  switch (fault?.kind) {
    case "stallMidBody":
      return brokenOff(body, "hang")
    case "cutBody":
    case "cutStream":
      return brokenOff(body, "cut")
    case "endStreamEarly":
      return textWire(200, "application/json", body.slice(0, body.length / 2))
    case "errorMidStream":
      return jsonWire(200, { error: fault.error ?? serverErrorBody })
    default:
      return textWire(200, "application/json", body)
  }
}

const streamWire = (identity: ReplyIdentity, request: ChatRequest, reply: Reply, fault: Fault | undefined) => {
  const events = streamedReply(identity, request, reply)
  const all = [...events.deltas, ...events.ending]
  switch (fault?.kind) {
    case "stallMidBody":
      return sse([firstHalf(all.join(""))], "hang")
    case "cutBody":
      return sse([firstHalf(all.join(""))], "cut")
    case "cutStream":
      return sse(someDeltas(events), "cut")
    case "endStreamEarly":
      return sse(someDeltas(events), "end")
    case "errorMidStream":
      return sse([...someDeltas(events), event({ error: fault.error ?? serverErrorBody })], "end")
    default:
      return sse(all, "end")
  }
}

const statusWire = (fault: StatusFault): Wire => {
  const headers = {
    ...(fault.retryAfterMs !== undefined && { "retry-after-ms": String(fault.retryAfterMs) }),
    ...(fault.retryAfterDate !== undefined && { "retry-after": fault.retryAfterDate.toUTCString() }),
    ...(fault.retryAfterSeconds !== undefined && { "retry-after": String(fault.retryAfterSeconds) }),
    ...fault.headers
  }
  return typeof fault.body === "string"
    ? textWire(fault.status, "text/plain; charset=utf-8", fault.body, headers)
    : jsonWire(fault.status, fault.body ?? { error: errorBodyOfStatus(fault.status) }, headers)
}

const textWire = (
  status: number,
  contentType: string,
  text: string,
  headers: Readonly<Record<string, string>> = {}
): Wire => ({
  kind: "bytes",
  status,
  headers: { "content-type": contentType, "content-length": Buffer.byteLength(text), ...headers },
  pieces: [text],
  ending: "end"
})

const brokenOff = (body: string, ending: Ending): Wire => ({
  kind: "bytes",
  status: 200,
  headers: { "content-type": "application/json", "content-length": Buffer.byteLength(body) },
  pieces: [firstHalf(body)],
  ending
})

const sse = (pieces: ReadonlyArray<string | Buffer>, ending: Ending): ByteWire => ({
  kind: "bytes",
  status: 200,
  headers: { "content-type": "text/event-stream; charset=utf-8", "cache-control": "no-cache" },
  pieces,
  ending
})

const firstHalf = (text: string): Buffer => {
  const bytes = Buffer.from(text)
  return bytes.subarray(0, Math.floor(bytes.length / 2))
}
