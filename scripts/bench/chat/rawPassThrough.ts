// The least that passing a chat completion on can be: `node:http` takes the request, undici sends its body to the upstream, and the
// reply's bytes are piped back. `rawPassThrough.ts <port of the upstream>`
import { createServer } from "node:http"
import { pipeline } from "node:stream"
import { Agent } from "undici"
import { readText } from "../../upstream/RequestBody.ts"

const [upstreamPort = ""] = process.argv.slice(2)
const agent = new Agent({ connections: 4096, keepAliveTimeout: 30_000 })
const origin = `http://127.0.0.1:${upstreamPort}`

const server = createServer({ keepAliveTimeout: 0, requestTimeout: 0 }, (request, response) =>
  readText(request, (body) => {
    const leaving = new AbortController()
    response.once("close", () => leaving.abort())
    const headers = {
      "content-type": "application/json",
      authorization: request.headers.authorization ?? ""
    }
    agent
      .request({ origin, path: request.url ?? "", method: "POST", headers, body, signal: leaving.signal })
      .then((reply) => {
        response.statusCode = reply.statusCode
        for (const name of ["content-type", "content-length"]) {
          const value = reply.headers[name]
          if (value !== undefined) response.setHeader(name, value)
        }
        pipeline(reply.body, response, () => {})
      })
      .catch(() => response.destroy())
  })
)

server.listen({ port: 0, host: "127.0.0.1", backlog: 4096 }, () => {
  const address = server.address()
  if (typeof address === "object" && address !== null) process.stdout.write(`http://127.0.0.1:${address.port}\n`)
})
for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, () => {
    server.close()
    server.closeAllConnections()
    void agent.destroy()
  })
}
