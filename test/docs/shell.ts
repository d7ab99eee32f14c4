import { spawn, spawnSync } from "node:child_process"
import { readFileSync } from "node:fs"
import { join } from "node:path"
import { Effect } from "effect"
import { fewVariables } from "../support/sikuProcess.ts"

/** Whether there is a program of this name to run. */
export const has = (program: string): boolean => spawnSync(program, ["--version"]).status === 0

export interface Ran {
  readonly code: number | null
  readonly output: string
  readonly errors: string
}

export type Variables = Readonly<Record<string, string>>

/** Runs a program in a folder, with these variables beside the few that all have. */
export const run = (program: string, args: ReadonlyArray<string>, folder: string, variables: Variables = {}) =>
  Effect.callback<Ran>((resume) => {
    const child = spawn(program, args, {
      cwd: folder,
      env: { ...fewVariables, LANG: "C.UTF-8", ...variables },
      stdio: ["ignore", "pipe", "pipe"]
    })
    let [output, errors] = ["", ""]
    child.stdout.setEncoding("utf8").on("data", (text: string) => (output += text))
    child.stderr.setEncoding("utf8").on("data", (text: string) => (errors += text))
    child.once("error", (error) => resume(Effect.die(error)))
    child.once("close", (code) => resume(Effect.succeed({ code, output, errors })))
    return Effect.sync(() => child.kill("SIGKILL"))
  })

/** What curl sent and got. */
export interface Exchange {
  readonly method: string
  /** The path and the query. */
  readonly target: string
  readonly status: number
  readonly headers: ReadonlyMap<string, string>
  readonly text: string
}

// Beside doing what is asked, tells of it in two files.
const curl = `curl() {
  command curl -sS -D head -w '%{stderr}\\n%{method} %{url_effective}\\n' "$@" 2>sent | tee body
  cat sent >&2
}
`

/** Runs a line of a shell, in which one curl may be; answers with what it printed and what curl did. */
export const runLine = Effect.fnUntraced(function* (line: string, folder: string, variables: Variables) {
  const ran = yield* run("bash", ["-c", `set -o pipefail\n${curl}${line}`], folder, variables)
  const read = (name: string) => readFileSync(join(folder, name), "utf8")
  return { ...ran, exchange: line.includes("curl ") ? exchangeOf(read("sent"), read("head"), read("body")) : undefined }
})

const exchangeOf = (sent: string, head: string, text: string): Exchange => {
  const [, method = "", url = ""] = /^([A-Z]+) (\S+)$/m.exec(sent) ?? []
  const { pathname, search } = new URL(url)
  const [first = "", ...lines] = head.trimEnd().split("\r\n")
  return {
    method,
    target: pathname + search,
    status: Number(first.split(" ")[1]),
    headers: new Map(
      lines.map((line) => {
        const at = line.indexOf(":")
        return [line.slice(0, at).toLowerCase(), line.slice(at + 1).trim()]
      })
    ),
    text
  }
}
