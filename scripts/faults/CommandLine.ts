// The command line of the fault matrix.
import { parseArgs } from "node:util"
import { type Cell, cells, nameOf } from "./Cell.ts"

/** What the arguments ask for. */
export type Command =
  | { readonly kind: "help" }
  | { readonly kind: "run"; readonly cells: ReadonlyArray<Cell>; readonly json: boolean }
  | { readonly kind: "wrong"; readonly message: string }

/** Shown by `--help`. */
export const usage = `Calls a faulty upstream over real sockets, in every family, whole and streamed, and judges what comes of it.

  npm run faults -- [options]

  --only <text>   the cells with this in their "family mode fault", such as "gemini stream" or "stall"
  --json          JSON instead of the table
  --help          this text

The process ends with code 1 when a cell is wrong.
`

/** Reads the arguments that follow the script's name. */
export const readCommandLine = (args: ReadonlyArray<string>): Command => {
  try {
    const { values } = parseArgs({
      args: [...args],
      options: { only: { type: "string" }, json: { type: "boolean" }, help: { type: "boolean" } }
    })
    if (values.help === true) return { kind: "help" }
    const { json = false, only = "" } = values
    const chosen = cells.filter((cell) => nameOf(cell).toLowerCase().includes(only.toLowerCase()))
    return chosen.length === 0
      ? { kind: "wrong", message: `no cell has "${only}" in its name` }
      : { kind: "run", cells: chosen, json }
  } catch (error) {
    return { kind: "wrong", message: error instanceof Error ? error.message : String(error) }
  }
}
