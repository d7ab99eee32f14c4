// What `node:http` takes for the least that answering a question can be: the request is parsed, a reply of the same fields
// as Siku's is made and encoded. Siku's throughput and CPU are given as shares of this.
import { randomUUID } from "node:crypto"
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"

interface Asked {
  readonly title: string
  readonly options: string
  readonly type: string
}

/** A server that answers every question with the text of its first option. It does not listen yet. */
export const makeRawServer = (): Server =>
  createServer((request, response) => {
    if (request.method === "POST") readBody(request, (body) => answer(response, askedInBody(body)))
    else answer(response, askedInUrl(request.url ?? ""))
  })

const askedInUrl = (url: string): Asked => {
  const query = new URLSearchParams(url.slice(url.indexOf("?") + 1))
  return { title: query.get("title") ?? "", options: query.get("options") ?? "", type: query.get("type") ?? "unknown" }
}

const askedInBody = (body: string): Asked => {
  const { options = "", title = "", type = "unknown" } = JSON.parse(body)
  return { title, options, type }
}

const readBody = (request: IncomingMessage, onBody: (body: string) => void) => {
  let body = ""
  request.setEncoding("utf8")
  request.on("data", (piece: string) => {
    body += piece
  })
  request.once("end", () => onBody(body))
}

const answer = (response: ServerResponse, asked: Asked) => {
  const text = firstLine(asked.options)
  const body = JSON.stringify({
    code: 1,
    msg: "缓存命中",
    data: text,
    question: asked.title,
    answer: text,
    answers: [text],
    type: asked.type,
    source: "memory",
    confidence: 0.99,
    ai: false,
    id: "q_0198b7c2-7a5e-7d3c-9f00-4b1a2c3d4e5f",
    matched: null,
    request_id: randomUUID()
  })
  response.writeHead(200, { "content-type": "application/json", "content-length": Buffer.byteLength(body) })
  response.end(body)
}

const firstLine = (text: string): string => {
  const end = text.indexOf("\n")
  return end < 0 ? text : text.slice(0, end)
}

if (import.meta.main) {
  const server = makeRawServer()
  server.listen(0, "127.0.0.1", () => {
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
