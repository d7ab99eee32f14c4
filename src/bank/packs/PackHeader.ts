import { Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"

/** The form of packs that this version writes and reads. */
export const packFormat = 1

/** Questions in one pack, at most. */
export const mostQuestions = 10_000_000
/** A line with its end, in bytes. */
export const longestLine = 1_000_000

const longestName = 64
const longestVersion = 64
const longestDescription = 1000

const semver =
  /^(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)\.(?:0|[1-9]\d*)(?:-(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*)(?:\.(?:0|[1-9]\d*|\d*[A-Za-z-][\dA-Za-z-]*))*)?(?:\+[\dA-Za-z-]+(?:\.[\dA-Za-z-]+)*)?$/
// Names are typed into command lines, where no sign of a shell and no invisible letter may be in them.
const namePattern = /^[\p{L}\p{N}][\p{L}\p{M}\p{N}._-]*$/u
// Control characters and those that turn the direction of writing would forge what a terminal shows.
const hidden = /[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u

/** A name such as `chinese-history-7`: letters and digits of any script, and `.`, `_`, `-`; at most 64 characters. */
export const PackName = Schema.String.check(
  Schema.isMaxLength(longestName),
  Schema.makeFilter((name: string) => namePattern.test(name) && name === name.normalize("NFC"), {
    expected: "a name of letters, digits, dots, dashes and underscores"
  })
)
/** A version in the form of semver.org, at most 64 characters. */
export const PackVersion = Schema.String.check(
  Schema.isMaxLength(longestVersion),
  Schema.makeFilter((version: string) => semver.test(version), { expected: "a version such as 1.0.0" })
)
/** One line for people, at most 1,000 characters. */
export const PackDescription = Schema.String.check(
  Schema.isMaxLength(longestDescription),
  Schema.makeFilter((text: string) => !hidden.test(text), { expected: "one line without control characters" })
)
/** An Ed25519 public key, base64url. */
export const PublicKeyText = Schema.String.check(
  Schema.makeFilter((text: string) => bytesOf(text)?.length === 32, { expected: "an Ed25519 public key in base64url" })
)

/** The first line of a pack. */
export const PackHeader = Schema.Struct({
  siku_pack: Schema.Literal(packFormat),
  name: PackName,
  version: PackVersion,
  description: PackDescription,
  created_at: Schema.String.check(
    Schema.isMaxLength(32),
    Schema.makeFilter((text: string) => /^\d{4}-\d\d-\d\dT[\d:.]+Z$/.test(text) && !Number.isNaN(Date.parse(text)), {
      expected: "a time in UTC"
    })
  ),
  questions: Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: mostQuestions })),
  publisher: PublicKeyText
})
export type PackHeader = typeof PackHeader.Type

/** What a header must hold, in this order. */
const rules: ReadonlyArray<readonly [name: string, isOk: (value: unknown) => boolean, rule: string]> = [
  ["name", Schema.is(PackName), `a name of at most ${longestName} letters, digits, dots, dashes and underscores`],
  ["version", Schema.is(PackVersion), "a version such as 1.0.0"],
  ["description", Schema.is(PackDescription), `one line of at most ${longestDescription} characters`],
  ["created_at", Schema.is(PackHeader.fields.created_at), "a time in UTC"],
  ["questions", Schema.is(PackHeader.fields.questions), `a number from 1 to ${mostQuestions}`],
  ["publisher", Schema.is(PublicKeyText), "an Ed25519 public key in base64url"]
]
const isHeader = Schema.is(PackHeader)

/** Reads the first line of a file; fails with what is wrong with it, in words for whoever has the file. */
export const readHeader = (line: string): Result.Result<PackHeader, string> => {
  const value = parsed(line)
  if (value === undefined || !("siku_pack" in value)) {
    return Result.fail('it is no pack of Siku, which begins with {"siku_pack":1,')
  }
  const members = new Map<string, unknown>(Object.entries(value))
  const format = members.get("siku_pack")
  if (format !== packFormat) {
    return Result.fail(
      typeof format === "number" && format > packFormat
        ? `it is a pack of the form ${format}, made by a newer version of Siku; this one knows the form ${packFormat}`
        : `it is a pack of an unknown form; this version of Siku knows the form ${packFormat}`
    )
  }
  for (const [name, isOk, rule] of rules) {
    if (!isOk(members.get(name))) return Result.fail(`the header's ${name} must be ${rule}`)
  }
  if (members.size !== rules.length + 1) return Result.fail("the header says more than a pack of this form can")
  return isHeader(value) ? Result.succeed(value) : Result.fail("the header is none")
}

/** The object on a line, if there is one. */
export const parsed = (line: string): object | undefined => {
  try {
    const value: unknown = JSON.parse(line)
    return typeof value === "object" && value !== null && !Array.isArray(value) ? value : undefined
  } catch {
    return undefined
  }
}

/** The first line of a pack, without its end. */
export const headerLine = (header: PackHeader): string => {
  const { created_at, description, name, publisher, questions, siku_pack, version } = header
  return JSON.stringify({ siku_pack, name, version, description, created_at, questions, publisher })
}

/** The bytes of a text in base64url, if it is the one way to write them. */
export const bytesOf = (text: string): Uint8Array | undefined => {
  const bytes = Result.getOrUndefined(Base64Url.decode(text))
  return bytes !== undefined && Base64Url.encode(bytes) === text ? bytes : undefined
}
