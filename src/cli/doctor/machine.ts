import { readdir, statfs } from "node:fs/promises"
import { Clock, Effect, FileSystem, Option, Path, Redacted } from "effect"
import { openPlaceText } from "../../platform/database/openPlaces.ts"
import { findOpen, isOpenToOthers } from "../../platform/database/privateFiles.ts"
import type { Settings } from "../../platform/config/Settings.ts"
import { keysOfEntry } from "../../providers/admin/entryFields.ts"
import { type Finding, findingsOf, type Findings } from "./Finding.ts"

const leastNode = [22, 19] as const
// Nothing of this service is older.
const firstRelease = Date.UTC(2026, 0, 1)
const day = 86_400_000
const fewBytes = 100 * 1024 ** 2
const someBytes = 1024 ** 3

const machine = findingsOf("machine")
const home = findingsOf("home")

/** Whether this Node.js runs Siku; `version` is such as `24.1.0`. */
export const nodeVersion = (version: string): Finding => {
  const [major = 0, minor = 0] = version.split(".").map(Number)
  const [least, leastMinor] = leastNode
  return major > least || (major === least && minor >= leastMinor)
    ? machine.ok(`Node.js ${version}`)
    : machine.problem(
        `Node.js ${version} is too old`,
        `install Node.js ${leastNode.join(".")} or newer, or use npm start, which brings its own`
      )
}

/** Whether the clock can be right; `newest` is when the newest file was written. Milliseconds since 1970. */
export const clock = (now: number, newest: number | undefined): Finding => {
  const time = new Date(now).toISOString()
  if (now < firstRelease)
    return machine.problem(
      `the clock says ${time}, which is before Siku was made`,
      "set the clock: logins, keys and limits depend on it"
    )
  return newest !== undefined && newest - now > day
    ? machine.warning(
        `the clock says ${time}, but the database was written later (${new Date(newest).toISOString()})`,
        "set the clock: it has gone back since"
      )
    : machine.ok(`the clock says ${time}`)
}

/** What room there is on a disk, in bytes. */
export const room = (folder: string, free: number): Finding => {
  const text = `${folder}: ${(free / 1024 ** 3).toFixed(1)} GB free`
  if (free < fewBytes) return home.problem(text, "make room: nothing can be stored when the disk is full")
  return free < someBytes ? home.warning(text, "make room before the disk is full") : home.ok(text)
}

const keyName = "encryption.key"

/** The home folder: there, writable, with room, and its key for nobody else. Makes nothing. */
export const examineHome = Effect.fn("doctor.home")(function* (settings: RightsOf) {
  const files = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const folder = settings.home
  const found = yield* Effect.option(files.stat(folder))
  if (Option.isNone(found)) {
    const parent = path.dirname(folder)
    const mayMake = yield* Effect.isSuccess(files.access(parent, { writable: true }))
    return [
      mayMake
        ? home.ok(`${folder} is not there yet: the first start makes it`)
        : home.warning(
            `${folder} is not there, and ${parent} is not there or cannot be written to`,
            "make the folder for the user that runs Siku, or name another: --home"
          )
    ]
  }
  if (found.value.type !== "Directory")
    return [home.problem(`${folder} is not a folder`, "name another with --home, or move it away")]
  const isWritable = yield* Effect.isSuccess(files.access(folder, { readable: true, writable: true }))
  const free = yield* Effect.option(Effect.tryPromise(() => statfs(folder)))
  const entries = yield* Effect.orElseSucceed(
    Effect.tryPromise(() => readdir(folder)),
    () => new Array<string>()
  )
  return [
    isWritable
      ? home.ok(`${folder} is there, and can be written to`)
      : home.problem(`${folder} cannot be written to`, "give it to the user that runs Siku"),
    ...Option.toArray(Option.map(free, ({ bavail, bsize }) => room(folder, bavail * bsize))),
    ...(yield* examineRights(settings)),
    ...(yield* examineKey(path.join(folder, keyName), entries.includes(keyName), settings))
  ] satisfies Findings
})

const mostNamed = 10

type RightsOf = Pick<Settings, "ai" | "database" | "file" | "home" | "security">

/** Whether others can look into the home folder or the database. */
const examineRights = Effect.fnUntraced(function* (settings: RightsOf) {
  const { database, home: folder } = settings
  const filename = database.filename === ":memory:" ? `${folder}/siku.db` : database.filename
  const open = yield* findOpen({ home: folder, filename })
  return [
    ...open
      .slice(0, mostNamed)
      .map((each) =>
        home.warning(
          openPlaceText(each),
          each.state === "closable"
            ? "the next start closes it"
            : `run as its owner: chmod ${each.path === folder ? 700 : 600} "${each.path}"`
        )
      ),
    ...(yield* examineFile(settings))
  ]
})

/** Whether the configuration file holds keys and others can read it. */
const examineFile = Effect.fnUntraced(function* ({ ai, file, security }: RightsOf) {
  if (file === undefined) return []
  const files = yield* FileSystem.FileSystem
  const info = yield* Effect.option(files.stat(file))
  const text = yield* Effect.orElseSucceed(files.readFileString(file), () => "")
  const secrets = [
    ...ai.entries.flatMap(({ entry }) => keysOfEntry(entry)),
    ...[security.adminKey, security.encryptionKey].flatMap((key) => (key === undefined ? [] : [Redacted.value(key)]))
  ]
  return Option.exists(info, ({ mode }) => isOpenToOthers(mode)) && secrets.some((secret) => text.includes(secret))
    ? [home.warning(`${file} holds keys and can be read by other users of this machine`, `run: chmod 600 "${file}"`)]
    : []
})

const examineKey = Effect.fnUntraced(function* (
  file: string,
  isThere: boolean,
  { security }: Pick<Settings, "security">
) {
  if (security.encryptionKey !== undefined) return []
  if (!isThere) return []
  const files = yield* FileSystem.FileSystem
  const info = yield* Effect.option(files.stat(file))
  if (Option.isNone(info)) return [home.problem(`${file} cannot be read`, "let the user that runs Siku read it")]
  const rights = info.value.mode & 0o777
  return [
    process.platform !== "win32" && (rights & 0o077) !== 0
      ? home.problem(
          `${file} can be read or changed by other users (mode ${rights.toString(8).padStart(4, "0")})`,
          `run: chmod 600 "${file}"`
        )
      : home.ok(`${file} is for its owner only; keep a copy, for stored keys of providers open with nothing else`)
  ]
})

/** Node.js and the clock. */
export const examineMachine = Effect.fn("doctor.machine")(function* (databaseFile: string | undefined) {
  const files = yield* FileSystem.FileSystem
  const info = databaseFile === undefined ? Option.none() : yield* Effect.option(files.stat(databaseFile))
  const newest = Option.getOrUndefined(Option.flatMap(info, ({ mtime }) => mtime))
  return [
    nodeVersion(process.versions.node),
    clock(yield* Clock.currentTimeMillis, newest?.getTime())
  ] satisfies Findings
})
