import { type ChildProcess, spawn } from "node:child_process"
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
    env: { PATH: process.env["PATH"], ...environment },
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
