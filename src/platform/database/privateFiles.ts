/**
 * What the service keeps is for the user it runs as: folders 0700, files 0600, whatever the umask. What an older version left open to others
 * is closed when it is found; where that is not ours to do, it is said. Windows has rights of another kind: there nothing is done.
 */
import type { Stats } from "node:fs"
import { chmod, lstat, readdir } from "node:fs/promises"
import { basename, dirname, join, sep } from "node:path"
import { Effect, FileSystem } from "effect"

const ofFolders = 0o700
const ofFiles = 0o600
const ofOthers = 0o077
const sticky = 0o1000

export const hasRights = process.platform !== "win32"

/** Rights as people write them: `0644`. */
export const rightsText = (mode: number): string => (mode & 0o777).toString(8).padStart(4, "0")

/** Whether others than the owner may do anything with a file or folder of this mode. */
export const isOpenToOthers = (mode: number): boolean => hasRights && (mode & ofOthers) !== 0

/** Makes a folder for this user only, and those above it that are missing; one that is there stays as it is. */
export const makePrivateFolder = Effect.fnUntraced(function* (folder: string) {
  const files = yield* FileSystem.FileSystem
  // One by one: where nothing can be made, as below /proc, node's own way of making all of them never ends.
  const missing: Array<string> = []
  for (let at = folder; !(yield* files.exists(at)) && dirname(at) !== at; at = dirname(at)) missing.unshift(at)
  for (const each of missing) {
    yield* files
      .makeDirectory(each, { mode: ofFolders })
      .pipe(Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.void))
  }
})

/** Makes an empty file for this user only where there is none: what SQLite opens then, it opens with these rights. */
export const makePrivateFile = Effect.fnUntraced(function* (file: string) {
  const files = yield* FileSystem.FileSystem
  yield* files.open(file, { flag: "wx", mode: ofFiles }).pipe(
    Effect.scoped,
    Effect.catchReason("PlatformError", "AlreadyExists", () => Effect.void)
  )
})

/** What others may look into: closed by the next start (or just now), or left so, because it is not ours to close. */
export interface OpenPath {
  readonly path: string
  readonly mode: number
  readonly state: "closable" | "of somebody else" | "holds other things"
}

/** Where the service keeps what is to be kept from others. */
export interface KeptPlaces {
  readonly home: string
  /** Of the database. */
  readonly filename: string
}

/**
 * Closes the home folder and the database to others, and says what it found open. A folder that holds more than ours is left as it is, for it
 * may be one that others need: `home` may be `/var/lib`, and then nothing else on the machine would work any more.
 */
export const keepPrivate = (places: KeptPlaces): Effect.Effect<ReadonlyArray<OpenPath>> =>
  findOpen(places).pipe(
    Effect.flatMap((found) =>
      Effect.forEach(found, (open) =>
        open.state === "closable"
          ? Effect.tryPromise(() => chmod(open.path, open.mode & ~ofOthers)).pipe(
              Effect.as(open),
              Effect.orElseSucceed((): OpenPath => ({ ...open, state: "of somebody else" }))
            )
          : Effect.succeed(open)
      )
    ),
    Effect.withSpan("privateFiles.keep")
  )

// What SQLite keeps beside a database, and what our commands leave there.
const besideDatabase = /^(?:-wal|-shm|-journal|\.restoring|\.before-restore-.*)?$/
const ours = /\.(?:db|partial|tmp|log)$|\.db(?:-wal|-shm|-journal|\..*)$|\.log\./
// An encryption key that stood open is refused where it is read. Keys may stand in a configuration, but who writes that is for people to say; the
// others are nobody's secret.
const known =
  /^(?:.*\.key|config\.(?:json|ya?ml)|imports|prompts|lost\+found|\.DS_Store|\.gitkeep|\.gitignore)$|\.(?:pack|csv|tsv|xlsx|jsonl?)$/

/** What stands open of the home folder and of the database. Changes nothing. */
export const findOpen = Effect.fn("privateFiles.find")(function* ({ filename, home }: KeptPlaces) {
  const found: Array<OpenPath> = []
  if (!hasRights) return found
  const user = process.getuid?.()

  const look = Effect.fnUntraced(function* (path: string, isOurs: (info: Stats) => boolean) {
    // Not where a link leads: that may be anywhere.
    const info = yield* Effect.option(Effect.tryPromise(() => lstat(path)))
    if (info._tag === "None" || info.value.isSymbolicLink() || !isOpenToOthers(info.value.mode)) return
    const { mode, uid } = info.value
    const state = uid !== user ? "of somebody else" : isOurs(info.value) ? "closable" : "holds other things"
    found.push({ path, mode, state })
  })
  const entriesOf = (folder: string) =>
    Effect.orElseSucceed(
      Effect.tryPromise(() => readdir(folder)),
      () => new Array<string>()
    )

  const place = dirname(filename)
  const isBeside = (name: string): boolean => {
    const own = basename(filename)
    return name.startsWith(own) && besideDatabase.test(name.slice(own.length))
  }
  const entries = yield* entriesOf(home)
  const isOfHome = (name: string): boolean =>
    ours.test(name) || known.test(name) || `${place}${sep}`.startsWith(join(home, name) + sep) || isBesideIn(home, name)
  const isBesideIn = (folder: string, name: string): boolean => folder === place && isBeside(name)

  yield* look(home, ({ mode }) => (mode & sticky) === 0 && entries.every(isOfHome))
  for (const name of entries) if (ours.test(name) || isBesideIn(home, name)) yield* look(join(home, name), () => true)
  const imports = join(home, "imports")
  if (entries.includes("imports")) yield* look(imports, () => true)
  for (const name of yield* entriesOf(imports)) yield* look(join(imports, name), () => true)
  if (place !== home) {
    for (const name of yield* entriesOf(place)) if (isBeside(name)) yield* look(join(place, name), () => true)
  }
  return found
})
