import { createServer } from "node:net"
import { Effect, Predicate, Redacted, Result, Schema } from "effect"
import { HttpClient } from "effect/http"
import { createClient } from "redis"
import { exposure } from "../../platform/config/exposure.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import { findingsOf, type Findings } from "./Finding.ts"

const network = findingsOf("network")
const port = findingsOf("port")
const redis = findingsOf("redis")

/** Who can reach the service and needs a key, and whether what stands before it fits what is said of it. */
export const examineExposure = (settings: Pick<Settings, "security" | "server">): Findings =>
  exposure(settings).map(({ level, remedy, text }) => network[level](text, remedy))

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
