/**
 * Proxies on free ports of 127.0.0.1, closed with the scope, that write down what they are asked for. To them, and to
 * nobody else, every name below `.test` is this machine.
 */
import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, request as httpRequest, type Server } from "node:http"
import { createServer as createHttpsServer } from "node:https"
import { connect, createServer as createTcpServer, type Server as TcpServer, type Socket } from "node:net"
import { type Duplex, pipeline } from "node:stream"
import { createServer as createTlsServer } from "node:tls"
import { Effect, type Scope } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"

const fixture = (name: string) => readFileSync(projectFile("test", "platform", "fixtures", name), "utf8")

/** The certificate of everything here that speaks TLS, for tests to trust. */
export const certificate = fixture("localhost.cert.pem")

const identity = { cert: certificate, key: fixture("localhost.key.pem") }

export interface ProxyOptions {
  /** `name:password`, not encoded. */
  readonly credentials?: string
  /** What everyone meets who asks for a target: an HTTP status, a SOCKS reply, the end, or nothing at all. */
  readonly refusal?: number | "silence" | "hang-up"
  /** What a target says at once, so that it comes along with the reply that the connection is made. */
  readonly firstWords?: string
  /** Sends its replies byte by byte. */
  readonly trickles?: boolean
}

/** What a proxy saw. Addresses are in the order they came, whether they were reached or not. */
export interface Seen {
  /** Clients' sockets, all there ever were. */
  readonly sockets: number
  readonly openSockets: number
  /** Sockets to targets, not counting those of forwarded requests. */
  readonly openTargets: number
  /** `host:port` of the connections asked for. */
  readonly tunnels: ReadonlyArray<string>
  /** Whole addresses of the requests to forward. */
  readonly forwarded: ReadonlyArray<string>
  /** Requests with wrong credentials or none. */
  readonly turnedAway: number
  /** Clients that said something to a server that does not answer. */
  readonly greetings: number
}

export interface TestProxy {
  readonly port: number
  readonly seen: () => Seen
  /** Waits until what was seen satisfies the condition. */
  readonly when: (holds: (seen: Seen) => boolean) => Effect.Effect<void>
}

/** A proxy that forwards requests and opens tunnels by CONNECT. */
export const httpProxy = (options: ProxyOptions & { readonly tls?: boolean } = {}) => {
  const server = options.tls === true ? createHttpsServer(identity) : createServer()
  const book = makeBook()
  const isWelcome = ({ headers }: IncomingMessage) => {
    const { credentials } = options
    const expected = `Basic ${Buffer.from(credentials ?? "").toString("base64")}`
    if (credentials === undefined || headers["proxy-authorization"] === expected) return true
    book.change({ turnedAway: book.seen().turnedAway + 1 })
    return false
  }
  const refusalOf = (request: IncomingMessage) => (isWelcome(request) ? options.refusal : 407)
  server.on("request", (request, response) => {
    const url = request.url ?? ""
    book.change({ forwarded: [...book.seen().forwarded, url] })
    const refusal = refusalOf(request)
    if (refusal === "silence") return
    if (refusal === "hang-up") return void request.socket.destroy()
    if (refusal !== undefined) return void response.writeHead(refusal).end("refused by the proxy")
    const { "proxy-authorization": _, ...headers } = request.headers
    const { hostname, pathname, port, search } = new URL(url)
    const to = { host: resolved(hostname), port, path: pathname + search }
    const onward = httpRequest({ ...to, method: request.method, headers, agent: false }, (reply) => {
      response.writeHead(reply.statusCode ?? 502, reply.headers)
      pipeline(reply, response, () => onward.destroy())
    })
    onward.on("error", () => response.destroy())
    response.on("close", () => onward.destroy())
    request.pipe(onward)
  })
  server.on("connect", (request, socket) => {
    const authority = request.url ?? ""
    book.change({ tunnels: [...book.seen().tunnels, authority] })
    socket.on("error", () => {})
    const refusal = refusalOf(request)
    // The server leaves the socket to us, its end too.
    if (refusal === "silence") return void socket.resume().on("end", () => socket.destroy())
    if (refusal === "hang-up") return void socket.end()
    if (refusal !== undefined) return void socket.end(`HTTP/1.1 ${refusal} Refused\r\ncontent-length: 0\r\n\r\n`)
    const { hostname, port } = new URL(`tcp://${authority}`)
    join(book, socket, hostname, Number(port), (isMade) =>
      send(
        socket,
        Buffer.from(`HTTP/1.1 ${isMade ? "200 Connected" : "502 Bad Gateway"}\r\n\r\n${options.firstWords ?? ""}`),
        options
      )
    )
  })
  return serve(server, book)
}

/** A SOCKS 5 proxy, which resolves names itself. */
export const socksProxy = (options: ProxyOptions = {}) => {
  const book = makeBook()
  const server = createTcpServer(async (socket) => {
    socket.on("error", () => {})
    const read = reader(socket)
    const [, count = 0] = await read(2)
    const methods = await read(count)
    if (options.credentials !== undefined) {
      if (!methods.includes(2)) {
        book.change({ turnedAway: book.seen().turnedAway + 1 })
        return void socket.end(Buffer.from([5, 0xff]))
      }
      send(socket, Buffer.from([5, 2]), options)
      const [, nameLength = 0] = await read(2)
      const name = await read(nameLength)
      const [passwordLength = 0] = await read(1)
      const given = `${name.toString()}:${(await read(passwordLength)).toString()}`
      if (given !== options.credentials) {
        book.change({ turnedAway: book.seen().turnedAway + 1 })
        return void socket.end(Buffer.from([1, 1]))
      }
      send(socket, Buffer.from([1, 0]), options)
    } else send(socket, Buffer.from([5, 0]), options)
    const [, , , kind] = await read(4)
    const host = await readHost(read, kind)
    const port = (await read(2)).readUInt16BE()
    book.change({ tunnels: [...book.seen().tunnels, `${host}:${port}`] })
    const reply = (code: number) => Buffer.from([5, code, 0, 1, 0, 0, 0, 0, 0, 0])
    if (options.refusal === "silence") return
    if (options.refusal === "hang-up") return void socket.end()
    if (options.refusal !== undefined) return void socket.end(reply(options.refusal))
    const firstWords = Buffer.from(options.firstWords ?? "")
    join(book, socket, host, port, (isMade) =>
      send(socket, Buffer.concat([reply(isMade ? 0 : 5), firstWords]), options)
    )
  })
  return serve(server, book)
}

/** TLS in front of a server of this machine that speaks without. */
export const tlsInFrontOf = (port: number) => {
  const book = makeBook()
  return serve(
    createTlsServer(identity, (socket) => join(book, socket, "127.0.0.1", port, () => {})),
    book
  )
}

/** A listener that takes connections and says nothing but this, once it was spoken to. */
export const silentServer = (says = "") => {
  const book = makeBook()
  const server = createTcpServer((socket) => {
    socket.once("data", () => {
      socket.write(says)
      book.change({ greetings: book.seen().greetings + 1 })
    })
  })
  return serve(server, book)
}

const join = (book: Book, client: Duplex, host: string, port: number, onMade: (isMade: boolean) => void) => {
  let isMade = false
  const target = connect(port, resolved(host), () => {
    isMade = true
    onMade(true)
    book.change({ openTargets: book.seen().openTargets + 1 })
    target.on("close", () => book.change({ openTargets: book.seen().openTargets - 1 }))
    client.pipe(target).pipe(client)
  })
  // Nobody here goes on listening after the last word.
  client.on("end", () => target.destroy()).on("close", () => target.destroy())
  client.on("error", () => {})
  target.on("error", () => {
    if (!isMade) onMade(false)
  })
  target.on("close", () => client.end())
}

const resolved = (host: string) => (host.endsWith(".test") ? "127.0.0.1" : host.replace(/^\[(.*)\]$/, "$1"))

const send = (socket: Duplex, reply: Buffer, { trickles = false }: ProxyOptions) => {
  if (!trickles || reply.length === 0) return void socket.write(reply)
  socket.write(reply.subarray(0, 1), () => setImmediate(send, socket, reply.subarray(1), { trickles }))
}

/** Reads so many bytes at a time; never goes on once the socket is closed. */
const reader = (socket: Socket) => (length: number) =>
  new Promise<Buffer>((resolve) => {
    const look = () => {
      const chunk: unknown = length === 0 ? Buffer.alloc(0) : socket.read(length)
      if (!(chunk instanceof Buffer)) return
      socket.off("readable", look)
      resolve(chunk)
    }
    socket.on("readable", look)
    look()
  })

const readHost = async (read: (length: number) => Promise<Buffer>, kind: number | undefined) => {
  if (kind === 1) return [...(await read(4))].join(".")
  if (kind === 4) {
    const bytes = await read(16)
    return Array.from({ length: 8 }, (_, group) => bytes.readUInt16BE(group * 2).toString(16)).join(":")
  }
  const [length = 0] = await read(1)
  return (await read(length)).toString()
}

const makeBook = () => {
  let seen: Seen = {
    sockets: 0,
    openSockets: 0,
    openTargets: 0,
    tunnels: [],
    forwarded: [],
    turnedAway: 0,
    greetings: 0
  }
  const waiting = new Set<() => void>()
  return {
    seen: () => seen,
    change: (changes: Partial<Seen>) => {
      seen = { ...seen, ...changes }
      for (const look of waiting) look()
    },
    when: (holds: (seen: Seen) => boolean) =>
      Effect.callback<void>((resume) => {
        const look = () => {
          if (holds(seen)) resume(Effect.sync(() => waiting.delete(look)))
        }
        waiting.add(look)
        look()
        return Effect.sync(() => waiting.delete(look))
      })
  }
}

type Book = ReturnType<typeof makeBook>

const serve = (server: Server | TcpServer, book: Book): Effect.Effect<TestProxy, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.callback<{ readonly proxy: TestProxy; readonly sockets: ReadonlySet<Socket> }>((resume) => {
      const sockets = new Set<Socket>()
      server.on("connection", (socket: Socket) => {
        sockets.add(socket)
        book.change({ sockets: book.seen().sockets + 1, openSockets: sockets.size })
        socket.on("error", () => {})
        socket.on("close", () => {
          sockets.delete(socket)
          book.change({ openSockets: sockets.size })
        })
      })
      server.on("tlsClientError", () => {})
      server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
        const address = server.address()
        const port = typeof address === "object" && address !== null ? address.port : 0
        resume(Effect.succeed({ proxy: { port, seen: book.seen, when: book.when }, sockets }))
      })
    }),
    ({ sockets }) =>
      Effect.callback<void>((resume) => {
        server.close(() => resume(Effect.void))
        for (const socket of sockets) socket.destroy()
      })
  ).pipe(Effect.map(({ proxy }) => proxy))
