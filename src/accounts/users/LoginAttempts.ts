import { hash } from "node:crypto"
import { Context, Duration, Effect, Layer, Schema } from "effect"
import { isLoopbackAddress, limitedAs } from "../../platform/admission/addresses.ts"
import { RecentMap } from "../../platform/admission/RecentMap.ts"
import { SlidingWindow } from "../../platform/admission/SlidingWindow.ts"
import { steadyNow } from "../../platform/steadyTime.ts"
import { emailKey } from "./userRows.ts"

/** Too many wrong passwords; this one was not looked at. */
export class SlowDown extends Schema.TaggedError<SlowDown>()("SlowDown", {
  /** Whole seconds, at least 1. */
  retryAfter: Schema.Finite
}) {}

/**
 * How many wrong passwords are too many. Each address of the network has its own count for each login, so that nobody is kept out by what
 * others try elsewhere; that many others try bounds how often each of those may who have never got it right.
 */
export const bounds = {
  /** Of one login from one address, in 15 minutes. */
  fromOneAddress: 10,
  /** The same once a login is guessed at from several addresses, for addresses from which it was never given rightly. */
  whileGuessedAt: 3,
  /** Wrong ones of a login in an hour, from all such addresses together, after which it counts as guessed at. */
  guessedAt: 30,
  /** In a day; then each such address has one try, and all of them together one every ten seconds. */
  besieged: 1000,
  /** Of one address in a minute, whichever logins; and for a login it has not got wrong yet. */
  ofAddress: 20,
  ofAddressFirstTries: 100,
  /** Being looked at for one address at the same time. */
  atOnce: 10
}

const within = Duration.toMillis("15 minutes")
const hour = Duration.toMillis("1 hour")
const day = Duration.toMillis("1 day")
const betweenTries = Duration.toMillis("10 seconds")
/** How long an address is trusted for a login after it was given rightly from there, unless the process ends before. */
const trustedFor = Duration.toMillis("30 days")
// Several people may be behind this machine's own address.
const timesFromHere = 10

const mostPairs = 20_000
const mostLogins = 10_000

/** A login at an address. Times are those of `steadyMillis`, the oldest first. */
interface Pair {
  wrong: ReadonlyArray<number>
  underWay: number
}

/** A login, as it is tried from addresses that are not trusted for it. */
interface Guessed {
  readonly inHour: SlidingWindow
  readonly inDay: SlidingWindow
  underWay: number
  nextTry: number
}

interface Place {
  readonly inMinute: SlidingWindow
  underWay: number
}

export interface Login {
  readonly email: string
  /** Of the network, as `Origin` has it. */
  readonly address: string
}

/** Counts wrong passwords, whether or not anybody has the e-mail address that they were sent with. Bounded; in this process's memory. */
export class LoginAttempts extends Context.Service<
  LoginAttempts,
  {
    /**
     * Tries a login; `SlowDown` where too many went wrong, and then it is not tried. Each counts from its beginning, so that no more can
     * be made at the same time either. One that failed for another reason than a wrong password is no wrong one; a right one forgives
     * what was wrong from its address.
     */
    readonly attempt: <A, E, R>(
      login: Login,
      work: Effect.Effect<A, E, R>,
      isWrong: (error: E) => boolean
    ) => Effect.Effect<A, E | SlowDown, R>
  }
>()("siku/accounts/users/LoginAttempts") {
  static readonly layer: Layer.Layer<LoginAttempts> = Layer.sync(LoginAttempts, () => makeLoginAttempts())
}

export const makeLoginAttempts = (): LoginAttempts["Service"] => {
  const pairs = new RecentMap<Pair>(mostPairs, () => ({ wrong: [], underWay: 0 }))
  const trusted = new RecentMap<{ since: number }>(mostPairs, () => ({ since: Number.NEGATIVE_INFINITY }))
  const logins = new RecentMap<Guessed>(mostLogins, () => ({
    inHour: new SlidingWindow(hour),
    inDay: new SlidingWindow(day),
    underWay: 0,
    nextTry: 0
  }))
  const places = new RecentMap<Place>(mostPairs, () => ({ inMinute: new SlidingWindow(60_000), underWay: 0 }))

  const find = ({ address, email }: Login, now: number) => {
    const network = limitedAs(address)
    // No text that somebody sends is kept, however long.
    const login = hash("sha256", emailKey(email), "base64url")
    const name = `${network} ${login}`
    const since = trusted.find(name)?.since
    return {
      name,
      isTrusted: since !== undefined && now - since < trustedFor,
      pair: pairs.get(name),
      guessed: logins.get(login),
      place: places.get(network),
      times: isLoopbackAddress(address) ? timesFromHere : 1
    }
  }
  type Found = ReturnType<typeof find>

  /** How many from this address for this login may be wrong. */
  const mostOf = ({ guessed, isTrusted }: Found, now: number): number => {
    if (isTrusted) return bounds.fromOneAddress
    if (guessed.inDay.at(now) + guessed.underWay >= bounds.besieged) return 1
    return guessed.inHour.at(now) + guessed.underWay >= bounds.guessedAt ? bounds.whileGuessedAt : bounds.fromOneAddress
  }

  /** Milliseconds until it may be tried; 0 for now. */
  const waitOf = (found: Found, now: number): number => {
    const { guessed, isTrusted, pair, place, times } = found
    const most = mostOf(found, now)
    if (pair.wrong.length + pair.underWay >= most) {
      const first = pair.wrong[Math.max(0, pair.wrong.length - most)]
      return first === undefined ? 1 : Math.max(1, first + within - now)
    }
    if (isTrusted) return 0
    if (most === 1 && now < guessed.nextTry) return guessed.nextTry - now
    if (place.underWay >= bounds.atOnce * times) return 1
    const mostHere = (pair.wrong.length === 0 ? bounds.ofAddressFirstTries : bounds.ofAddress) * times
    const wrongHere = place.inMinute.at(now) + place.underWay
    return wrongHere < mostHere ? 0 : Math.max(1, place.inMinute.untilBelow(mostHere, now))
  }

  const count = ({ guessed, isTrusted, pair, place }: Found, by: 1 | -1) => {
    pair.underWay += by
    place.underWay += by
    if (!isTrusted) guessed.underWay += by
  }

  const countWrong = ({ guessed, isTrusted, pair, place }: Found, now: number) => {
    pair.wrong = [...pair.wrong, now]
    place.inMinute.at(now)
    place.inMinute.add()
    if (isTrusted) return
    for (const window of [guessed.inHour, guessed.inDay]) {
      window.at(now)
      window.add()
    }
  }

  return LoginAttempts.of({
    attempt: (login, work, isWrong) =>
      Effect.gen(function* () {
        const now = yield* steadyNow
        const found = find(login, now)
        const { guessed, name, pair } = found
        pair.wrong = pair.wrong.filter((at) => at > now - within)
        const wait = waitOf(found, now)
        if (wait > 0) return yield* new SlowDown({ retryAfter: Math.max(1, Math.ceil(wait / 1000)) })
        if (mostOf(found, now) === 1) guessed.nextTry = now + betweenTries
        count(found, 1)
        const done = yield* work.pipe(
          Effect.tapError((error) =>
            isWrong(error) ? Effect.map(steadyNow, (now) => countWrong(found, now)) : Effect.void
          ),
          Effect.ensuring(Effect.sync(() => count(found, -1)))
        )
        pair.wrong = []
        trusted.get(name).since = yield* steadyNow
        return done
      })
  })
}
