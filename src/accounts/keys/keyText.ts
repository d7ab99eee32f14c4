// The texts of keys: `sk-siku-`, 43 random characters and 6 that check them, so that a mistyped key is told apart without a look-up.
import { createHmac, type KeyObject } from "node:crypto"
import { crc32 } from "node:zlib"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"

/** How every key begins. */
export const keyPrefix = "sk-siku-"

const randomBytes = 32
const checkLength = 6
const shownLength = 8
/** Of every key. */
export const keyLength = keyPrefix.length + 43 + checkLength

const checkOf = (text: string): string => {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(crc32(text))
  return bytes.toString("base64url")
}

/** A new key; 256 of its bits are random. */
export const newKeyText = (): string => {
  const text = keyPrefix + Base64Url.encode(SecureRandom.randomBytesUnsafe(randomBytes))
  return text + checkOf(text)
}

/** Whether a text has the form of a key, check included. */
export const isKeyText = (text: string): boolean =>
  text.length === keyLength &&
  text.startsWith(keyPrefix) &&
  checkOf(text.slice(0, -checkLength)) === text.slice(-checkLength)

/** The beginning of a key, which may be shown. */
export const shownPart = (text: string): string => text.slice(0, keyPrefix.length + shownLength)

/** What is stored of a key: HMAC-SHA-256 in hexadecimal, worth nothing without the secret it is made with. */
export const keyHash = (text: string, secret: KeyObject): string =>
  createHmac("sha256", secret).update(text).digest("hex")
