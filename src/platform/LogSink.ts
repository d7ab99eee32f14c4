import { Context, Effect, Layer } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import { type LogFile, type LogFileUnusable, openLogFile } from "./LogFile.ts"

// Buffered so that a line costs a push and not a system call; bounded so that a reader which stopped reading cannot make
// the service grow.
const flushAfterMillis = 50
const flushAtBytes = 64 * 1024
const mostBufferedBytes = 4 * 1024 * 1024

/**
 * Where log lines go: one line each, in order, to standard output or to `logging.append_to`. Lines that find the buffer full are counted
 * instead.
 */
export class LogSink extends Context.Service<LogSink, { readonly write: (line: string) => void }>()(
  "siku/platform/LogSink"
) {
  static readonly layer: Layer.Layer<LogSink, LogFileUnusable, AppConfig> = Layer.effect(
    LogSink,
    Effect.gen(function* () {
      const { appendTo: file } = (yield* AppConfig).logging
      const output = file === undefined ? yield* standardOutput : yield* openLogFile(file)
      const sink = yield* Effect.acquireRelease(
        Effect.sync(() => makeSink(output.write, output.pending)),
        ({ flush }) => Effect.sync(flush)
      )
      return LogSink.of({ write: sink.write })
    })
  )
}

// A reader that went away, such as a terminal that was closed, is no reason to end: without a listener the error would be thrown.
const ignore = () => undefined
const standardOutput = Effect.acquireRelease(
  Effect.sync((): LogFile => {
    process.stdout.on("error", ignore)
    return { write: (text) => process.stdout.write(text), pending: () => process.stdout.writableLength }
  }),
  () => Effect.sync(() => process.stdout.off("error", ignore))
)

/** `pending` tells how many bytes the output has taken but not passed on. */
export const makeSink = (output: (text: string) => unknown, pending: () => number) => {
  let lines: Array<string> = []
  let bytes = 0
  let dropped = 0
  let timer: NodeJS.Timeout | undefined

  const flush = () => {
    if (timer !== undefined) clearTimeout(timer)
    timer = undefined
    if (dropped > 0) lines.push(JSON.stringify({ level: "WARN", message: "log lines dropped", count: dropped }))
    dropped = 0
    if (lines.length === 0) return
    const text = `${lines.join("\n")}\n`
    lines = []
    bytes = 0
    output(text)
  }

  const write = (line: string) => {
    if (bytes + pending() > mostBufferedBytes) {
      dropped++
      return
    }
    lines.push(line)
    bytes += line.length
    if (bytes >= flushAtBytes) flush()
    else timer ??= setTimeout(flush, flushAfterMillis).unref()
  }

  return { write, flush }
}
