/**
 * Finds where a text stops being JSON. `JSON.parse` says so by quoting the text around the place, which in a
 * configuration file may be a key; so its message is not used, and the place is found here by reading the tokens.
 */
const TOKENS =
  /(?:([{}[\],:])|("(?:[^"\\\p{Cc}]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null)(?![\w.+-]))/uy

const BLANKS = /[ \t\r\n]*/y

type Expected = "value" | "value or ]" | "key" | "key or }" | "colon" | "comma or end"

/** The offset of the first character that cannot be part of a JSON document; the length of the text if it ends too soon. */
export const findJsonError = (text: string): number => {
  const open: Array<"{" | "["> = []
  let expected: Expected = "value"
  let offset = 0
  for (;;) {
    BLANKS.lastIndex = offset
    BLANKS.exec(text)
    const start = BLANKS.lastIndex
    if (open.length === 0 && expected === "comma or end") return start
    TOKENS.lastIndex = start
    const match = TOKENS.exec(text)
    if (match === null) return start
    const [, mark, string] = match
    const next = follow(expected, mark, string !== undefined, open)
    if (next === undefined) return start
    expected = next
    offset = TOKENS.lastIndex
  }
}

const follow = (
  expected: Expected,
  mark: string | undefined,
  isString: boolean,
  open: Array<"{" | "[">
): Expected | undefined => {
  const inside = open.at(-1)
  switch (expected) {
    case "key":
    case "key or }":
      if (isString) return "colon"
      if (mark !== "}" || expected === "key") return undefined
      open.pop()
      return "comma or end"
    case "colon":
      return mark === ":" ? "value" : undefined
    case "comma or end":
      if (mark === ",") return inside === "{" ? "key" : "value"
      if (mark !== (inside === "{" ? "}" : "]")) return undefined
      open.pop()
      return "comma or end"
    case "value":
    case "value or ]":
      if (mark === undefined) return "comma or end"
      if (mark === "{" || mark === "[") {
        open.push(mark)
        return mark === "{" ? "key or }" : "value or ]"
      }
      if (mark !== "]" || expected === "value") return undefined
      open.pop()
      return "comma or end"
  }
}
