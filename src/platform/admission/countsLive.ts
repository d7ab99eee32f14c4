import { Context, Effect, Layer, Metric, Redacted, Schedule } from "effect"
import { Redis } from "effect/persistence"
import { AppConfig } from "../config/AppConfig.ts"
import { checking, degraded, ok } from "../HealthChecks.ts"
import { type Ask, Counts } from "./Counts.ts"
import { makeMemoryCounts } from "./MemoryCounts.ts"
import { takeFrom } from "./RedisCounts.ts"

// A request waits no longer for its count than a person notices.
const patience = "250 millis"
const betweenLooks = "1 second"

const up = Metric.gauge("siku_rate_limit_redis_up", {
  description: "Whether the requests are counted in Redis (1) or, as it does not answer, by this process (0)"
})

// Most have no Redis, and shall not wait at every start for its client to be loaded.
const connection = (url: string) =>
  Layer.unwrap(
    Effect.map(
      Effect.promise(() => import("./redisConnection.ts")),
      ({ redisConnection }) => redisConnection(url)
    )
  )

/**
 * Counts in Redis while it answers, else in this process's memory: a limit that is counted by each process for itself is better than
 * none, and than no answers. Says so once when it begins and once when it ends.
 */
const makeShared = Effect.fnUntraced(function* (url: string) {
  const memory = makeMemoryCounts()
  const context = yield* Effect.context<never>()
  let redis: Redis.Redis["Service"] | undefined
  let take: ReturnType<typeof takeFrom> | undefined
  let isUp = false
  let isTold = false
  up.updateUnsafe(0, context)

  const turn = (now: boolean) =>
    Effect.suspend(() => {
      if (isUp === now && (now || isTold)) return Effect.void
      isUp = now
      up.updateUnsafe(now ? 1 : 0, context)
      const wasTold = isTold
      isTold = !now
      if (!now) return Effect.logWarning("Redis does not answer: this process counts requests for itself until it does")
      return wasTold ? Effect.logInfo("Redis answers again: requests are counted there") : Effect.void
      // Not in the name of the request that happened to find out.
    }).pipe(Effect.provideContext(context))

  const look = Effect.suspend(() =>
    redis === undefined
      ? turn(false)
      : Effect.flatMap(Effect.isSuccess(Effect.timeout(redis.send("PING"), patience)), turn)
  )

  yield* Effect.forkScoped(
    Effect.flatMap(Layer.build(connection(url)), (built) =>
      Effect.suspend(() => {
        redis = Context.get(built, Redis.Redis)
        take = takeFrom(redis)
        return Effect.andThen(look, Effect.never)
      })
    ).pipe(
      // An address that can be connected to may still belong to something else.
      Effect.retry(Schedule.spaced(betweenLooks)),
      Effect.scoped,
      Effect.orDie
    )
  )
  yield* checking(
    "redis",
    Effect.sync(() => (isUp ? ok : degraded("Redis does not answer: requests are counted by each process for itself")))
  )
  yield* Effect.forkScoped(Effect.repeat(Effect.delay(look, betweenLooks), Schedule.forever))

  const takeUnsafe = (asks: ReadonlyArray<Ask>, now: number) => (isUp ? "elsewhere" : memory.takeUnsafe(asks, now))
  const takeHere = (asks: ReadonlyArray<Ask>) => memory.take(asks)

  return Counts.of({
    takeUnsafe,
    shared: () => (isUp ? "up" : "down"),
    take: (asks) =>
      take === undefined || !isUp
        ? takeHere(asks)
        : take(asks).pipe(
            Effect.timeout(patience),
            Effect.catch(() => Effect.andThen(turn(false), takeHere(asks)))
          )
  })
})

/** Counts where the settings say. */
export const layer: Layer.Layer<Counts, never, AppConfig> = Layer.effect(
  Counts,
  Effect.flatMap(AppConfig, ({ cache }) =>
    cache.redisUrl === undefined
      ? Effect.succeed(Counts.of(makeMemoryCounts()))
      : makeShared(Redacted.value(cache.redisUrl))
  )
)
