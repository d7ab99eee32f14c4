// An OpenAI-compatible server that does as little as it can: what a request orders is in its last user message.
import { createServer } from "node:http"
import type { Server, ServerResponse } from "node:http"
import { lastUserText, readChatRequest } from "../../upstream/ChatRequest.ts"
import { parsedBody, readText } from "../../upstream/RequestBody.ts"
import { doneEvent, event } from "../../upstream/Streaming.ts"
import { answer, type Order, orderIn, pieceText } from "./wire.ts"

const identity = { id: "chatcmpl-1", created: 1_700_000_000, model: "bench-model" }
const usage = { prompt_tokens: 40, completion_tokens: 30, total_tokens: 70 }

const whole = Buffer.from(
  JSON.stringify({
    ...identity,
    object: "chat.completion",
    choices: [{ index: 0, message: { role: "assistant", content: answer }, logprobs: null, finish_reason: "stop" }],
    usage
  })
)

const chunk = (delta: object, finish: string | null = null): string =>
  event({
    ...identity,
    object: "chat.completion.chunk",
    choices: [{ index: 0, delta, logprobs: null, finish_reason: finish }]
  })

/** The server, which counts what it has sent of floods; it does not listen yet. */
export const makeUpstreamServer = (): Server => {
  let flooded = 0
  return createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) => {
    if (request.method === "GET") {
      response.setHeader("content-type", "application/json")
      response.end(JSON.stringify({ flooded }))
      return
    }
    readText(request, (text) => {
      const chat = readChatRequest(parsedBody(text), request.headers, "bench-model")
      const order = chat === undefined ? undefined : orderIn(lastUserText(chat))
      if (order === undefined) {
        response.writeHead(400, { "content-type": "text/plain" })
        response.end("this orders nothing")
        return
      }
      obey(order, response, (bytes) => {
        flooded += bytes
      })
    })
  })
}

const obey = (order: Order, response: ServerResponse, count: (bytes: number) => void) => {
  if (order.kind === "whole") {
    response.writeHead(200, { "content-type": "application/json", "content-length": whole.length })
    response.end(whole)
    return
  }
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" })
  response.write(chunk({ role: "assistant", content: "" }))
  if (order.kind === "flood") flood(response, count)
  else stream(response, order.pieces, order.intervalMillis)
}

const stream = (response: ServerResponse, pieces: number, intervalMillis: number) => {
  const begun = performance.now()
  let timer: NodeJS.Timeout | undefined
  response.once("close", () => clearTimeout(timer))
  const send = (at: number) => {
    if (at === pieces) {
      response.end(`${chunk({}, "stop")}${event({ ...identity, choices: [], usage })}${doneEvent}`)
      return
    }
    response.write(chunk({ content: pieceText(at) }))
    // By the time since the beginning, so that late timers do not add up.
    timer = setTimeout(send, Math.max(0, begun + (at + 1) * intervalMillis - performance.now()), at + 1)
  }
  send(0)
}

const floodPiece = chunk({ content: "字".repeat(300) })

const flood = (response: ServerResponse, count: (bytes: number) => void) => {
  const pour = () => {
    if (response.destroyed) return
    count(Buffer.byteLength(floodPiece))
    if (response.write(floodPiece)) setImmediate(pour)
  }
  response.on("drain", pour)
  pour()
}

if (import.meta.main) {
  const server = makeUpstreamServer()
  server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
    const address = server.address()
    if (typeof address === "object" && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
  })
  for (const signal of ["SIGINT", "SIGTERM"]) {
    process.once(signal, () => {
      server.close()
      server.closeAllConnections()
    })
  }
}
