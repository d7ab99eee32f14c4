// JSON as models and people write it: with single or typographic quotes, names without quotes, a comma too many, quotes inside
// texts, Python's words. Strict JSON means here what it means everywhere.

/** A value read, and the place after it. */
interface Read {
  readonly value: unknown
  readonly end: number
}

const deepest = 16
/** Most characters looked at; what is longer is no answer in JSON. */
const longest = 50_000

/** The object or list that begins at a place of a text; `undefined` where none does, or one that never ends. */
export const readLenientJson = (text: string, from = 0): Read | undefined => {
  const start = skipSpaces(text, from)
  const first = text[start]
  return text.length - start <= longest && (first === "{" || first === "[") ? readValue(text, start, 0) : undefined
}

const space = /[\s\u00a0\u3000\ufeff]/
const skipSpaces = (text: string, from: number): number => {
  let at = from
  while (at < text.length && space.test(text[at] ?? "")) at++
  return at
}

/** The marks that end a text begun by one. */
const closers: Readonly<Record<string, string>> = { '"': '"', "'": "'", "`": "`", "“": "”", "‘": "’", "「": "」" }
const isColon = (char: string | undefined): boolean => char === ":" || char === "："
const isComma = (char: string | undefined): boolean => char === "," || char === "，" || char === "、"

const readValue = (text: string, from: number, depth: number): Read | undefined => {
  if (depth > deepest) return undefined
  const at = skipSpaces(text, from)
  const char = text[at] ?? ""
  if (char === "{") return readObject(text, at, depth)
  if (char === "[") return readList(text, at, depth)
  if (char in closers) return readText(text, at)
  return readBareWord(text, at)
}

const readList = (text: string, from: number, depth: number): Read | undefined => {
  const items: Array<unknown> = []
  let at = skipSpaces(text, from + 1)
  while (at < text.length) {
    if (text[at] === "]") return { value: items, end: at + 1 }
    const item = readValue(text, at, depth + 1)
    if (item === undefined) return undefined
    items.push(item.value)
    at = skipSpaces(text, item.end)
    if (isComma(text[at])) at = skipSpaces(text, at + 1)
    else if (text[at] !== "]") return undefined
  }
  return undefined
}

const readObject = (text: string, from: number, depth: number): Read | undefined => {
  const members: Record<string, unknown> = Object.create(null)
  let at = skipSpaces(text, from + 1)
  while (at < text.length) {
    if (text[at] === "}") return { value: members, end: at + 1 }
    const name = (text[at] ?? "") in closers ? readText(text, at) : readName(text, at)
    if (name === undefined) return undefined
    at = skipSpaces(text, name.end)
    if (!isColon(text[at])) return undefined
    const member = readValue(text, at + 1, depth + 1)
    if (member === undefined) return undefined
    members[String(name.value)] = member.value
    at = skipSpaces(text, member.end)
    if (isComma(text[at]) || text[at] === ";") at = skipSpaces(text, at + 1)
    else if (text[at] !== "}") return undefined
  }
  return undefined
}

const nameEnd = /[:：{}[\],，]/
const readName = (text: string, from: number): Read | undefined => {
  let at = from
  while (at < text.length && !nameEnd.test(text[at] ?? "")) at++
  const value = text.slice(from, at).trim()
  return value === "" || value.length > 64 ? undefined : { value, end: at }
}

const escapes: Readonly<Record<string, string>> = { n: "\n", t: "\t", r: "\r", b: "\b", f: "\f" }

// A mark ends the text only where something may follow that belongs to the JSON around it: quotes inside stay.
const readText = (text: string, from: number): Read | undefined => {
  const closer = closers[text[from] ?? ""] ?? '"'
  let value = ""
  for (let at = from + 1; at < text.length; at++) {
    const char = text[at] ?? ""
    if (char === "\\" && at + 1 < text.length) {
      const next = text[++at] ?? ""
      const code = next === "u" ? /^[\da-f]{4}/i.exec(text.slice(at + 1, at + 5))?.[0] : undefined
      if (code !== undefined) {
        value += String.fromCharCode(Number.parseInt(code, 16))
        at += 4
      } else if (next in escapes) value += isCommand(text, at) ? `\\${next}` : (escapes[next] ?? next)
      else value += /[a-z([{]/i.test(next) ? `\\${next}` : next
    } else if (char === closer && mayEnd(text, skipSpaces(text, at + 1))) {
      return { value, end: at + 1 }
    } else value += char
  }
  return undefined
}

// A model that writes LaTeX in JSON forgets to double its backslashes: \frac is no form feed, \times no tab.
const commands =
  /^(?:frac|forall|beta|bar|boxed|binom|begin|bmod|theta|tan|tau|text|times|to\b|triangle|nabla|neq?\b|not|nu\b|rho|right|rm\b)/
const isCommand = (text: string, at: number): boolean => commands.test(text.slice(at, at + 9))

const letterOf: Readonly<Record<string, string>> = { "\b": "b", "\f": "f", "\t": "t", "\n": "n", "\r": "r" }

/** A text out of JSON with the backslashes that were meant: what strict JSON took for a form feed may be \frac. */
export const withCommands = (text: string): string =>
  /[\u0008\f\t\n\r]/.test(text)
    ? text.replace(/[\u0008\f\t\n\r](?=[a-z])/g, (char, at: number) => {
        const letter = letterOf[char] ?? ""
        return commands.test(letter + text.slice(at + 1, at + 9)) ? `\\${letter}` : char
      })
    : text

const mayEnd = (text: string, at: number): boolean => {
  const char = text[at]
  return char === undefined || char === "]" || char === "}" || isComma(char) || isColon(char) || char === ";"
}

const words: Readonly<Record<string, unknown>> = { true: true, false: false, null: null, none: null, nan: null }
const wordEnd = /[,，、\]}\n;]/
const readBareWord = (text: string, from: number): Read | undefined => {
  let at = from
  while (at < text.length && !wordEnd.test(text[at] ?? "")) at++
  const word = text.slice(from, at).trim()
  if (word === "" || word.length > 1000) return undefined
  const known = words[word.toLowerCase()]
  if (known !== undefined) return { value: known, end: at }
  return { value: /^-?\d+(?:\.\d+)?$/.test(word) ? Number(word) : word, end: at }
}
