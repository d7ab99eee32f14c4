// When a rate limit lets calls through again, where a platform says so in headers rather than with `retry-after`.

const day = 86_400_000

/**
 * The wait in milliseconds that the `x-ratelimit-reset…` headers of a 429 amount to: the longest among the limits that
 * are used up. `undefined` where none can be read, or lies more than a day ahead. `now` is the time in milliseconds.
 */
export const rateLimitResetMillis = (
  headers: Readonly<Record<string, string | undefined>>,
  now: number
): number | undefined => {
  const waits = ["", "-requests", "-tokens"].flatMap((limit) => {
    const remaining = headers[`x-ratelimit-remaining${limit}`]?.trim()
    // A reset of a limit that is not used up says nothing about this reply.
    if (remaining !== undefined && remaining !== "0") return []
    const wait = waitOf(headers[`x-ratelimit-reset${limit}`]?.trim() ?? "", now)
    return wait !== undefined && wait >= 0 && wait <= day ? [wait] : []
  })
  return waits.length === 0 ? undefined : Math.max(...waits)
}

const duration = /^(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m)?(?:(\d+(?:\.\d+)?)s)?(?:(\d+(?:\.\d+)?)ms)?$/

// `6m0s` (OpenAI), milliseconds since the epoch (OpenRouter), seconds since the epoch, or seconds from now.
const waitOf = (text: string, now: number): number | undefined => {
  const number = text === "" ? Number.NaN : Number(text)
  if (Number.isFinite(number)) {
    if (number >= 1e12) return number - now
    return number >= 1e9 ? number * 1000 - now : number * 1000
  }
  const parts = text === "" ? null : duration.exec(text)
  if (parts === null) return undefined
  const [days, hours, minutes, seconds, millis] = parts.slice(1).map((part) => Number(part ?? 0))
  return (days ?? 0) * day + (hours ?? 0) * 3_600_000 + (minutes ?? 0) * 60_000 + (seconds ?? 0) * 1000 + (millis ?? 0)
}
