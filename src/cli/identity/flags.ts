import { Duration, Option, Schema } from "effect"
import { Flag } from "effect/cli"
import { AccountId } from "../../accounts/AccountId.ts"
import { Name } from "../../accounts/fields.ts"
import { Scope } from "../../platform/Caller.ts"

const listOf = (text: string): ReadonlyArray<string> =>
  text
    .split(",")
    .map((part) => part.trim())
    .filter((part) => part !== "")

const decodeScopes = Schema.decodeUnknownOption(Schema.Array(Scope).check(Schema.isMinLength(1)))

export const name = Flag.String("name").pipe(
  Flag.filterMap(Schema.decodeUnknownOption(Name), () => "1 to 100 characters on one line, no blanks around"),
  Flag.withDescription("What it is called.")
)

export const account = Flag.String("account").pipe(
  Flag.filterMap(Schema.decodeUnknownOption(AccountId), () => "the id of an account, acc_…"),
  Flag.withDescription("The account it belongs to, by its id; without it the house."),
  Flag.optional
)

export const scopes = Flag.String("scopes").pipe(
  Flag.withDefault("ask,chat"),
  Flag.filterMap(
    (text) => decodeScopes(listOf(text)),
    () => `some of ${Scope.literals.join(", ")}, with commas`
  ),
  Flag.withDescription(`What it may do: some of ${Scope.literals.join(", ")}; without it ask,chat.`)
)

export const models = Flag.String("models").pipe(
  Flag.map(listOf),
  Flag.withDescription("The models that may be named with it, with commas; without it all."),
  Flag.optional
)

const units = { m: Duration.minutes(1), h: Duration.hours(1), d: Duration.days(1), w: Duration.weeks(1) }

/** `30d`, `12h`, `90m`, `2w`. */
export const readTime = (text: string): Option.Option<Duration.Duration> => {
  const [, count, unit] = /^([1-9]\d{0,4})([mhdw])$/.exec(text) ?? []
  return unit === "m" || unit === "h" || unit === "d" || unit === "w"
    ? Option.some(Duration.times(units[unit], Number(count)))
    : Option.none()
}

export const expires = Flag.String("expires").pipe(
  Flag.filterMap(readTime, () => "a number of minutes, hours, days or weeks, such as 30d or 12h"),
  Flag.withDescription("After what time it ends, such as 30d, 12h or 2w; without it never."),
  Flag.optional
)

/** A limit of the key's own. */
export const limit = (name: string, what: string) =>
  Flag.Int(name).pipe(
    Flag.filter(
      (count) => count >= 0,
      () => "0 or more"
    ),
    Flag.withDescription(`Most requests ${what}; 0 is no limit, without it as the settings say.`),
    Flag.optional
  )
