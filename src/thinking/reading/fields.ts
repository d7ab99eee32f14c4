/** A reply's object by the names of its fields, whatever their case and however their words are joined. */
export type Fields = ReadonlyMap<string, unknown>

const plainName = (name: string): string => name.toLowerCase().replace(/[\s_-]/g, "")

export const fieldsOf = (object: Readonly<Record<string, unknown>>): Fields =>
  new Map(Object.entries(object).map(([name, value]): [string, unknown] => [plainName(name), value]))

/** The first of the fields named that says anything. */
export const firstField = (fields: Fields, names: ReadonlyArray<string>): unknown => {
  for (const name of names) {
    const value = fields.get(name)
    if (value !== undefined && value !== null && value !== "") return value
  }
  return undefined
}

// Replies are flat; what is nested deeper than this was made to hurt.
const deepest = 4

/** A field's value as text: entries of lists and objects one a line; cut at `most` characters. */
export const fieldText = (value: unknown, most: number): string => textOf(value, 0).slice(0, most).trim()

const textOf = (value: unknown, depth: number): string => {
  if (typeof value === "string") return value
  if (value === null || value === undefined || depth === deepest) return ""
  if (Array.isArray(value)) return value.map((entry) => textOf(entry, depth + 1)).join("\n")
  if (typeof value !== "object") return String(value)
  return Object.entries(value)
    .map(([name, entry]) => `${name}: ${textOf(entry, depth + 1)}`)
    .join("\n")
}
