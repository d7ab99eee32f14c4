// From a reply or a fault to what happens on the socket. Pure: the same call always gives the same bytes.
import type { ChatRequest } from "./ChatRequest.ts"
import { serverErrorBody } from "./ErrorBody.ts"
import type { Fault, StatusFault } from "./Faults.ts"
import type { Form } from "./Form.ts"
import type { Reply } from "./Reply.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import { someDeltas } from "./Streaming.ts"
import type { StreamedReply } from "./Streaming.ts"

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
export const wireInsteadOfAnswer = (
  form: Form,
  fault: Fault,
  identity: ReplyIdentity,
  request: ChatRequest
): Wire | undefined => {
  switch (fault.kind) {
    case "status":
      return statusWire(form, fault)
    case "stallBeforeHeaders":
      return { kind: "silence" }
    case "resetOnConnect":
      return { kind: "reset" }
    case "stallAfterHeaders":
      return request.stream ? sse([], "hang") : { ...sse([], "hang"), headers: { "content-type": "application/json" } }
    case "errorIn200":
      return jsonWire(200, form.error(fault.error ?? serverErrorBody))
    case "noChoices": {
      const empty = form.empty(identity, request)
      return request.stream ? sse(empty.stream, "end") : jsonWire(200, empty.body)
    }
    case "badJson": {
      const broken = form.broken(identity)
      return request.stream ? sse(broken.stream, "end") : textWire(200, "application/json", broken.body)
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
  form: Form,
  identity: ReplyIdentity,
  request: ChatRequest,
  answer: Reply,
  fault: Fault | undefined
): Wire => {
  const reply = alteredReply(answer, fault)
  if (request.stream) return streamWire(form, form.stream(identity, request, reply), fault)
  return bodyWire(form, form.body(identity, request, reply), fault)
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

const bodyWire = (form: Form, reply: unknown, fault: Fault | undefined) => {
  const body = JSON.stringify(reply)
  switch (fault?.kind) {
    case "stallMidBody":
      return brokenOff(body, "hang")
    case "cutBody":
    case "cutStream":
      return brokenOff(body, "cut")
    case "endStreamEarly":
      return textWire(200, "application/json", body.slice(0, body.length / 2))
    case "errorMidStream":
      return jsonWire(200, form.error(fault.error ?? serverErrorBody))
    default:
      return textWire(200, "application/json", body)
  }
}

const streamWire = (form: Form, events: StreamedReply, fault: Fault | undefined) => {
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
      return sse([...someDeltas(events), form.errorEvent(fault.error ?? serverErrorBody)], "end")
    default:
      return sse(all, "end")
  }
}

const statusWire = (form: Form, fault: StatusFault): Wire => {
  const { body, headers, status } = form.status(fault)
  const all = { ...headers, ...fault.headers }
  return typeof body === "string"
    ? textWire(status, "text/plain; charset=utf-8", body, all)
    : jsonWire(status, body, all)
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
