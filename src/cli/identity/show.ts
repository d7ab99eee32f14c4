import { Effect } from "effect"
import { Flag } from "effect/cli"
import { oneLine, textWidth } from "../think/textWidth.ts"

export const json = Flag.Boolean("json").pipe(Flag.withDescription("JSON, for programs."), Flag.withDefault(false))

export const say = (text: string) => Effect.sync(() => process.stdout.write(`${text}\n`))

/** A value as a line of JSON. */
export const sayJson = (value: unknown) => say(JSON.stringify(value))

/** Rows in columns, under their names. */
export const table = (names: ReadonlyArray<string>, rows: ReadonlyArray<ReadonlyArray<string>>): string => {
  const lines = [names, ...rows.map((row) => row.map(oneLine))]
  const widths = names.map((_, at) => Math.max(...lines.map((line) => textWidth(line[at] ?? ""))))
  return lines
    .map((line) =>
      line
        .map((cell, at) => cell + " ".repeat((widths[at] ?? 0) - textWidth(cell)))
        .join("  ")
        .trimEnd()
    )
    .join("\n")
}

/** A time (milliseconds since 1970) as people and programs read it, or what stands for none. */
export const timeText = (time: number | null, none: string): string =>
  time === null ? none : `${new Date(time).toISOString().slice(0, 16).replace("T", " ")} UTC`

/** Every row of a list that comes in pages. */
export const all = <A extends { readonly id: string }, Id extends A["id"], E, R>(
  page: (before: Id | undefined) => Effect.Effect<ReadonlyArray<A & { readonly id: Id }>, E, R>
) =>
  Effect.gen(function* () {
    const rows: Array<A> = []
    let before: Id | undefined
    do {
      const found = yield* page(before)
      rows.push(...found)
      before = found.at(-1)?.id
    } while (before !== undefined)
    return rows
  })
