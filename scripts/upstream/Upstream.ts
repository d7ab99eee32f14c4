// An OpenAI-compatible chat-completions server with a latency and faults that are set, for tests and benchmarks. It also
// speaks the forms of Anthropic (`/v1/messages`) and Gemini (`/v1beta/models/…`), with the same faults and counters.
import { createServer } from "node:http"
import type { IncomingMessage, Server, ServerResponse } from "node:http"
import { makeDirector } from "./Behaviour.ts"
import type { Behaviour, Director } from "./Behaviour.ts"
import { controlWire } from "./Control.ts"
import { errorBody } from "./ErrorBody.ts"
import { serveCall } from "./Exchange.ts"
import { formOf } from "./Forms.ts"
import { makeLedger } from "./Ledger.ts"
import type { Ledger, RecordedRequest, UpstreamStats } from "./Ledger.ts"
import { parsedBody, readText } from "./RequestBody.ts"
import { send } from "./Sending.ts"
import { jsonWire } from "./Wire.ts"
import type { Wire } from "./Wire.ts"

/** How an upstream behaves, all of it optional; see `Behaviour` for the rest and the defaults. */
export interface UpstreamOptions extends Partial<Behaviour> {
  /** A free one by default. */
  readonly port?: number
  /** How many of the last requests `requests` keeps; 10,000 by default. */
  readonly keepRequests?: number
}

/** A running upstream. The counters are those of `stats()`, read at that moment. */
export interface Upstream extends UpstreamStats {
  /** The base URL to configure a provider with; ends in `/v1`. */
  readonly url: string
  readonly port: number
  /** The last requests under `/v1`, oldest first. */
  readonly requests: ReadonlyArray<RecordedRequest>
  /** When each aborted call was seen to be aborted, in milliseconds since the epoch; bounded as `requests` is. */
  readonly abortedAt: ReadonlyArray<number>
  readonly stats: () => UpstreamStats
  /** Resolves as soon as the counters satisfy the condition; rejects if the upstream is closed first. */
  readonly when: (holds: (stats: UpstreamStats) => boolean) => Promise<void>
  /** Changes the behaviour from the next call on; throws a RangeError for latencies and rates that make no sense. */
  readonly configure: (changes: Partial<Behaviour>) => void
  /** Forgets the requests and counters and starts the script anew; the behaviour and the calls in progress go on. */
  readonly reset: () => void
  /** Closes the listener and every connection, idle or not. Safe to call more than once. */
  readonly close: () => Promise<void>
}

/** Starts an upstream on 127.0.0.1; rejects if the port is taken or the options make no sense. */
export const startUpstream = async (options: UpstreamOptions = {}): Promise<Upstream> => {
  const { keepRequests = 10_000, port: wantedPort = 0, ...behaviour } = options
  const director = makeDirector(behaviour)
  const ledger = makeLedger(keepRequests)
  const reset = () => {
    ledger.reset()
    director.restart()
  }
  const server = createServer(
    // Timeouts of the server's own would be faults that nobody asked for.
    { keepAliveTimeout: 0, requestTimeout: 0, headersTimeout: 0 }
  )
  let closing = false
  let closed: Promise<void> | undefined
  const surroundings = { director, ledger, isClosing: () => closing }
  server.on("request", (request: IncomingMessage, response: ServerResponse) => {
    const form = formOf(request.method, pathOf(request))
    if (form === undefined) serveOther(director, ledger, reset, request, response)
    else serveCall(surroundings, form, request, response)
  })
  server.on("connection", (socket) => {
    ledger.socketOpened()
    socket.once("close", ledger.socketClosed)
  })
  const port = await listen(server, wantedPort)

  return {
    url: `http://127.0.0.1:${port}/v1`,
    port,
    get requests() {
      return ledger.requests()
    },
    get calls() {
      return ledger.stats().calls
    },
    get active() {
      return ledger.stats().active
    },
    get openSockets() {
      return ledger.stats().openSockets
    },
    get answered() {
      return ledger.stats().answered
    },
    get faulted() {
      return ledger.stats().faulted
    },
    get aborted() {
      return ledger.stats().aborted
    },
    get abortedAt() {
      return ledger.abortedAt()
    },
    stats: ledger.stats,
    when: ledger.when,
    configure: director.configure,
    reset,
    close: () =>
      (closed ??= new Promise((resolve) => {
        closing = true
        ledger.close()
        server.close(() => resolve())
        server.closeAllConnections()
      }))
  }
}

const listen = (server: Server, port: number): Promise<number> =>
  new Promise((resolve, reject) => {
    server.once("error", reject)
    // Room for thousands of clients that connect at the same moment.
    server.listen({ port, host: "127.0.0.1", backlog: 4096 }, () => {
      server.off("error", reject)
      const address = server.address()
      resolve(typeof address === "object" && address !== null ? address.port : port)
    })
  })

const serveOther = (
  director: Director,
  ledger: Ledger,
  reset: () => void,
  request: IncomingMessage,
  response: ServerResponse
): void =>
  readText(request, (text) => {
    const body = parsedBody(text)
    const path = pathOf(request)
    const steering = { stats: ledger.stats, configure: director.configure, reset }
    const control = controlWire(request.method ?? "", path, body, steering)
    if (control === undefined && path.startsWith("/v1")) ledger.note(request, body)
    const wire = control ?? (request.method === "GET" && path === "/v1/models" ? modelsWire(director) : unknownPath)
    send(response, wire, { chunkDelayMs: 0, later: (ms, run) => setTimeout(run, ms), onBreak: () => {} })
  })

const modelsWire = (director: Director): Wire =>
  jsonWire(200, {
    object: "list",
    data: [{ id: director.behaviour().model, object: "model", created: 1_700_000_000, owned_by: "siku" }]
  })

const unknownPath = jsonWire(404, { error: errorBody("There is nothing at this URL.", "invalid_request_error") })

const pathOf = (request: IncomingMessage): string => (request.url ?? "").split("?", 1)[0] ?? ""
