import * as NodeRedis from "@effect/platform-node/NodeRedis"
import { Layer, References } from "effect"
import type { Redis } from "effect/persistence"

const mostWaiting = 10_000

/** A Redis that is connected to again and again until it is there, and refuses what is asked of it while it is not. */
export const redisConnection = (url: string): Layer.Layer<Redis.Redis, Redis.RedisError> =>
  NodeRedis.layer({
    url,
    disableOfflineQueue: true,
    commandsQueueMaxLength: mostWaiting,
    socket: { connectTimeout: 2000, reconnectStrategy: (retries) => Math.min(2000, 50 * 2 ** retries) }
  }).pipe(
    // It would say at every try what is said once where it is used.
    Layer.provide(Layer.succeed(References.MinimumLogLevel, "None"))
  )
