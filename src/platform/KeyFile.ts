/**
 * The file that holds the key of everything sealed. It is born whole and named only once: it is written beside its place
 * and then linked there, which fails where a file is already. So of two processes that start at once both use one key.
 */
import { Effect, FileSystem, Path, type PlatformError, Redacted, Schema } from "effect"
import { SecureRandom } from "effect/crypto"
import { Base64Url } from "effect/encoding"
import { makePrivateFolder } from "./database/privateFiles.ts"

/** There is no usable key to encrypt with. Holds nothing of the key itself. */
export class VaultUnavailable extends Schema.TaggedError<VaultUnavailable>()("VaultUnavailable", {
  file: Schema.String,
  /** `lost`: it is gone, and the database needs it; `other`: the database goes with another one. */
  why: Schema.Literals(["lost", "other", "unusable"]),
  detail: Schema.String,
  remedy: Schema.String
}) {
  override get message(): string {
    return `the encryption key ${this.file} cannot be used: ${this.detail}. ${this.remedy}`
  }
}

const keyBytes = 32
// As for the setting `security.encryption_key`.
const shortestKey = 32
const rightsOfOthers = 0o077

/** A key's text: 32 random bytes in base64url, 43 characters. */
export const newKeyText = (): string => Base64Url.encode(SecureRandom.randomBytesUnsafe(keyBytes))

/** What to do about a key that is lost or does not fit. */
export const keyRemedy =
  "Bring it back: put encryption.key from your backup into the home folder, or set SIKU_SECURITY_ENCRYPTION_KEY to its text. If it is lost for good, run: npm start -- key encryption --new"

/** Where the key file of a home folder is. */
export const keyFileIn = (home: string): Effect.Effect<string, never, Path.Path> =>
  Effect.map(Path.Path, (path) => path.join(home, "encryption.key"))

/**
 * Reads `encryption.key` in the home folder; makes it, for this user only, where there is none and one may be made. Fails when other users
 * could have read it, when it is too short, and when it can be neither read nor made.
 */
export const readKeyFile = Effect.fn("KeyFile.read")(function* (home: string, mayMake = true) {
  const files = yield* FileSystem.FileSystem
  const file = yield* keyFileIn(home)
  const unavailable = (detail: string, remedy: string, why: VaultUnavailable["why"] = "unusable") =>
    new VaultUnavailable({ file, why, detail, remedy })

  const create = mayMake
    ? makeSecretFile(file, newKeyText()).pipe(
        Effect.mapError((error) =>
          unavailable(
            `it cannot be made (${error.message})`,
            `Let the user that runs Siku write to the folder ${home}, or set SIKU_SECURITY_ENCRYPTION_KEY to a text of at least ${shortestKey} characters`
          )
        )
      )
    : Effect.fail(unavailable("it is gone, and the database holds what was encrypted with it", keyRemedy, "lost"))

  const unreadable = (error: PlatformError.PlatformError) =>
    unavailable(`it cannot be read (${error.message})`, "Let the user that runs Siku read it, and nobody else")
  const stat = files.stat(file)
  const { mode, type } = yield* stat.pipe(
    Effect.catchReason("PlatformError", "NotFound", () => Effect.andThen(create, stat)),
    Effect.catchTag("PlatformError", (error) => Effect.fail(unreadable(error)))
  )
  if (type !== "File") {
    return yield* unavailable("it is not a file", "Move it away; if nothing is stored yet, the next start makes a key")
  }
  if (process.platform !== "win32" && (mode & rightsOfOthers) !== 0) {
    return yield* unavailable(
      `other users of this machine can read or change it (mode ${(mode & 0o777).toString(8).padStart(4, "0")})`,
      `Run: chmod 600 "${file}"`
    )
  }
  const text = (yield* files.readFileString(file).pipe(Effect.mapError(unreadable))).trim()
  if (text.length < shortestKey) {
    return yield* unavailable(
      `it is too short (${text.length} characters, at least ${shortestKey} are needed)`,
      "Put it back from a backup; if nothing is stored with it yet, delete it and the next start makes another"
    )
  }
  return Redacted.make(text)
})

/**
 * Makes a file with a secret on its line, in a folder that is made where it is missing, for this user only. The file is born
 * whole: where there is one already, or another process makes it at the same time, that one stays.
 */
export const makeSecretFile = Effect.fnUntraced(function* (file: string, secret: string) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = path.dirname(file)
  yield* makePrivateFolder(folder)
  const draft = `${file}.${SecureRandom.uuidV4Unsafe()}.tmp`
  const text = `${secret}\n`
  // Not every file system has links. This way the place is taken only once too, though a reader may come halfway.
  const link = files.link(draft, file).pipe(
    Effect.catchIf(
      (error) => error.reason._tag !== "AlreadyExists",
      () => writeNew(file, text)
    ),
    // Another process was first: its key counts.
    Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.void)
  )
  yield* writeNew(draft, text).pipe(
    Effect.andThen(link),
    Effect.ensuring(Effect.ignore(files.remove(draft, { force: true })))
  )
  yield* syncFolder(folder)
})

/** Writes a file that must not be there yet, readable by this user only, and waits for the disk; all of it or none. */
const writeNew = (file: string, text: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const handle = yield* files.open(file, { flag: "wx", mode: 0o600 })
    yield* handle.writeAll(new TextEncoder().encode(text)).pipe(
      Effect.andThen(handle.sync),
      Effect.onError(() => Effect.ignore(files.remove(file)))
    )
  }).pipe(Effect.scoped)

/**
 * Makes a new name in a folder survive a power cut. Not every system lets a folder be opened or synced (Windows does not);
 * the file is in its place all the same.
 */
const syncFolder = (folder: string) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const handle = yield* files.open(folder, { flag: "r" })
    yield* handle.sync
  }).pipe(Effect.scoped, Effect.ignore)
