// A server in a process of its own.
import { Data, Effect, Schedule } from "effect"
import type { Scope } from "effect"
import { closeSync, openSync, readFileSync } from "node:fs"
import { processEnvironment } from "../../src/platform/config/environment.ts"
import { endOf, startChild } from "./Child.ts"

/** What to start. */
export interface ServerCommand {
  /** For people. */
  readonly name: string
  readonly command: ReadonlyArray<string>
  readonly cwd: string
  /** Added to the few variables every program needs; nothing else of this process's environment is passed on. */
  readonly environment: Readonly<Record<string, string>>
  /** Takes all that the server says: a file, as a service manager would give it. */
  readonly logFile: string
  /** Finds the address of 127.0.0.1 in what the server says once it listens; its first group is the port. */
  readonly ready: RegExp
}

/** A server that has said where it listens. */
export interface ServerProcess {
  readonly pid: number
  readonly port: number
  /** Fails once the process has ended. */
  readonly ended: Effect.Effect<never, ServerEnded>
}

/** The server did not start, or ended before its time. */
export class ServerEnded extends Data.TaggedError("ServerEnded")<{
  readonly name: string
  readonly why: string
  /** The end of what it said. */
  readonly log: string
}> {
  override get message(): string {
    return `${this.name} ${this.why}. The end of what it said:\n${this.log}`
  }
}

/** Starts a server and waits until it listens, for a minute at most; it is stopped, and waited for, with the scope. */
export const startServer = (command: ServerCommand): Effect.Effect<ServerProcess, ServerEnded, Scope.Scope> =>
  Effect.gen(function* () {
    const { cwd, environment, logFile, ready } = command
    const log = yield* Effect.acquireRelease(
      Effect.sync(() => openSync(logFile, "w")),
      (log) => Effect.sync(() => closeSync(log))
    )
    const child = yield* startChild(command.command, {
      cwd,
      env: { ...basics(), ...environment },
      stdio: ["ignore", log, log]
    })
    const fail = (why: string) => {
      const said = readFileSync(logFile).subarray(-mostShownBytes).toString()
      return Effect.fail(new ServerEnded({ name: command.name, why, log: said }))
    }
    const ended = Effect.flatMap(endOf(child), (why) => fail(why ?? "ended by itself"))
    const listening = Effect.sync(() => ready.exec(readFileSync(logFile, "utf8"))?.[1]).pipe(
      Effect.repeat({ until: (port) => port !== undefined, schedule: Schedule.spaced("25 millis") }),
      Effect.timeoutOrElse({ duration: "1 minute", orElse: () => fail("did not become ready within a minute") })
    )
    const port = Number(yield* Effect.raceFirst(listening, ended))
    return { pid: child.pid ?? 0, port, ended }
  })

const mostShownBytes = 2000

const basics = () =>
  Object.fromEntries(
    Object.entries(processEnvironment()).filter(([name]) =>
      ["PATH", "HOME", "TMPDIR", "TEMP", "SYSTEMROOT", "LANG"].includes(name.toUpperCase())
    )
  )
