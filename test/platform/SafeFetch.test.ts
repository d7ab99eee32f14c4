import { readFileSync } from "node:fs"
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http"
import { createServer as createTlsServer } from "node:https"
import type { AddressInfo } from "node:net"
import { assert, describe, it } from "@effect/vitest"
import { Duration, Effect, Fiber, Latch, Result } from "effect"
import { SafeFetch, type SafeFetchOptions } from "../../src/platform/SafeFetch.ts"
import { type GuardPolicy, publicOnly } from "../../src/platform/SafeFetchGuard.ts"

const png = Buffer.from("89504e470d0a1a0a0000000d49484452", "hex")
const jpeg = Buffer.from("ffd8ffe000104a464946", "hex")
const gif = Buffer.from("GIF89a\u0001\u0000")
const webp = Buffer.from("RIFF\u0010\u0000\u0000\u0000WEBPVP8 ")

const fixture = (name: string) => readFileSync(new URL(`fixtures/${name}`, import.meta.url))

/** A server on loopback for as long as the scope lasts, and the paths it was asked for. */
const serving = (answer: (request: IncomingMessage, response: ServerResponse) => void, tls = false) =>
  Effect.acquireRelease(
    Effect.callback<{ port: number; asked: Array<string>; close: () => void }>((resume) => {
      const asked: Array<string> = []
      const listener: RequestListener = (request, response) => {
        asked.push(`${request.headers.host?.split(":")[0]}${request.url}`)
        answer(request, response)
      }
      const server = tls
        ? createTlsServer({ cert: fixture("localhost.cert.pem"), key: fixture("localhost.key.pem") }, listener)
        : createServer(listener)
      server.listen(0, "127.0.0.1", () => {
        const address = server.address()
        resume(
          Effect.succeed({
            port: isAddress(address) ? address.port : 0,
            asked,
            close: () => {
              server.close()
              server.closeAllConnections()
            }
          })
        )
      })
    }),
    ({ close }) => Effect.sync(close)
  )
const isAddress = (address: AddressInfo | string | null): address is AddressInfo => typeof address === "object"

// Loopback stands in for the internet; 127.0.0.2 for what is inside.
const loopback: GuardPolicy = {
  mayReach: (address) => address === "127.0.0.1",
  mayUsePort: () => true,
  mayName: () => true
}
const resolve: SafeFetchOptions["resolve"] = (host) =>
  host === "localhost" || host.endsWith(".test")
    ? Effect.succeed([host === "inside.test" ? "127.0.0.2" : "127.0.0.1"])
    : Effect.fail("unknown")
const fetching = (url: string, options: SafeFetchOptions = {}) =>
  Effect.flatMap(SafeFetch.make({ policy: loopback, resolve, ...options }), (service) => service.image(url))
const reasonOf = (url: string, options: SafeFetchOptions = {}) =>
  Effect.map(Effect.result(fetching(url, options)), (result) =>
    Result.isSuccess(result) ? "fetched" : result.failure.reason
  )

describe("SafeFetch", () => {
  it.live("gives the bytes of an image and its type by content, whatever the server calls it", () =>
    Effect.gen(function* () {
      const images = { "/png": png, "/jpeg": jpeg, "/gif": gif, "/webp": webp }
      const server = yield* serving(({ url }, response) => {
        response.setHeader("content-type", "text/html")
        response.end(Object.entries(images).find(([path]) => path === url)?.[1])
      })
      for (const [path, bytes] of Object.entries(images)) {
        const found = yield* fetching(`http://a.test:${server.port}${path}`)
        assert.strictEqual(found.mediaType, `image${path}`)
        assert.deepStrictEqual(Buffer.from(found.bytes), bytes)
      }
    })
  )

  it.live("speaks TLS with the name, at the address that was checked", () =>
    Effect.gen(function* () {
      const server = yield* serving((_, response) => response.end(png), true)
      const ca = fixture("localhost.cert.pem").toString()
      assert.strictEqual(yield* reasonOf(`https://localhost:${server.port}/`, { ca }), "fetched")
      assert.strictEqual(yield* reasonOf(`https://other.test:${server.port}/`, { ca }), "network")
      assert.strictEqual(yield* reasonOf(`https://localhost:${server.port}/`), "network")
    })
  )

  it.live("resolves a name once for a connection, so that it cannot change its address after the check", () =>
    Effect.gen(function* () {
      const server = yield* serving((_, response) => response.end(png))
      let asked = 0
      const rebinding: SafeFetchOptions["resolve"] = () =>
        Effect.sync(() => (asked++ === 0 ? ["127.0.0.1"] : ["127.0.0.2"]))
      assert.strictEqual(yield* reasonOf(`http://rebind.test:${server.port}/`, { resolve: rebinding }), "fetched")
      assert.strictEqual(asked, 1)
      assert.deepStrictEqual(server.asked, ["rebind.test/"])
    })
  )

  it.live("connects to nothing that the guard refuses", () =>
    Effect.gen(function* () {
      const server = yield* serving((_, response) => response.end(png))
      assert.strictEqual(yield* reasonOf(`http://127.0.0.1:${server.port}/`, { policy: publicOnly }), "port")
      const anyPort = { ...publicOnly, mayUsePort: () => true }
      for (const host of ["127.0.0.1", "a.test", "localhost", "2130706433", "[::ffff:127.0.0.1]"]) {
        assert.strictEqual(yield* reasonOf(`http://${host}:${server.port}/`, { policy: anyPort }), "address")
      }
      assert.strictEqual(yield* reasonOf(`http://user:word@a.test:${server.port}/`), "url")
      assert.deepStrictEqual(server.asked, [])
    })
  )

  it.live("follows three redirects and no more, and checks each anew", () =>
    Effect.gen(function* () {
      const server = yield* serving(({ url = "" }, response) => {
        const left = Number(url.slice(1))
        if (left === 0) return response.end(png)
        const locations: Record<string, string> = {
          "/91": `http://inside.test:${server.port}/0`,
          "/92": "file:///etc/passwd",
          "/93": "http://[",
          "/94": `http://u:p@a.test:${server.port}/0`
        }
        response.writeHead(302, { location: locations[url] ?? `/${left - 1}` })
        return response.end("elsewhere")
      })
      const outcome = (path: string) => reasonOf(`http://a.test:${server.port}${path}`)
      assert.strictEqual(yield* outcome("/3"), "fetched")
      assert.strictEqual(yield* outcome("/4"), "redirects")
      assert.strictEqual(yield* outcome("/91"), "address")
      assert.strictEqual(yield* outcome("/92"), "url")
      assert.strictEqual(yield* outcome("/93"), "url")
      assert.strictEqual(yield* outcome("/94"), "url")
      assert.isFalse(server.asked.some((asked) => asked.startsWith("inside.test")))
    })
  )

  it.live("says why in one word, and nothing of what the server said", () =>
    Effect.gen(function* () {
      const server = yield* serving(({ socket, url }, response) => {
        if (url === "/missing") response.writeHead(404).end("secret")
        else if (url === "/page") response.end("<html>secret</html>")
        else if (url === "/empty") response.end()
        else if (url === "/svg") response.end("<svg xmlns='http://www.w3.org/2000/svg'>secret</svg>")
        else if (url === "/packed") response.writeHead(200, { "content-encoding": "gzip" }).end(png.subarray(4))
        else if (url === "/cut") {
          response.writeHead(200, { "content-length": "100" })
          response.write(png, () => socket.destroy())
        } else socket.destroy()
      })
      const expected = {
        "/missing": "status",
        "/page": "type",
        "/empty": "type",
        "/svg": "type",
        "/packed": "type",
        "/cut": "network",
        "/reset": "network"
      }
      for (const [path, reason] of Object.entries(expected)) {
        const result = yield* Effect.result(fetching(`http://a.test:${server.port}${path}`))
        assert.isTrue(Result.isFailure(result))
        if (Result.isFailure(result)) {
          assert.strictEqual(result.failure.reason, reason, path)
          assert.notInclude(JSON.stringify(result.failure) + result.failure.message, "secret")
        }
      }
      assert.strictEqual(yield* reasonOf("http://nowhere.invalid/"), "host")
    })
  )

  it.live("ends a reply that is larger than announced or allowed", () =>
    Effect.gen(function* () {
      const ended = yield* Latch.make()
      const server = yield* serving(({ url }, response) => {
        if (url === "/announced") {
          response.writeHead(200, { "content-length": "65" }).end(Buffer.concat([png, Buffer.alloc(49)]))
          return
        }
        response.on("close", () => ended.openUnsafe())
        const more = () => {
          while (!response.destroyed && response.write(png));
          response.once("drain", more)
        }
        more()
      })
      assert.strictEqual(yield* reasonOf(`http://a.test:${server.port}/announced`, { largest: 64 }), "size")
      assert.strictEqual(yield* reasonOf(`http://a.test:${server.port}/endless`, { largest: 64 }), "size")
      yield* ended.await
    })
  )

  it.live("gives up in time and closes the connection", () =>
    Effect.gen(function* () {
      const closed = yield* Latch.make()
      const server = yield* serving(({ socket }) => void socket.on("close", () => closed.openUnsafe()))
      const options = { timeout: Duration.millis(50) }
      assert.strictEqual(yield* reasonOf(`http://a.test:${server.port}/`, options), "timeout")
      yield* closed.await
    })
  )

  it.live("fetches no more at a time than it may", () =>
    Effect.gen(function* () {
      const two = yield* Latch.make()
      const open: Array<ServerResponse> = []
      let most = 0
      const server = yield* serving((_, response) => {
        open.push(response)
        most = Math.max(most, open.length)
        if (open.length === 2) two.openUnsafe()
      })
      const service = yield* SafeFetch.make({ policy: loopback, resolve, concurrency: 2 })
      const all = yield* Effect.forkChild(
        Effect.forEach([1, 2, 3, 4], (n) => service.image(`http://a.test:${server.port}/${n}`), {
          concurrency: "unbounded"
        })
      )
      for (const _ of [1, 2]) {
        yield* two.await
        two.closeUnsafe()
        for (const response of open.splice(0)) response.end(png)
      }
      assert.strictEqual((yield* Fiber.join(all)).length, 4)
      assert.strictEqual(most, 2)
    })
  )
})
