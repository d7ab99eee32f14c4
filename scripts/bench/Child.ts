// Programs in processes of their own, which end with the scope they were started in.
import { Effect } from "effect"
import type { Scope } from "effect"
import { spawn } from "node:child_process"
import type { ChildProcess, SpawnOptions } from "node:child_process"

// Siku drains for up to ten seconds.
const patience = "15 seconds"

/** Starts a program; it gets a SIGTERM, time to end, and then a SIGKILL when the scope closes. */
export const startChild = (
  [program = "", ...args]: ReadonlyArray<string>,
  options: SpawnOptions
): Effect.Effect<ChildProcess, never, Scope.Scope> =>
  Effect.acquireRelease(
    Effect.sync(() => {
      const child = spawn(program, args, options)
      // Even where finalizers do not get to run, nothing is left behind.
      const kill = () => child.kill("SIGKILL")
      process.once("exit", kill)
      child.once("exit", () => process.off("exit", kill))
      // A program that could not be started is known by its missing pid.
      child.on("error", () => {})
      return child
    }),
    stop
  )

/** How a child ended, in words, as soon as it has; undefined where all went well. */
export const endOf = (child: ChildProcess): Effect.Effect<string | undefined> =>
  Effect.callback((resume) => {
    const say = () => {
      const { exitCode, signalCode } = child
      resume(Effect.succeed(exitCode === 0 ? undefined : `ended with ${signalCode ?? `code ${exitCode}`}`))
    }
    if (child.pid === undefined) return resume(Effect.succeed("could not be started"))
    if (child.exitCode !== null || child.signalCode !== null) return say()
    child.once("exit", say)
    return Effect.sync(() => child.off("exit", say))
  })

const stop = (child: ChildProcess): Effect.Effect<void> =>
  Effect.suspend(() => {
    child.kill("SIGTERM")
    const kill = Effect.suspend(() => {
      child.kill("SIGKILL")
      return endOf(child)
    })
    return Effect.asVoid(Effect.timeoutOrElse(endOf(child), { duration: patience, orElse: () => kill }))
  })
