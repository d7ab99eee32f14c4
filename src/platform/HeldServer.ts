import { createServer, type IncomingMessage, type Server, type ServerOptions, type ServerResponse } from "node:http"

// Connections accepted while the routes are still being built; more than these are turned away at once.
const mostHeld = 1000

/**
 * An HTTP server that may listen before its handler is attached: requests that come in between wait for it instead of
 * hanging for ever, which is what node does with a `request` event that nobody listens to. Once closing, it closes each
 * connection as soon as it is idle.
 */
export const createHeldServer = (options: ServerOptions): Server => {
  const server = createServer(options)
  const held: Array<[IncomingMessage, ServerResponse]> = []
  const hold = (request: IncomingMessage, response: ServerResponse) => {
    if (held.length < mostHeld) {
      held.push([request, response])
    } else {
      response.writeHead(503, { "retry-after": "1", connection: "close" }).end()
    }
  }
  server.on("request", hold)
  server.on("newListener", function release(event) {
    if (event !== "request") return
    server.off("newListener", release)
    server.off("request", hold)
    // The listener is in place once the current call returns.
    queueMicrotask(() => {
      for (const [request, response] of held.splice(0)) {
        if (!request.destroyed) server.emit("request", request, response)
      }
    })
  })
  closeAsConnectionsFallIdle(server)
  return server
}

const idleCheckMillis = 50

// node closes the connections that are idle when `close` is called; one that finishes its request afterwards would stay
// open for as long as its client likes and hold up the shutdown.
const closeAsConnectionsFallIdle = (server: Server): void => {
  const close = server.close.bind(server)
  server.close = (done) => {
    const timer = setInterval(() => server.closeIdleConnections(), idleCheckMillis)
    return close((error) => {
      clearInterval(timer)
      done?.(error)
    })
  }
}
