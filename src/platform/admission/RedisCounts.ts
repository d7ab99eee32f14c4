import { Effect, Schema } from "effect"
import { Redis } from "effect/persistence"
import { type Ask, type Verdict, windowMillis } from "./Counts.ts"
import { slotsPerWindow } from "./SlidingWindow.ts"

/** One limit of one that is limited, with the key its counts have in Redis. */
interface Limit {
  readonly key: string
  readonly of: Ask["of"]
  readonly window: Verdict["window"]
  readonly limit: number
}

const limitsOf = (asks: ReadonlyArray<Ask>): ReadonlyArray<Limit> =>
  asks.flatMap(({ id, of, perHour, perMinute }) =>
    [
      { window: "minute" as const, limit: perMinute },
      { window: "hour" as const, limit: perHour }
    ]
      .filter(({ limit }) => limit > 0)
      .map(({ limit, window }) => ({ key: `siku:rate:${of}:${id}:${window}`, of, window, limit }))
  )

// The same rings as in memory: a hash from the number of a slot to its count. By Redis' own clock, for those of several processes
// differ. Where that clock has been set back, what was counted in the time that has not come yet counts as of now. In one step, so that all limits count a request or none does. Answers with whether it is admitted, the number of the
// tightest limit, what is left of it, and the milliseconds until one comes back.
const takeScript = Redis.script(
  (limits: ReadonlyArray<Limit>) => [
    ...limits.map(({ key }) => key),
    slotsPerWindow,
    ...limits.flatMap(({ limit, window }) => [limit, windowMillis[window] / slotsPerWindow])
  ],
  {
    numberOfKeys: (limits) => limits.length,
    lua: `
local time = redis.call("TIME")
local now = tonumber(time[1]) * 1000 + math.floor(tonumber(time[2]) / 1000)
local slots = tonumber(ARGV[1])
local function untilBelow(counts, total, limit, slot, width)
  for each = slot - slots, slot do
    total = total - (counts[each] or 0)
    if total < limit then return math.max(0, (each + slots + 1) * width - now) end
  end
  return 0
end
local tightest, least, reset
for i = 1, #KEYS do
  local limit, width = tonumber(ARGV[2 * i]), tonumber(ARGV[2 * i + 1])
  local slot = math.floor(now / width)
  local stored = redis.call("HGETALL", KEYS[i])
  local counts, total, early = {}, 0, 0
  for j = 1, #stored, 2 do
    local at = tonumber(stored[j])
    local count = tonumber(stored[j + 1])
    if at < slot - slots or at > slot then redis.call("HDEL", KEYS[i], stored[j]) end
    if at > slot then early = early + count elseif at >= slot - slots then counts[at] = count end
    if at >= slot - slots then total = total + count end
  end
  if early > 0 then counts[slot] = redis.call("HINCRBY", KEYS[i], slot, early) end
  if total >= limit then return { 0, i, 0, untilBelow(counts, total, limit, slot, width) } end
  if not least or limit - total - 1 < least then
    tightest, least = i, limit - total - 1
    counts[slot] = (counts[slot] or 0) + 1
    reset = untilBelow(counts, total + 1, total + 1, slot, width)
  end
end
for i = 1, #KEYS do
  local width = tonumber(ARGV[2 * i + 1])
  redis.call("HINCRBY", KEYS[i], math.floor(now / width), 1)
  redis.call("PEXPIRE", KEYS[i], (slots + 1) * width)
end
return { 1, tightest, least, reset }
`
  }
)

const Reply = Schema.Tuple([Schema.Finite, Schema.Finite, Schema.Finite, Schema.Finite])
const decodeReply = Schema.decodeUnknownEffect(Reply)

/** Counts in Redis. Fails where Redis does not answer, or not as it should. */
export const takeFrom = (redis: Redis.Redis["Service"]) => {
  const run = redis.eval(takeScript.withReturnType<unknown>())
  return Effect.fnUntraced(function* (asks: ReadonlyArray<Ask>) {
    const limits = limitsOf(asks)
    if (limits.length === 0) return undefined
    const [isAdmitted, at, remaining, resetMillis] = yield* Effect.flatMap(run(limits), decodeReply)
    const tightest = limits[at - 1]
    if (tightest === undefined) return undefined
    const { limit, of, window } = tightest
    return { isAdmitted: isAdmitted === 1, of, window, limit, remaining, resetMillis } satisfies Verdict
  })
}
