// An OpenAI-compatible server of long streams: `chunkServer.ts <streams> <chunks> <delay>`. The last user message names a
// stream, `<group>/<name>`. Each stream waits before its last piece until so many of its group have begun: then all of
// them are open at the same time.
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { lastUserText, readChatRequest } from "../../upstream/ChatRequest.ts"
import { parsedBody, readText } from "../../upstream/RequestBody.ts"
import { doneEvent, event } from "../../upstream/Streaming.ts"
import { chunksOf } from "./chunks.ts"

/** How the server streams. */
export interface ChunkServerOptions {
  /** In a group. */
  readonly streams: number
  /** In a stream. */
  readonly chunks: number
  /** Between two of them. */
  readonly delayMillis: number
}

/** The server; it does not listen yet. */
export const makeChunkServer = (options: ChunkServerOptions): Server => {
  const groups = new Map<string, Group>()
  const groupOf = (name: string): Group => {
    const id = name.split("/", 1)[0] ?? ""
    const known = groups.get(id) ?? makeGroup(options.streams)
    groups.set(id, known)
    return known
  }
  return createServer({ keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }, (request, response) =>
    readText(request, (text) => {
      const chat = readChatRequest(parsedBody(text), request.headers, "many-chunks")
      if (chat === undefined || !chat.stream) return refuse(request, response)
      const name = lastUserText(chat)
      serve(response, chunksOf(name, options.chunks), groupOf(name), name, options.delayMillis)
    })
  )
}

interface Group {
  /** Runs `go` once the group is complete. */
  readonly whenComplete: (go: () => void) => void
  readonly begun: (name: string) => void
}

const makeGroup = (size: number): Group => {
  const names = new Set<string>()
  const waiting: Array<() => void> = []
  return {
    whenComplete: (go) => {
      if (names.size >= size) go()
      else waiting.push(go)
    },
    begun: (name) => {
      names.add(name)
      if (names.size >= size) for (const go of waiting.splice(0)) go()
    }
  }
}

const serve = (
  response: ServerResponse,
  chunks: ReadonlyArray<string>,
  group: Group,
  name: string,
  delayMillis: number
) => {
  let timer: NodeJS.Timeout | undefined
  response.once("close", () => clearTimeout(timer))
  response.writeHead(200, { "content-type": "text/event-stream; charset=utf-8" })
  const sendFrom = (at: number) => {
    const text = chunks[at]
    if (text === undefined) {
      response.end(event(chunkBody({}, "stop")) + doneEvent)
      return
    }
    response.write(event(chunkBody({ content: text }, null)))
    if (at === 0) group.begun(name)
    const next = () => sendFrom(at + 1)
    timer = setTimeout(() => (at + 2 === chunks.length ? group.whenComplete(next) : next()), delayMillis)
  }
  sendFrom(0)
}

const chunkBody = (delta: unknown, finishReason: string | null) => ({
  id: "chatcmpl-1",
  object: "chat.completion.chunk",
  created: 1_700_000_000,
  model: "many-chunks",
  choices: [{ index: 0, delta, logprobs: null, finish_reason: finishReason }]
})

const refuse = (request: IncomingMessage, response: ServerResponse) => {
  response.writeHead(400, { "content-type": "text/plain" })
  response.end(`no stream is asked for: ${request.method} ${request.url}`)
}

if (import.meta.main) {
  const [streams = 0, chunks = 0, delayMillis = 0] = process.argv.slice(2).map(Number)
  const server = makeChunkServer({ streams, chunks, delayMillis })
  // Room for clients that all connect at the same moment.
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
