import { Result, Schema } from "effect"
import { Base64Url } from "effect/encoding"
import { AccessHeader } from "./AccessClaims.ts"

/** Longest access token that is looked at, in characters. */
export const longestToken = 4096
/** An Ed25519 signature in base64url. */
const signatureForm = /^[\w-]{86}$/

const decodeHeader = Schema.decodeUnknownResult(AccessHeader, { onExcessProperty: "error" })
const parseJson = Schema.decodeUnknownResult(Schema.fromJsonString(Schema.Unknown))
const decoder = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true })

/** The bytes of base64url in its one spelling, which ends in no stray bits and no `=`. */
const bytesOf = (text: string): Uint8Array | undefined => {
  const bytes = Result.getOrUndefined(Base64Url.decode(text))
  return bytes !== undefined && Base64Url.encode(bytes) === text ? bytes : undefined
}

/** A JSON text as `JSON.stringify` spells it: each member once, no blanks, no other form of a number or a letter. */
const canonicalJson = (segment: string): string | undefined => {
  const bytes = bytesOf(segment)
  if (bytes === undefined) return undefined
  try {
    const text = decoder.decode(bytes)
    const value = Result.getOrUndefined(parseJson(text))
    return JSON.stringify(value) === text ? text : undefined
  } catch {
    return undefined
  }
}

/**
 * The header of a text that has the form of an access token of ours, in the only spelling that we write; nothing for anything else.
 * Nothing is known yet of whether it is one: that takes its signature.
 */
export const headerOf = (token: string): AccessHeader | undefined => {
  if (token.length > longestToken) return undefined
  const segments = token.split(".")
  const [header = "", payload = "", signature = ""] = segments
  if (segments.length !== 3 || !signatureForm.test(signature) || bytesOf(signature) === undefined) return undefined
  const text = canonicalJson(header)
  return text === undefined || canonicalJson(payload) === undefined
    ? undefined
    : Result.getOrUndefined(decodeHeader(text))
}
