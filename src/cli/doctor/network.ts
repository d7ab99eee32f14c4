import { createServer } from "node:net"
import { Effect, Predicate, Redacted, Result, Schema } from "effect"
import { HttpClient } from "effect/http"
import { createClient } from "redis"
import type { Settings } from "../../platform/config/Settings.ts"
import { isLoopbackHost } from "../../platform/loopback.ts"
import { type Finding, findingsOf, type Findings } from "./Finding.ts"

const network = findingsOf("network")
const port = findingsOf("port")
const redis = findingsOf("redis")

const everybody = new Set(["*", "0.0.0.0/0", "::/0"])

/** Who can reach the service, and whether what stands before it fits what is said of it. */
export const exposure = ({ security, server }: Pick<Settings, "security" | "server">): Findings => {
  const { host, publicUrl, trustedProxies } = server
  const isLocal = isLoopbackHost(host)
  const findings: Array<Finding> = []
  if (isLocal) findings.push(network.ok(`only this machine reaches ${host}`))
  else if (security.authentication === "off")
    findings.push(
      network.problem(
        `whoever reaches ${host} can ask, at your cost: nobody needs a key`,
        'set security.authentication to "local" or "required", or server.host to 127.0.0.1'
      )
    )
  else findings.push(network.ok(`other machines reach ${host}, and need a key or a login`))
  if (trustedProxies.some((proxy) => everybody.has(proxy)))
    findings.push(
      network.problem(
        "server.trusted_proxies names every address: anybody could pass for anybody else",
        "name the addresses of your proxies only"
      )
    )
  if (publicUrl !== undefined && trustedProxies.length === 0)
    findings.push(
      network.warning(
        `clients come by ${publicUrl}, but no proxy is trusted: all of them count as one address`,
        "set server.trusted_proxies to the address of the proxy, such as 127.0.0.1"
      )
    )
  if (publicUrl === undefined && trustedProxies.length > 0)
    findings.push(
      network.warning(
        "there are trusted proxies, but no server.public_url: addresses that clients are shown are guessed",
        "set server.public_url to the address clients come by"
      )
    )
  if (publicUrl?.startsWith("http://") === true && !isLoopbackHost(new URL(publicUrl).hostname))
    findings.push(network.warning(`keys and passwords go to ${publicUrl} unencrypted`, "let the proxy take https://"))
  return findings
}

const Health = Schema.Struct({ status: Schema.Literals(["ok", "unavailable"]) })
const isHealth = Schema.is(Health)
const wildcards = new Map([
  ["0.0.0.0", "127.0.0.1"],
  ["::", "::1"]
])

/** Whether the port can be had: free, taken by a Siku that runs, or by something else. */
export const examinePort = Effect.fn("doctor.port")(function* ({ server }: Pick<Settings, "server">) {
  const { host, port: number } = server
  if (number === 0) return [port.ok("any free port is taken")]
  const reached = wildcards.get(host) ?? host
  const address = `http://${reached.includes(":") ? `[${reached}]` : reached}:${number}`
  const free = yield* Effect.result(tryListening(host, number))
  if (Result.isSuccess(free)) return [port.ok(`port ${number} of ${host} is free`)]
  if (free.failure !== "EADDRINUSE")
    return [
      port.problem(
        `nobody can listen on port ${number} of ${host} (${free.failure})`,
        free.failure === "EACCES"
          ? "take a port above 1023: --port 8000"
          : "set server.host to an address of this machine"
      )
    ]
  const client = yield* HttpClient.HttpClient
  const health = yield* client.get(`${address}/health`).pipe(
    Effect.flatMap((response) => response.json),
    Effect.timeout("3 seconds"),
    Effect.option
  )
  if (health._tag === "Some" && isHealth(health.value))
    return [
      health.value.status === "ok"
        ? port.ok(`a Siku runs at ${address}, and is ready`)
        : port.problem(`a Siku runs at ${address}, and is not ready`, `ask it why: ${address}/health`)
    ]
  return [
    port.problem(`port ${number} is taken by another program`, "stop that program, or take another port: --port 8001")
  ]
})

const tryListening = (host: string, number: number): Effect.Effect<void, string> =>
  Effect.callback<void, string>((resume) => {
    const server = createServer()
    server.once("error", (error) =>
      resume(Effect.fail(Predicate.hasProperty(error, "code") ? String(error.code) : error.message))
    )
    server.listen({ host, port: number }, () => server.close(() => resume(Effect.void)))
    return Effect.sync(() => server.close())
  })

/** Whether the Redis server answers, where there is to be one. */
export const examineRedis = Effect.fn("doctor.redis")(function* ({ cache }: Pick<Settings, "cache">) {
  const { redisUrl } = cache
  if (redisUrl === undefined) return []
  const asked = yield* Effect.acquireUseRelease(
    Effect.try(() => {
      const client = createClient({
        url: Redacted.value(redisUrl),
        socket: { connectTimeout: 3000, reconnectStrategy: false }
      })
      // A connection that fails is told by `connect`; without a listener it would end the process.
      client.on("error", () => undefined)
      return client
    }),
    (client) => Effect.tryPromise(() => client.connect().then(() => client.ping())),
    (client) => Effect.sync(() => client.destroy()).pipe(Effect.ignoreCause)
  ).pipe(Effect.timeout("5 seconds"), Effect.result)
  return [
    Result.isSuccess(asked)
      ? redis.ok("the Redis server answers")
      : redis.warning(
          "the Redis server of cache.redis_url does not answer",
          "start it or correct the address; until then each process counts requests by itself"
        )
  ] satisfies Findings
})
