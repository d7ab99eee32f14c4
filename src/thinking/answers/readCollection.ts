const longest = 400
const mostParts = 24

const interval = /^(?<open>[[(\]])(?<from>[^,;()[\]{}]{1,60})[,;](?<to>[^,;()[\]{}]{1,60})(?<close>[\])[])$/
const between =
  /^(?<from>[^<>≤≥=]{1,40})(?<low><|≤|<=|\\leq?|\\lt)\s?(?<name>[a-z])\s?(?<high><|≤|<=|\\leq?|\\lt)(?<to>[^<>≤≥=]{1,40})$/i
const oneSided = /^(?<name>[a-z])\s?(?<sign><|>|≤|≥|<=|>=|\\leq?|\\geq?|\\lt|\\gt)\s?(?<limit>[^<>≤≥=]{1,40})$/i
const infinite = /^(?<sign>[+-]?)\s?(?:∞|\\infty|inf(?:inity)?)$/i

/**
 * Several values as one answer, each put in its one form by `each`: a set `{1, 2}` and a list `5 or 7` in any order, values by name
 * `a=3; b=4`, a tuple `(1, 2)` in its own order, an interval `[0, 1)` also where it is written `0 ≤ x < 1`. `undefined` for anything else. Takes plain text.
 */
export const readCollection = (text: string, each: (part: string) => string): string | undefined => {
  if (text.length > longest) return undefined
  const form = (part: string): string => {
    const end = infinite.exec(part.trim())?.groups
    return end === undefined ? each(part.trim()) : `${end["sign"] === "-" ? "-" : ""}∞`
  }
  const labelled = readLabelled(text, form)
  if (labelled !== undefined) return labelled
  const span = readBetween(text, form) ?? readOneSided(text, form)
  if (span !== undefined) return span
  const set = /^\\?\{(.{1,390})\\?\}$/.exec(text.replace(/\\\}$/, "}"))?.[1]
  if (set !== undefined) {
    const parts = partsOf(set, /[,;，、]/).map(form)
    return parts.length === 0 ? undefined : `{${[...new Set(parts)].sort().join(", ")}}`
  }
  const { close, from, open, to } = interval.exec(text)?.groups ?? {}
  if (from !== undefined && to !== undefined) {
    // (1, 2) may be a point or an open interval: one text for both.
    return `${open === "]" ? "(" : open}${form(from)}, ${form(to)}${close === "[" ? ")" : close}`
  }
  const tuple = /^\(([^()]{1,390})\)$/.exec(text)?.[1]
  if (tuple !== undefined && /[,;]/.test(tuple)) return `(${partsOf(tuple, /[,;]/).map(form).join(", ")})`
  for (const [joined, separator] of [
    ["or", /\s*,?\s+or\s+|或者?/i],
    ["and", /\s*,?\s+and\s+|和|与|以及/i]
  ] as const) {
    const parts = partsOf(text, separator)
    // Words joined by "and" may be one name: "war and peace".
    if (parts.length > 1 && parts.every((part) => /^[\w\s=+*/^√π.°%$€£¥\\{}-]{1,40}$/.test(part) && /\d/.test(part))) {
      return parts
        .map((part) => form(withoutName(part)))
        .sort()
        .join(` ${joined} `)
    }
  }
  return undefined
}

const label = /(?:^|[\s,;，；])\(?(?<name>[a-z])\s?(?:\)|=|:)\s?/gi

/** Values by their names, in any order: `(a) 3 (b) 4` and `b = 4, a = 3`. */
const readLabelled = (text: string, form: (part: string) => string): string | undefined => {
  const found = [...text.matchAll(label)]
  if (found.length < 2 || found.length > mostParts || found[0]?.index !== 0) return undefined
  const values = found.map(({ groups, index, 0: all }, at) => {
    const value = text.slice(index + all.length, found[at + 1]?.index).replace(/(?:[\s,;，；]|\band)+$/i, "")
    return [groups?.["name"]?.toLowerCase() ?? "", value] as const
  })
  const isWhole =
    values.every(([, value]) => value !== "") && new Set(values.map(([name]) => name)).size === values.length
  if (!isWhole) return undefined
  return values
    .map(([name, value]) => `${name}=${form(value)}`)
    .sort()
    .join("; ")
}

const partsOf = (text: string, separator: RegExp): ReadonlyArray<string> => {
  const parts = text.split(separator, mostParts + 1).map((part) => part.trim())
  return parts.length > mostParts || parts.some((part) => part === "") ? [] : parts
}

// "x = 5 or x = 7"
const withoutName = (part: string): string => /^[a-z]\s?=\s?(.{1,80})$/i.exec(part)?.[1] ?? part

const isStrict = (sign: string | undefined): boolean =>
  sign === "<" || sign === ">" || sign === "\\lt" || sign === "\\gt"

const readBetween = (text: string, form: (part: string) => string): string | undefined => {
  const { from, high, low, to } = between.exec(text)?.groups ?? {}
  if (from === undefined || to === undefined) return undefined
  return `${isStrict(low) ? "(" : "["}${form(from)}, ${form(to)}${isStrict(high) ? ")" : "]"}`
}

const readOneSided = (text: string, form: (part: string) => string): string | undefined => {
  const { limit, sign = "" } = oneSided.exec(text)?.groups ?? {}
  if (limit === undefined) return undefined
  const isBelow = /^(?:<|≤|\\l)/.test(sign)
  return isBelow
    ? `(-∞, ${form(limit)}${isStrict(sign) ? ")" : "]"}`
    : `${isStrict(sign) ? "(" : "["}${form(limit)}, ∞)`
}
