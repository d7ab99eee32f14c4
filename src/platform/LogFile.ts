import { type FileHandle, mkdir, open } from "node:fs/promises"
import { dirname } from "node:path"
import { Effect, Schema, type Scope } from "effect"

/** The file of `logging.append_to` cannot be written to. */
export class LogFileUnusable extends Schema.TaggedError<LogFileUnusable>()("LogFileUnusable", {
  file: Schema.String,
  reason: Schema.String
}) {
  override get message(): string {
    return `the log cannot be written to ${this.file} (logging.append_to): ${this.reason}`
  }
}

/** A file that lines are appended to, in order. */
export interface LogFile {
  readonly write: (text: string) => void
  /** Bytes that wait to be written. */
  readonly pending: () => number
}

const append = async (file: string): Promise<FileHandle> => {
  await mkdir(dirname(file), { recursive: true, mode: 0o700 })
  return open(file, "a", 0o600)
}

/**
 * Opens the file for as long as the scope lasts, and anew at each SIGHUP: who rotates logs has given the old one another name. Where it
 * cannot be opened then, the old one stays in use. What a full disk does not take is lost, and nothing else.
 */
export const openLogFile = (file: string): Effect.Effect<LogFile, LogFileUnusable, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.map(
      Effect.tryPromise({
        try: () => append(file),
        catch: (error) => new LogFileUnusable({ file, reason: error instanceof Error ? error.message : String(error) })
      }),
      (handle) => makeLogFile(file, handle)
    ),
    ({ close }) => Effect.promise(close)
  )

const makeLogFile = (file: string, opened: FileHandle) => {
  let handle = opened
  let pending = 0
  // One after the other, so that lines stay in order and none goes to a file that is closed.
  let last = Promise.resolve()
  const then = (act: () => Promise<void>): void => {
    last = last.then(act).catch(() => undefined)
  }

  const reopen = () =>
    then(async () => {
      const old = handle
      handle = await append(file)
      await old.close()
    })
  process.on("SIGHUP", reopen)

  return {
    write: (text: string) => {
      const bytes = Buffer.from(text)
      pending += bytes.length
      then(async () => {
        pending -= bytes.length
        await handle.appendFile(bytes)
      })
    },
    pending: () => pending,
    close: async () => {
      process.off("SIGHUP", reopen)
      await last
      await handle.close()
    }
  }
}
