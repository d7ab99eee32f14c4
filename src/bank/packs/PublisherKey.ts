import { Effect, FileSystem, Path, Redacted } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { makeSecretFile } from "../../platform/KeyFile.ts"
import { PublisherKeyUnusable } from "./errors.ts"
import { bytesOf } from "./PackHeader.ts"

const seedBytes = 32
const rightsOfOthers = 0o077

/**
 * The seed of the key that packs of this home are signed with, from `pack.key`; made, for this user only, where there is
 * none, so that two that make it use one.
 */
export const readPublisherKey = Effect.fn("PublisherKey.read")(function* (home: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const file = path.join(home, "pack.key")
  const unusable = (detail: string) => new PublisherKeyUnusable({ file, detail })

  const create = makeSecretFile(file, Base64Url.encode(SecureRandom.randomBytesUnsafe(seedBytes)))
  const stat = files.stat(file)
  const { mode } = yield* stat.pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.andThen(create, stat)),
    Effect.mapError((error) => unusable(error.message))
  )
  if (process.platform !== "win32" && (mode & rightsOfOthers) !== 0) {
    return yield* unusable(`other users of this machine can read or change it. Run: chmod 600 "${file}"`)
  }
  const text = yield* files.readFileString(file).pipe(Effect.mapError((error) => unusable(error.message)))
  const seed = bytesOf(text.trim())
  if (seed?.length !== seedBytes) {
    return yield* unusable(
      "it holds no key. Put it back from a backup; if it is deleted, the next pack makes another, which nobody knows"
    )
  }
  return Redacted.make(seed)
})
