import { Effect, Option, Predicate, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import { describeFound, quote, showKey } from "./FoundValue.ts"
import { isSet } from "./SettingCells.ts"
import { NumberFrom } from "./SettingValues.ts"
import { suggest } from "./Suggestion.ts"
import { parseJson } from "../decodeJson.ts"

/** A million USD for a million tokens is a mistake, and keeps what calls come to within whole numbers. */
const HIGHEST_PRICE = 1_000_000
const PRICE_ALLOWED = `a number of USD per million tokens from 0 to ${HIGHEST_PRICE}`
const MODEL_ALLOWED = 'the id of a model, or "*" for every other one'
const PRICES_ALLOWED = "a group with input, output and, where they differ, cached_input, cache_write and cache_write_1h"

const decodeAmount = Schema.decodeUnknownOption(NumberFrom(0, HIGHEST_PRICE))

/** What is wrong inside a price table: the keys that lead there, as people are shown them, and what would do. */
export interface PriceFault {
  readonly path: ReadonlyArray<string>
  readonly found: string
  readonly allowed: string
  readonly remedy: string
}

type Amounts = Readonly<
  Record<"input" | "output" | "cached_input" | "cache_write" | "cache_write_1h", number | undefined>
>

const KEYS = ["input", "output", "cached_input", "cache_write", "cache_write_1h"]

/** Ids of models hold more kinds of characters than keys do. */
const showModel = (model: string): string => (/^[\w./:@*+-]{1,100}$/.test(model) ? model : quote(model))

/** A table that is given as a text, as the environment has to, is JSON. */
const tableOf = (raw: unknown): unknown => (typeof raw === "string" ? Result.getOrUndefined(parseJson(raw)) : raw)

const readAmounts = (shown: string, raw: object, faults: Array<PriceFault>): Amounts => {
  const given = new Map(Object.entries(raw))
  const amountOf = (key: string): number | undefined => {
    const value: unknown = given.get(key)
    if (!isSet(value)) return undefined
    const amount = Option.getOrUndefined(decodeAmount(value))
    if (amount === undefined)
      faults.push({
        path: [shown, key],
        found: describeFound(value, false),
        allowed: PRICE_ALLOWED,
        remedy: "write what a million tokens cost in USD as a number, such as 0.3; 0 where they cost nothing"
      })
    return amount
  }
  for (const key of given.keys()) {
    if (KEYS.includes(key)) continue
    const meant = suggest(key, KEYS)
    faults.push({
      path: [shown, showKey(key)],
      found: "a price that does not exist",
      allowed: KEYS.join(", "),
      remedy: meant === undefined ? "remove it" : `did you mean ${meant}?`
    })
  }
  for (const key of ["input", "output"])
    if (!isSet(given.get(key)))
      faults.push({
        path: [shown, key],
        found: "nothing",
        allowed: PRICE_ALLOWED,
        remedy: `set it; 0 where ${key} costs nothing`
      })
  return {
    input: amountOf("input"),
    output: amountOf("output"),
    cached_input: amountOf("cached_input"),
    cache_write: amountOf("cache_write"),
    cache_write_1h: amountOf("cache_write_1h")
  }
}

const Amount = Schema.Struct({
  input: Schema.Finite,
  cachedInput: Schema.UndefinedOr(Schema.Finite),
  cacheWrite: Schema.optionalKey(Schema.Finite),
  hourCacheWrite: Schema.optionalKey(Schema.Finite),
  output: Schema.Finite
})

/** A price table and everything that is wrong with it; `undefined` where the value is no table at all. */
export const readPrices = (raw: unknown) => {
  const table = tableOf(raw)
  if (!Predicate.isObject(table)) return undefined
  const faults: Array<PriceFault> = []
  const prices = new Map<string, typeof Amount.Type>()
  for (const [model, value] of Object.entries(table)) {
    if (!isSet(value)) continue
    if (model.trim() !== model || model === "" || /\p{Cc}/u.test(model)) {
      faults.push({ path: [], found: quote(model), allowed: MODEL_ALLOWED, remedy: "remove the blanks around it" })
      continue
    }
    if (!Predicate.isObject(value)) {
      const remedy = 'write it such as {"input": 0.3, "output": 1.2}'
      faults.push({ path: [showModel(model)], found: describeFound(value, false), allowed: PRICES_ALLOWED, remedy })
      continue
    }
    const { cache_write, cache_write_1h, cached_input, input, output } = readAmounts(showModel(model), value, faults)
    if (input === undefined || output === undefined) continue
    prices.set(model, {
      input,
      cachedInput: cached_input,
      ...(cache_write === undefined ? {} : { cacheWrite: cache_write }),
      ...(cache_write_1h === undefined ? {} : { hourCacheWrite: cache_write_1h }),
      output
    })
  }
  return { prices, faults }
}

/** Prices by model id, in USD per million tokens, as a group or as JSON in a text. */
export const Prices = Schema.Unknown.pipe(
  Schema.decodeTo(Schema.ReadonlyMap(Schema.String, Amount), {
    decode: SchemaGetter.transformEffect((raw: unknown) => {
      const reading = readPrices(raw)
      return reading === undefined || reading.faults.length > 0
        ? Effect.fail(new SchemaIssue.InvalidValue())
        : Effect.succeed(reading.prices)
    }),
    encode: SchemaGetter.transform((prices): unknown => prices)
  })
)
