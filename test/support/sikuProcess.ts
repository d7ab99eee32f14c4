import { type ChildProcess, execFile, spawn } from "node:child_process"
import { mkdtemp, rm } from "node:fs/promises"
import { tmpdir } from "node:os"
import { join } from "node:path"
import { Effect } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"

/** A folder of its own for one test, gone with the scope. The name has a space on purpose. */
export const temporaryHome = Effect.acquireRelease(
  Effect.promise(() => mkdtemp(join(tmpdir(), "siku test "))),
  (folder) => Effect.promise(() => rm(folder, { recursive: true, force: true }))
)

/** What processes know of this one's environment: where programs are, and where what was compiled before is kept. */
export const fewVariables = {
  PATH: process.env["PATH"],
  NODE_COMPILE_CACHE: process.env["NODE_COMPILE_CACHE"]
}

/** How a command ended, and what it said. */
export interface Ended {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

/** Runs a command of the built service to its end, with this on its standard input. */
export const runSiku = (args: ReadonlyArray<string>, input = ""): Effect.Effect<Ended> =>
  Effect.callback((resume) => {
    const child = execFile(
      process.execPath,
      [projectFile("dist", "siku.mjs"), ...args],
      { env: fewVariables },
      (_, output, errors) => resume(Effect.succeed({ code: child.exitCode, output, errors }))
    )
    child.stdin?.end(input)
    return Effect.sync(() => child.kill())
  })

/** The built service as a process of its own, the way `npm start` runs it. */
export interface SikuProcess {
  readonly child: ChildProcess
  readonly output: () => string
  readonly errors: () => string
  /** Its address, once it says it is ready; rejects when it ends before. */
  readonly base: Promise<string>
  /** How it ended. */
  readonly ended: Promise<{ readonly code: number | null; readonly signal: NodeJS.Signals | null }>
}

const start = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>>,
  project: string
): SikuProcess => {
  const child = spawn(process.execPath, [join(project, "dist", "siku.mjs"), ...args], {
    env: { ...fewVariables, ...environment },
    stdio: ["ignore", "pipe", "pipe"]
  })
  let output = ""
  let errors = ""
  child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text))
  const ended = new Promise<{ code: number | null; signal: NodeJS.Signals | null }>((resolve) =>
    child.on("close", (code, signal) => resolve({ code, signal }))
  )
  const base = new Promise<string>((resolve, reject) => {
    child.stdout.setEncoding("utf8").on("data", (text: string) => {
      output += text
      const address = /Siku is ready at (http:\/\/[^"\s/]+)/.exec(output)?.[1]
      if (address !== undefined) resolve(address)
    })
    void ended.then(() => reject(new Error(`siku ended before it was ready:\n${output}\n${errors}`)))
  })
  base.catch(() => undefined)
  return { child, output: () => output, errors: () => errors, base, ended }
}

/** Starts the process, of this project or of a copy of it; the scope kills it if it still runs. */
export const sikuProcess = (
  args: ReadonlyArray<string>,
  environment: Readonly<Record<string, string>> = {},
  project: string = projectFile()
) =>
  Effect.acquireRelease(
    Effect.sync(() => start(args, environment, project)),
    (siku) =>
      Effect.promise(() => {
        siku.child.kill("SIGKILL")
        return siku.ended
      })
  )
