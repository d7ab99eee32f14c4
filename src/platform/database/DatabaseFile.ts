/**
 * Whether the file that is written to still is the database. A file that was deleted or moved goes on taking writes on Linux, and all of them
 * are lost with the process; one that was overwritten in place takes them into the ruins of another. SQLite notices neither.
 */
import { closeSync, openSync, readSync, statSync } from "node:fs"
import { Effect, type Scope } from "effect"
import type { TroubleKind } from "../DatabaseTrouble.ts"

export type FileFault = Extract<TroubleKind, "gone" | "replaced" | "damaged">

/** A database file as it is found now. Looking costs some ten microseconds. */
export interface DatabaseFile {
  /** What is wrong with it; `shorter`: it has lost some of its length, which is right only where it holds fewer pages now. */
  readonly look: () => FileFault | "shorter" | undefined
  /** Says of what was found shorter whether it is whole, and how many bytes its pages come to. */
  readonly judge: (bytesOfPages: bigint) => FileFault | undefined
  /** Tells it the number by which the header of the file is known (`PRAGMA user_version`). */
  readonly expect: (mark: number | undefined) => void
}

const magic = "SQLite format 3\0"
const headerBytes = 100
const lookEveryMillis = 250
const markAt = 60

/** In memory, or where there is no file that could be opened. */
export const noFile: DatabaseFile = { look: () => undefined, judge: () => undefined, expect: () => undefined }

/**
 * Opens the file to look at it from now on. It must be opened before SQLite opens it and closed after SQLite has closed it: with any handle that
 * is closed the system takes away all locks that the process has on the file.
 */
export const openDatabaseFile = (filename: string): Effect.Effect<DatabaseFile, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const handle = open(filename)
      if (handle === undefined) return { file: noFile, close: () => undefined }
      const file = watch(filename, handle)
      // How long it has become is seen before it is cut again.
      const timer = setInterval(file.look, lookEveryMillis).unref()
      const close = () => {
        clearInterval(timer)
        closeSync(handle)
      }
      return { file, close }
    }),
    ({ close }) => Effect.sync(close)
  ).pipe(Effect.map(({ file }) => file))

const open = (filename: string): number | undefined => {
  // For writing: in the layers of a container a file is another one once it has been written to.
  for (const flags of ["r+", "r"]) {
    try {
      return openSync(filename, flags)
    } catch {
      // SQLite says better what is wrong.
    }
  }
  return undefined
}

const find = (path: string) => {
  try {
    return statSync(path, { bigint: true, throwIfNoEntry: false })
  } catch {
    return undefined
  }
}

type Found = NonNullable<ReturnType<typeof find>>

const isSame = (left: Found, right: Found): boolean => left.ino === right.ino && left.dev === right.dev

const watch = (filename: string, handle: number): DatabaseFile => {
  const own = find(filename)
  if (own === undefined) return noFile
  const header = Buffer.alloc(headerBytes)
  let log: Found | undefined
  let longest = own.size
  let length = own.size
  let mark: number | undefined
  let isMarked = false
  // A file whose content is another's does not become sound again: what SQLite remembers of it no longer fits.
  let fault: FileFault | undefined

  const lookAtContent = (): FileFault | undefined => {
    // Without a number it was no database that could be read to begin with: SQLite says so.
    if (mark === undefined) return undefined
    const read = readSync(handle, header, 0, headerBytes, 0)
    // Until the log is moved into it for the first time, a new file is empty.
    if (read === 0 && longest === 0n) return undefined
    if (read < headerBytes || header.toString("latin1", 0, magic.length) !== magic) return "damaged"
    const found = header.readInt32BE(markAt)
    if (found === mark) isMarked = true
    // The number of a new file is still in the log.
    return found === mark || (found === 0 && !isMarked) ? undefined : "damaged"
  }

  const look = (): FileFault | "shorter" | undefined => {
    if (fault !== undefined) return fault
    const at = find(filename)
    if (at === undefined) return "gone"
    if (!isSame(at, own)) return "replaced"
    const foundLog = find(`${filename}-wal`)
    if (foundLog === undefined) {
      if (log !== undefined) return "gone"
    } else {
      log ??= foundLog
      if (!isSame(foundLog, log)) return "replaced"
    }
    fault = lookAtContent()
    if (fault !== undefined) return fault
    length = at.size
    if (length < longest) return "shorter"
    longest = length
    return undefined
  }

  return {
    look,
    judge: (bytesOfPages) => {
      if (bytesOfPages <= length) longest = length
      else fault = "damaged"
      return fault
    },
    expect: (number) => {
      mark = number
    }
  }
}
