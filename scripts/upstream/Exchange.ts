// One call, from the end of its body to the end of its reply.
import type { IncomingMessage, ServerResponse } from "node:http"
import type { Director } from "./Behaviour.ts"
import type { ChatRequest } from "./ChatRequest.ts"
import { errorBody } from "./ErrorBody.ts"
import type { Fault } from "./Faults.ts"
import type { Form } from "./Form.ts"
import type { Ledger } from "./Ledger.ts"
import type { Answer, Reply } from "./Reply.ts"
import type { ReplyIdentity } from "./ReplyBody.ts"
import { parsedBody, readText } from "./RequestBody.ts"
import { send } from "./Sending.ts"
import { jsonWire, wireInsteadOfAnswer, wireOfAnswer } from "./Wire.ts"
import type { Wire } from "./Wire.ts"

/** The upstream a call belongs to. */
export interface Surroundings {
  readonly director: Director
  readonly ledger: Ledger
  /** True once the upstream closes its connections by itself: then a closed socket is not the client's doing. */
  readonly isClosing: () => boolean
}

/** Serves one call. It counts from when its body is whole, so whoever waits for it finds it recorded and decided upon. */
export const serveCall = (
  surroundings: Surroundings,
  form: Form,
  request: IncomingMessage,
  response: ServerResponse
): void =>
  readText(request, (text) => {
    const { director, ledger } = surroundings
    const { answer, chunkDelayMs, model } = director.behaviour()
    const body = parsedBody(text)
    const call = ledger.begin(request, body)
    let timer: NodeJS.Timeout | undefined
    let over = false
    let faulty = false

    response.once("close", () => {
      over = true
      clearTimeout(timer)
      if (response.writableFinished) call.end(faulty ? "faulted" : "answered")
      else call.end(surroundings.isClosing() ? "pending" : "aborted")
    })

    const later = (ms: number, run: () => void) => {
      timer = setTimeout(run, ms)
    }
    const transmit = (wire: Wire, delayMs: number) => {
      const go = () => send(response, wire, { chunkDelayMs, later, onBreak: () => call.end("faulted") })
      if (over) return
      // A reset or a silence has no headers to delay.
      if (wire.kind === "bytes" && delayMs > 0) later(delayMs, go)
      else go()
    }

    response.setHeader("x-request-id", `req_${call.index}`)
    const chat = form.read(body, request.headers, model)
    if (chat === undefined) return transmit(jsonWire(400, form.error(unreadable)), 0)

    const { delayMs, fault } = director.decide(chat, call.index)
    if (fault !== undefined) {
      faulty = true
      call.met(fault.kind)
    }
    const identity = { id: `chatcmpl-${call.index}`, created: Math.floor(Date.now() / 1000) }
    const wire = plannedWire(form, answer, identity, chat, fault)
    if (wire instanceof Promise) void wire.then((wire) => transmit(wire, delayMs))
    else transmit(wire, delayMs)
  })

const unreadable = errorBody("The body is not a JSON object with messages.", "invalid_request_error", null, "messages")

/** A promise only where the answer is one, so that the usual call costs no turn of the event loop. */
const plannedWire = (
  form: Form,
  answer: Answer,
  identity: ReplyIdentity,
  request: ChatRequest,
  fault: Fault | undefined
): Wire | Promise<Wire> => {
  const instead = fault && wireInsteadOfAnswer(form, fault, identity, request)
  if (instead !== undefined) return instead
  const wireOf = (reply: string | Reply) =>
    wireOfAnswer(form, identity, request, typeof reply === "string" ? { content: reply } : reply, fault)
  try {
    const reply = answer(request)
    return reply instanceof Promise ? reply.then(wireOf).catch(unanswered) : wireOf(reply)
  } catch (error) {
    return unanswered(error)
  }
}

const unanswered = (error: unknown): Wire =>
  jsonWire(500, { error: errorBody(`the upstream's answer failed: ${String(error)}`, "server_error") })
