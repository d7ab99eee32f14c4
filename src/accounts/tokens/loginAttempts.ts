import { Clock, Duration, Effect } from "effect"
import { SlowDown } from "./errors.ts"

/** How many wrong passwords for one address are too many, in which time; the rest of that time is then waited out. */
export const mostWrong = 10
export const within = Duration.minutes(15)
const mostAddresses = 10_000

/**
 * Counts wrong passwords by e-mail address, whether or not anybody has it. Bounded: past ten thousand addresses the one tried least lately is
 * forgotten.
 */
export const makeLoginAttempts = () => {
  /** When passwords were tried, in milliseconds since 1970, the oldest first; addresses by when they were last tried. */
  const attempts = new Map<string, ReadonlyArray<number>>()
  const windowMillis = Duration.toMillis(within)

  const put = (address: string, times: ReadonlyArray<number>) => {
    attempts.delete(address)
    if (times.length === 0) return
    attempts.set(address, times)
    if (attempts.size <= mostAddresses) return
    for (const oldest of attempts.keys()) {
      attempts.delete(oldest)
      return
    }
  }

  /**
   * Tries a login for an address; `SlowDown` where too many went wrong. Each try counts from its beginning, so that no more can be made at
   * the same time either; one that failed for another reason than a wrong login is taken back, and a right one takes back all.
   */
  const attempt = <A, E, R>(email: string, login: Effect.Effect<A, E, R>, isWrong: (error: E) => boolean) =>
    Effect.gen(function* () {
      const address = email.trim().normalize("NFC").toLowerCase()
      const now = yield* Clock.currentTimeMillis
      const recent = (attempts.get(address) ?? []).filter((at) => at > now - windowMillis)
      const [oldest] = recent
      if (oldest !== undefined && recent.length >= mostWrong) {
        return yield* new SlowDown({ retryAfter: Math.max(1, Math.ceil((oldest + windowMillis - now) / 1000)) })
      }
      put(address, [...recent, now])
      let counts = false
      const takeBack = Effect.sync(() => {
        if (counts) return
        const times = attempts.get(address) ?? []
        const at = times.lastIndexOf(now)
        put(
          address,
          times.filter((_, index) => index !== at)
        )
      })
      const found = yield* login.pipe(
        Effect.tapError((error) => Effect.sync(() => (counts = isWrong(error)))),
        Effect.onError(() => takeBack)
      )
      attempts.delete(address)
      return found
    })

  return { attempt }
}
