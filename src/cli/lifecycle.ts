import { Cause, Deferred, Effect, Exit, type Runtime } from "effect"
import { CliError } from "effect/cli"
import { troubleIn } from "../platform/DatabaseTrouble.ts"

/** Why the process ends, for the person who started it: the message of an expected error, the trace of a defect. */
export const sayWhy = (cause: Cause.Cause<unknown>) =>
  Effect.sync(() => {
    if (Cause.hasInterruptsOnly(cause)) return
    const error = Cause.squash(cause)
    // the command line has shown its help and said what it does not understand
    if (CliError.isCliError(error)) return
    const trouble = troubleIn(cause)
    if (trouble !== undefined) return void process.stderr.write(`siku: ${trouble.message}\n`)
    const isExpected = cause.reasons.every((reason) => reason._tag !== "Die")
    process.stderr.write(`${isExpected && error instanceof Error ? reasonOf(error) : Cause.pretty(cause)}\n`)
  })

const reasonOf = (error: Error): string => {
  const { cause } = error
  if (cause instanceof Error && "code" in cause) {
    if (cause.code === "EADDRINUSE") {
      return `siku: the port is taken (${cause.message}). Stop the other program, or choose another port: --port 8001`
    }
    if (cause.code === "EACCES" || cause.code === "EADDRNOTAVAIL") return `siku: cannot listen there (${cause.message})`
  }
  return `siku: ${error.message}`
}

/** Exit code 0 when it was told to stop and did, 1 when it failed. */
export const endProcess: Runtime.Teardown = (exit, onExit) =>
  onExit(Exit.isSuccess(exit) || Cause.hasInterruptsOnly(exit.cause) ? 0 : 1)

/** The first signal lets running requests finish; the second ends the process at once. */
export const exitOnSecondSignal = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      let signals = 0
      const onSignal = () => {
        signals++
        if (signals > 1) process.exit(130)
      }
      process.on("SIGINT", onSignal).on("SIGTERM", onSignal)
      return onSignal
    }),
    () => program,
    (onSignal) => Effect.sync(() => process.off("SIGINT", onSignal).off("SIGTERM", onSignal))
  )

/**
 * A hang-up (SIGHUP) ends a service only where it was the terminal's that it has its log on, and then in order, as a first SIGTERM does.
 * Elsewhere it is from who rotates logs, and means no more than that the log is to be opened anew (see `openLogFile`).
 */
export const outliveHangups = <A, E, R>(program: Effect.Effect<A, E, R>): Effect.Effect<A, E, R> =>
  Effect.acquireUseRelease(
    Effect.sync(() => {
      const hungUp = Deferred.makeUnsafe<never>()
      const onHangup = () => {
        if (process.stdout.isTTY === true) Deferred.doneUnsafe(hungUp, Effect.interrupt)
      }
      process.on("SIGHUP", onHangup)
      return { hungUp, onHangup }
    }),
    ({ hungUp }) => Effect.raceFirst(program, Deferred.await(hungUp)),
    // Not before the end: nor is a reply to be cut by another one meanwhile.
    ({ onHangup }) => Effect.sync(() => process.off("SIGHUP", onHangup))
  )
