// Clients that are slow on purpose, in a process of their own: `node slowClients.ts <port> <count>`. A third sends the headers of a request
// byte by byte, a third its body, a third asks for much and reads nothing. One that is turned away comes again. Says "ready" once all have
// been connected, and ends with its standard input.
import { connect } from "node:net"

const [port, count] = process.argv.slice(2).map(Number)

// Slower than any line, faster than any time-out would notice.
const dribbleMillis = 1000
const againMillis = 1000

const byteByByte = "X-Slow: 1\r\n".repeat(1000)
const kinds = [
  { first: "GET /health/live HTTP/1.1\r\nHost: 127.0.0.1\r\n", dribble: byteByByte },
  {
    first:
      "POST /api/v1/query HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/json\r\nContent-Length: 100000\r\n\r\n{",
    dribble: " ".repeat(100_000)
  },
  // 16 times a megabyte: more than the sockets of both sides take.
  { first: "GET /redoc/redoc.standalone.js HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n".repeat(16), dribble: "" }
] as const

let connected = 0

const open = (kind: (typeof kinds)[number]): void => {
  const socket = connect({ port: port ?? 0, host: "127.0.0.1", noDelay: true })
  let sent = 0
  const dribbling = setInterval(() => {
    if (sent < kind.dribble.length) socket.write(kind.dribble.charAt(sent++))
  }, dribbleMillis)
  socket.on("connect", () => {
    socket.write(kind.first)
    if (kind.dribble === "") socket.pause()
    else socket.resume()
    if (++connected === count) process.stdout.write("ready\n")
  })
  socket.on("error", () => {})
  socket.on("close", () => {
    clearInterval(dribbling)
    setTimeout(() => open(kind), againMillis)
  })
}

for (let at = 0; at < (count ?? 0); at++) {
  const kind = kinds[at % kinds.length]
  if (kind !== undefined) open(kind)
}
process.stdin.on("end", () => process.exit()).resume()
