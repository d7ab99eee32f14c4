import type { IncomingMessage, Server, ServerResponse } from "node:http"
import type { Socket } from "node:net"

interface Connection {
  readonly socket: Socket
  /** Requests whose replies have not gone out whole. */
  serving: number
  /** When it last fell idle, and how much had come by then: more is the beginning of another request. */
  idleSince: number
  bytesThen: number
  isClosing: boolean
  /** What begins the requests that came before the reply to the one before them had gone out. */
  readonly turns: Array<() => void>
}

// Of what comes in one piece a client may have so many requests waiting; nobody has but those who want to be a burden.
const mostTurns = 64

/** How long a connection that is closed may still send, before what it sends is answered with a reset. */
const lingerMillis = 500

/** The connections of a server and what each is doing. */
export class Connections {
  readonly #all = new Map<Socket, Connection>()
  readonly #replies = new Set<ServerResponse>()

  constructor(server: Server) {
    server.on("connection", (socket: Socket) => {
      const { bytesRead } = socket
      this.#all.set(socket, {
        socket,
        serving: 0,
        idleSince: performance.now(),
        bytesThen: bytesRead,
        isClosing: false,
        turns: []
      })
      socket.once("close", () => this.#all.delete(socket))
    })
  }

  get size(): number {
    return this.#all.size
  }

  /** Requests being served. */
  get serving(): number {
    return this.#replies.size
  }

  /** The replies that are still to be sent, whole or in part. */
  get replies(): Iterable<ServerResponse> {
    return this.#replies
  }

  /** Whether a request has to wait for the one before it on its connection; if so, `begin` is called when it is its turn. */
  waitsForTurn({ socket }: IncomingMessage, begin: () => void): boolean {
    const connection = this.#all.get(socket)
    if (connection === undefined || (connection.serving === 0 && connection.turns.length === 0)) return false
    if (connection.turns.length >= mostTurns) socket.destroy()
    else connection.turns.push(begin)
    return true
  }

  /** Counts a request until its reply has been sent or given up; false where its connection is being closed, and nobody listens. */
  serve({ socket }: IncomingMessage, reply: ServerResponse): boolean {
    const connection = this.#all.get(socket)
    if (connection?.isClosing === true) return false
    this.#replies.add(reply)
    if (connection !== undefined) connection.serving++
    reply.once("close", () => {
      this.#replies.delete(reply)
      if (connection === undefined) return
      connection.serving--
      connection.idleSince = performance.now()
      connection.bytesThen = socket.bytesRead
      if (!socket.destroyed) connection.turns.shift()?.()
    })
    return true
  }

  /** Whether a request of this connection is being served. */
  isServing(socket: Socket): boolean {
    return (this.#all.get(socket)?.serving ?? 0) > 0
  }

  /**
   * Closes the connections that have been idle for so long, by an end and not by a reset: a request that is on its way just then is
   * not begun, and its client may send it again (RFC 9112, 9.3.1).
   */
  closeIdle(forMillis: number): void {
    const now = performance.now()
    for (const connection of this.#all.values()) {
      const { bytesThen, idleSince, isClosing, serving, socket, turns } = connection
      if (isClosing || serving > 0 || turns.length > 0 || socket.bytesRead !== bytesThen || now - idleSince < forMillis)
        continue
      connection.isClosing = true
      socket.end()
      const timer = setTimeout(() => socket.destroy(), lingerMillis)
      socket.once("close", () => clearTimeout(timer))
    }
  }
}
