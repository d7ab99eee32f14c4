/**
 * How single values are read. A file, an environment variable and a flag all say the same thing in different types
 * (`8000` or `"8000"`, `true` or `"yes"`), so every value is accepted in each of its spellings.
 */
import { Duration, Effect, Result, Schema, SchemaGetter, SchemaIssue } from "effect"
import { parseProxy } from "../outbound/ProxyAddress.ts"

const KIBIBYTE = 1024

const refused = Effect.fail(new SchemaIssue.InvalidValue())

const NumberValue = Schema.Union([Schema.Finite, Schema.FiniteFromString])

/** A number within bounds, both belonging to it. */
export const NumberFrom = (minimum: number, maximum: number) =>
  NumberValue.check(Schema.isBetween({ minimum, maximum }))

/** A whole number within bounds, both belonging to it. */
export const WholeNumberFrom = (minimum: number, maximum: number) => NumberFrom(minimum, maximum).check(Schema.isInt())

/** A time given in seconds, within bounds, decoded to a `Duration`. */
export const SecondsFrom = (minimum: number, maximum: number) =>
  NumberFrom(minimum, maximum).pipe(
    Schema.decodeTo(Schema.Duration, {
      decode: SchemaGetter.transform((seconds) => Duration.seconds(seconds)),
      encode: SchemaGetter.transform((duration) => Duration.toSeconds(duration))
    })
  )

const switchWords = new Map([
  ...["true", "yes", "on", "1"].map((word): [string, boolean] => [word, true]),
  ...["false", "no", "off", "0"].map((word): [string, boolean] => [word, false])
])

/** Yes or no, as a boolean, a word or a number. */
export const Switch = Schema.Union([Schema.Boolean, Schema.Finite, Schema.String]).pipe(
  Schema.decodeTo(Schema.Boolean, {
    decode: SchemaGetter.transformEffect((raw: boolean | number | string) => {
      const value = switchWords.get(String(raw).trim().toLowerCase())
      return value === undefined ? refused : Effect.succeed(value)
    }),
    encode: SchemaGetter.transform((value: boolean): boolean | number | string => value)
  })
)

/** A text without surrounding blanks and without control characters. */
export const Text = Schema.Trim.check(Schema.makeFilter((text: string) => text !== "" && !/\p{Cc}/u.test(text)))

/** One of some words, in any case; several words may stand for one meaning. */
export const WordFrom = <const Meaning extends string>(words: Readonly<Record<string, Meaning>>) => {
  const meanings = new Map(Object.entries(words))
  // The first word of a meaning is the one it is written with.
  const written = new Map(
    Object.entries(words)
      .map(([word, meaning]): [Meaning, string] => [meaning, word])
      .reverse()
  )
  return Text.pipe(
    Schema.decodeTo(Schema.Literals([...new Set(meanings.values())]), {
      decode: SchemaGetter.transformEffect((text: string) => {
        const meaning = meanings.get(text.toLowerCase())
        return meaning === undefined ? refused : Effect.succeed(meaning)
      }),
      encode: SchemaGetter.transform((meaning: Meaning): string => written.get(meaning) ?? meaning)
    })
  )
}

const HeaderText = Text.check(Schema.isPattern(/^[\x21-\x7e]+$/))

/** A secret. Printable ASCII without blanks where it is sent in a header, since no client sends anything else. */
export const HeaderSecret = Schema.RedactedFromValue(HeaderText)

/** The same, of a least length in characters. */
export const HeaderSecretFrom = (minimum: number) =>
  Schema.RedactedFromValue(HeaderText.check(Schema.isMinLength(minimum)))

/** A secret of any form. */
export const Secret = Schema.RedactedFromValue(Text)

/** A secret of a form of its own. */
export const SecretThat = (isValid: (text: string) => boolean) =>
  Schema.RedactedFromValue(Text.check(Schema.makeFilter(isValid)))

/** A secret of any form, of a least length in characters. */
export const SecretFrom = (minimum: number) => Schema.RedactedFromValue(Text.check(Schema.isMinLength(minimum)))

const ListOrText = Schema.Union([Schema.Array(Schema.String), Schema.String])

/** The entries of a list, or of one text with commas; blank ones say nothing. */
const entriesOf = (raw: ReadonlyArray<string> | string): ReadonlyArray<string> =>
  (typeof raw === "string" ? raw.split(",") : raw).map((entry) => entry.trim()).filter((entry) => entry !== "")

/** A list of values that are each written as a text, or the same in one text with commas. */
export const ListOf = <Type>(item: Schema.Codec<Type, string>) =>
  ListOrText.pipe(
    Schema.decodeTo(Schema.Array(item), {
      decode: SchemaGetter.transform(entriesOf),
      encode: SchemaGetter.transform((entries: ReadonlyArray<string>): ReadonlyArray<string> | string => entries)
    })
  )

const withoutTrailingSlash = (text: string): string => (text.endsWith("/") ? text.slice(0, -1) : text)

const isHttpUrl = (text: string): boolean => {
  if (!URL.canParse(text)) return false
  const url = new URL(text)
  const isPlain = url.username === "" && url.password === "" && !/[?#\s]/.test(text)
  return (url.protocol === "http:" || url.protocol === "https:") && isPlain
}

/** An http or https address without a user name, password, query or fragment; a slash at its end is dropped. */
export const HttpUrl = Text.check(Schema.makeFilter(isHttpUrl)).pipe(
  Schema.decode({
    decode: SchemaGetter.transform(withoutTrailingSlash),
    encode: SchemaGetter.transform((url: string) => url)
  })
)

const isOrigin = (text: string): boolean => text === "*" || /^[a-z][a-z0-9+.-]*:\/\/[^/\s?#@]+$/i.test(text)

/** Hosts, networks and domains as `NO_PROXY` lists them. Other programs set it too, so nearly everything goes. */
export const Hosts = ListOf(Text.check(Schema.isPattern(/^\S+$/)))

/** Without a path, which would be of no use. */
const isProxyAddress = (text: string): boolean =>
  /^([^/]*:\/\/)?[^/\\?#\s]+\/?$/.test(text) && Result.isSuccess(parseProxy(text))

/** The address of a proxy. Secret, as it may hold a password. */
export const ProxyAddress = Schema.RedactedFromValue(Text.check(Schema.makeFilter(isProxyAddress)))

/** A list of origins, or the same in one text with commas. */
export const Origins = ListOrText.pipe(
  Schema.decodeTo(Schema.Array(Schema.String.check(Schema.makeFilter(isOrigin))), {
    decode: SchemaGetter.transform((raw: ReadonlyArray<string> | string) => entriesOf(raw).map(withoutTrailingSlash)),
    encode: SchemaGetter.transform((origins: ReadonlyArray<string>): ReadonlyArray<string> | string => origins)
  })
)

const byteUnits = new Map([
  ["", 1],
  ["b", 1],
  ["kb", KIBIBYTE],
  ["mb", KIBIBYTE ** 2],
  ["gb", KIBIBYTE ** 3]
])

/** A size in bytes, as a number or a text such as `512kb`; 1kb is 1024 bytes. */
export const BytesFrom = (minimum: number, maximum: number) =>
  Schema.Union([Schema.Finite, Schema.String]).pipe(
    Schema.decodeTo(Schema.Int.check(Schema.isBetween({ minimum, maximum })), {
      decode: SchemaGetter.transformEffect((raw: number | string) => {
        const match = /^(\d{1,15}(?:\.\d{1,3})?)\s*([kmg]?b|)$/i.exec(String(raw).trim())
        const unit = byteUnits.get((match?.[2] ?? "?").toLowerCase())
        return match === null || unit === undefined ? refused : Effect.succeed(Math.round(Number(match[1]) * unit))
      }),
      encode: SchemaGetter.transform((bytes: number): number | string => bytes)
    })
  )

/** A host name or an IP address to listen on. */
export const Host = Text.check(Schema.isPattern(/^[A-Za-z0-9.:%_-]+$/))
