// Hashes of passwords as texts that say how they were made: `$scrypt$ln=17,r=8,p=1$<salt>$<hash>`, both in base64 without padding.
import { scrypt, timingSafeEqual } from "node:crypto"
import { Effect } from "effect"
import { SecureRandom } from "effect/crypto"
import { nfc } from "../../platform/normalForms.ts"

/** What one hashing costs: 2^ln rounds over blocks of 128·r bytes, p times; the memory is 128·r·2^ln bytes. */
export interface ScryptCost {
  readonly ln: number
  readonly r: number
  readonly p: number
}

const saltBytes = 16
const hashBytes = 32

/** Hashes a password with a new salt. */
export const hashPassword = Effect.fnUntraced(function* (password: string, cost: ScryptCost) {
  const salt = Buffer.from(SecureRandom.randomBytesUnsafe(saltBytes))
  const hash = yield* run(password, salt, cost)
  return `$scrypt$ln=${cost.ln},r=${cost.r},p=${cost.p}$${unpadded(salt)}$${unpadded(hash)}`
})

/** Whether this is the password that was hashed; false for a text that is no such hash. */
export const verifyPassword = Effect.fnUntraced(function* (password: string, hashed: string) {
  const made = parse(hashed)
  return made !== undefined && timingSafeEqual(made.hash, yield* run(password, made.salt, made.cost))
})

/** Whether a hash is weaker than one that is made now. */
export const isWeakerThan = (hashed: string, cost: ScryptCost): boolean => {
  const made = parse(hashed)?.cost
  return made === undefined || made.ln < cost.ln || made.r < cost.r || made.p < cost.p
}

const form = /^\$scrypt\$ln=(\d{1,2}),r=(\d{1,2}),p=(\d{1,2})\$([A-Za-z0-9+/]{22})\$([A-Za-z0-9+/]{43})$/

const parse = (hashed: string) => {
  const found = form.exec(hashed)
  if (found === null) return undefined
  const [, ln, r, p, salt = "", hash = ""] = found
  return {
    cost: { ln: Number(ln), r: Number(r), p: Number(p) },
    salt: Buffer.from(salt, "base64"),
    hash: Buffer.from(hash, "base64")
  }
}

const unpadded = (bytes: Buffer): string => bytes.toString("base64").replace(/=+$/, "")

/** In the thread pool; once begun it cannot be stopped. A password that different keyboards spell differently is one (RFC 8265: NFC). */
const run = (password: string, salt: Buffer, { ln, p, r }: ScryptCost): Effect.Effect<Buffer> =>
  Effect.callback<Buffer>((resume) => {
    const N = 2 ** ln
    scrypt(nfc(password), salt, hashBytes, { N, r, p, maxmem: 256 * N * r }, (error, hash) =>
      resume(error === null ? Effect.succeed(hash) : Effect.die(error))
    )
  })
