import { IncomingMessage, Server, type ServerOptions, ServerResponse } from "node:http"
import { Server as NetServer, type Socket } from "node:net"
import { type BusyBody, busyBody, sayBusy } from "./server/busyReply.ts"
import { Connections } from "./server/Connections.ts"

// Requests that came in while the routes were still being built; more than these are turned away at once.
const mostHeld = 1000

/** What protects a server from too many clients, from slow ones, and its clients from its end. Times are in milliseconds. */
export interface ServerProtection {
  /** Connections beyond these are closed as they come. */
  readonly maxConnections?: number
  /** Requests beyond these, of those being served, get a 503. */
  readonly maxRequests?: number
  /** For a client to take no byte of what waits for it; then its connection is closed. */
  readonly writeTimeout?: number
  /** From `close` on, until what is left is cut off. */
  readonly drain?: number
  /** What is said where there is too much to do. */
  readonly busy?: (url: string) => BusyBody
  readonly onBusy?: () => void
  /** Called when it is about to end, while all goes on as before. */
  readonly onDrain?: () => void
}

// How often node looks for connections whose time is over, and we for those that have fallen idle.
const checkMillis = { slow: 1000, idle: 25 }
// A client that goes on with the connection does so sooner than this.
const quietMillis = 250
// Handlers that are interrupted when the drain is over may still say so.
const lastWordsMillis = 1000

/**
 * An HTTP server that may listen before its handler is attached: requests that come in between wait for it instead of
 * hanging for ever, which is what node does with a `request` event that nobody listens to.
 */
export class HeldServer extends Server {
  readonly #connections: Connections
  readonly #options: ServerProtection
  #held: Array<[IncomingMessage, ServerResponse]> | undefined = []
  #state: "open" | "leaving" | "closing" = "open"

  constructor(options: ServerOptions & ServerProtection) {
    // Nobody here speaks another protocol: a request to change it is answered like any other.
    super({ connectionsCheckingInterval: checkMillis.slow, shouldUpgradeCallback: () => false, ...options })
    this.#options = options
    this.#connections = new Connections(this)
    if (options.maxConnections !== undefined) this.maxConnections = options.maxConnections
    this.timeout = options.writeTimeout ?? 0
    this.on("timeout", (socket: Socket) => this.#closeSilent(socket))
    this.on("newListener", (event) => {
      if (event === "request") this.#release()
    })
  }

  override emit(event: string, ...args: Array<unknown>): boolean {
    if (event !== "request" && event !== "checkContinue") return super.emit(event, ...args)
    const [request, response] = args
    if (!(request instanceof IncomingMessage && response instanceof ServerResponse)) return super.emit(event, ...args)
    // One of a connection at a time: replies go out in the order of their requests anyway, and those that wait for their turn would
    // wait in memory, however many a client sends in one breath without reading an answer.
    const begin = () => {
      if (this.#mayBegin(request, response)) super.emit(event, request, response)
    }
    if (!this.#connections.waitsForTurn(request, begin)) begin()
    return true
  }

  /**
   * First only `onDrain` says so, for a tenth of the drain, and whoever sends clients here can send them elsewhere. Then it listens no
   * more, and every reply announces the end of its connection. After another tenth, connections are closed that nobody uses, and all
   * others as they fall idle. What is left when the drain is over is cut off.
   */
  override close(done?: (error?: Error) => void): this {
    if (this.#state !== "open") return super.close(done)
    this.#state = "leaving"
    const { drain = 0, onDrain } = this.#options
    onDrain?.()
    let sweep: NodeJS.Timeout | undefined
    const cutOff = setTimeout(() => this.closeAllConnections(), drain + lastWordsMillis)
    const patience = this.#connections.size === 0 ? 0 : drain / 10
    const stop = () => {
      this.#state = "closing"
      for (const response of this.#connections.replies) announceEnd(response)
      // That of HTTP would reset the connections that are idle at this moment.
      NetServer.prototype.close.call(this, (error) => {
        clearInterval(sweep)
        clearTimeout(cutOff)
        // Now for what it cleans up beside that.
        super.close()
        done?.(error)
      })
      const until = performance.now() + patience
      const closeIdle = () => this.#connections.closeIdle(Math.min(patience, quietMillis))
      sweep = setInterval(() => {
        // Once all that has come is read, or what waits to be read would be taken for silence.
        if (performance.now() >= until) setImmediate(closeIdle)
      }, checkMillis.idle)
    }
    // Clients whose connection was accepted by the system and not yet by us are reset when we no longer listen: right after all that
    // came has been accepted, there are next to none, and clients with a connection need no other yet.
    setTimeout(() => setImmediate(stop), patience)
    return this
  }

  #mayBegin(request: IncomingMessage, response: ServerResponse): boolean {
    const { busy = busyBody, maxRequests = Infinity, onBusy } = this.#options
    const { serving } = this.#connections
    if (!this.#connections.serve(request, response)) return false
    if (this.#state === "closing") announceEnd(response)
    const isHeld = this.#held !== undefined
    if (serving >= (isHeld ? Math.min(mostHeld, maxRequests) : maxRequests)) {
      onBusy?.()
      sayBusy(response, busy(request.url ?? ""))
      return false
    }
    this.#held?.push([request, response])
    return !isHeld
  }

  #release(): void {
    const held = this.#held ?? []
    this.#held = undefined
    // The listener is in place once the current call returns.
    queueMicrotask(() => {
      for (const [request, response] of held) if (!request.destroyed) super.emit("request", request, response)
    })
  }

  /** A connection on which nothing moved for as long as it may, in one direction or the other. */
  #closeSilent(socket: Socket): void {
    // A handler that takes its time has a client that waits for it; one that waits for nothing more has a client that does not read.
    if (!this.#connections.isServing(socket) || socket.writableLength > 0) socket.destroy()
  }
}

const announceEnd = (response: ServerResponse): void => {
  if (!response.headersSent) response.setHeader("connection", "close")
}

/** An HTTP server that is protected in these ways, and may listen before its handler is attached. */
export const createHeldServer = (options: ServerOptions & ServerProtection): HeldServer => new HeldServer(options)
