// LaTeX in a question, brought to one line of characters: `$\frac{a+b}{c}$`, `\(\dfrac{a+b}{c}\)` and `(a+b)/c` are the same.
// The parsers there are for LaTeX weigh more than this whole service and make trees for typesetting; what is needed here is
// one pass over a few commands, with bounded work whatever the text.
import { accents, commandOf, fonts, fractions, functions, spacings, symbols, texts } from "./commands.ts"
import { accented, asBase, fractionOf, lineOf, type Piece } from "./pieces.ts"

// A command, a delimiter, a script in braces, or a letter with a number below it: the rest is no business of this module.
const sign = /\\(?:[()[\]]|[a-z])|\$|[\^_][{\\]|[a-z]_\d/i

/** Groups within groups beyond this are not read as maths: nobody writes them, and the work stays linear. */
const deepest = 32
/** Dollars that turned out to be none; after so many in one text it is about money, or a program. */
const mostStrayDollars = 64
// What one pass makes may be LaTeX once more (`\$x\$` was no delimiter and then is one); a text that never settles is left.
const mostPasses = 6

/** Whether there is anything in a text for `canonicalMaths` to do. */
export const mayHoldMaths = (text: string): boolean => sign.test(text)

/**
 * The text with its maths on one line, brackets where precedence wants them. Expects text in NFKC. Text without maths is
 * given back as it is, and the result of a result is the same.
 */
export const canonicalMaths = (text: string): string => {
  let current = text
  for (let pass = 0; pass < mostPasses; pass++) {
    if (!sign.test(current)) return current
    const next = readText(current)
    if (next === undefined || next === current) return current
    current = next
  }
  return text
}

const command = /\\([a-z]+)/gi
const word = /(?<![\\a-z])[a-z]{2}/
const isWordlessLatex = (text: string): boolean =>
  !word.test(text) &&
  (/[\^_]\{/.test(text) || [...text.matchAll(command)].some(([, name = ""]) => commandOf(name) !== undefined))

/** `Formula`: between delimiters, where white space and braces are not seen. `Prose`: around them. */
type Mode = "Formula" | "Prose"

const plainRun = /[^\\{}^_$\s\]<>!⋅~]+/y
const spaceRun = /\s+/y
const commandName = /[a-z]+\*?/iy
const dollarRun = /\$+/y
const digits = /\d+/y

const readText = (text: string): string | undefined => {
  let at = 0
  let isTooDeep = false
  let strayDollars = 0
  // whether the last sequence came to its closing sign, or ran out of text
  let isClosed = false
  // Formulas without delimiters among ideographs: there is no word that a space could part or `_` belong to.
  const isWordless = isWordlessLatex(text)
  const lastClosing = { ")": text.lastIndexOf("\\)"), "]": text.lastIndexOf("\\]"), end: text.lastIndexOf("\\end{") }

  const match = (pattern: RegExp): string | undefined => {
    pattern.lastIndex = at
    const found = pattern.exec(text)?.[0]
    if (found !== undefined) at += found.length
    return found
  }

  const sequence = (closing: string, mode: Mode, depth: number, end = text.length): Array<Piece> => {
    const pieces: Array<Piece> = []
    if (depth > deepest) {
      isTooDeep = true
      at = end
    }
    while (at < end) {
      const char = text[at] ?? ""
      if (char === closing) {
        at++
        isClosed = true
        return pieces
      }
      step(char, pieces, mode, depth, end)
    }
    isClosed = false
    return pieces
  }

  const say = (pieces: Array<Piece>, words: string) => {
    if (words !== "") pieces.push({ kind: "text", text: words })
  }

  const step = (char: string, pieces: Array<Piece>, mode: Mode, depth: number, end: number): void => {
    switch (char) {
      case "\\":
        return command(pieces, mode, depth, end)
      case "{":
        at++
        return mode === "Formula" ? group(pieces, sequence("}", mode, depth + 1, end)) : braces(pieces, depth, end)
      case "^":
      case "_":
        return isScript(char, mode, pieces) ? scripts(pieces, depth, end) : literal(pieces)
      case "$":
        return mode === "Prose" ? dollars(pieces, depth, end) : literal(pieces)
      case "<":
      case ">":
      case "!":
        return mode === "Formula" && text[at + 1] === "=" ? relation(pieces, char) : literal(pieces)
      case "⋅":
        at++
        return say(pieces, mode === "Formula" ? "·" : char)
      case "~":
        at++
        return say(pieces, mode === "Formula" ? "" : char)
      default: {
        if (isSpace(char)) return space(pieces, mode)
        const run = match(plainRun)
        return run === undefined ? literal(pieces) : say(pieces, run)
      }
    }
  }

  const space = (pieces: Array<Piece>, mode: Mode) => {
    const before = text[at - 1] ?? ""
    const run = match(spaceRun) ?? ""
    const ended = pieces.at(-1)?.kind ?? "text"
    const isIdle = isWordless && (ended !== "text" || !(isDigit(before) && isDigit(text[at] ?? "")))
    say(pieces, mode === "Formula" || isIdle ? "" : run)
  }
  const literal = (pieces: Array<Piece>) => say(pieces, text[at++] ?? "")
  const group = (pieces: Array<Piece>, inner: ReadonlyArray<Piece>) => {
    const only = inner[0]
    if (only !== undefined && inner.length === 1) pieces.push(only)
    else pieces.push({ kind: "group", text: lineOf(inner) })
  }
  // In prose they are a set, or code, unless a script follows or a function stands before.
  const braces = (pieces: Array<Piece>, depth: number, end: number) => {
    const isArgument = pieces.at(-1)?.kind === "word"
    const inner = sequence("}", "Prose", depth + 1, end)
    const isWhole = isClosed
    if (isWhole && (isArgument || isScript(text[at] ?? "", "Prose", []))) return group(pieces, inner)
    say(pieces, "{")
    append(pieces, inner)
    if (isWhole) say(pieces, "}")
  }
  const relation = (pieces: Array<Piece>, char: string) => {
    at += 2
    say(pieces, char === "<" ? "≤" : char === ">" ? "≥" : "≠")
  }

  const region = (pieces: Array<Piece>, closingAt: number, width: number, depth: number) => {
    append(pieces, sequence("", "Formula", depth + 1, closingAt))
    at = closingAt + width
  }

  const dollars = (pieces: Array<Piece>, depth: number, end: number) => {
    const width = text[at + 1] === "$" ? 2 : 1
    const closingAt = strayDollars > mostStrayDollars ? -1 : text.indexOf("$".repeat(width), at + width)
    if (closingAt < 0 || closingAt >= end || !isFormula(text, at, closingAt, width)) {
      strayDollars++
      return say(pieces, match(dollarRun) ?? "")
    }
    at += width
    region(pieces, closingAt, width, depth)
  }

  const argument = (mode: Mode, depth: number, end: number): ReadonlyArray<Piece> => {
    match(spaceRun)
    const char = at < end ? (text[at] ?? "") : ""
    if (char === "" || char === "}" || char === "$") return []
    if (char === "{") {
      at++
      return sequence("}", mode, depth + 1, end)
    }
    const pieces: Array<Piece> = []
    if (char === "\\") {
      if (depth + 1 > deepest) isTooDeep = true
      else command(pieces, "Formula", depth + 1, end)
      if (isTooDeep) at = end
      return pieces
    }
    const point = String.fromCodePoint(text.codePointAt(at) ?? 0)
    at += point.length
    return [{ kind: "text", text: point }]
  }

  // Between delimiters every one counts; in prose `snake_case` and the `^` of a regular expression are text.
  const isScript = (char: string, mode: Mode, pieces: ReadonlyArray<Piece>): boolean => {
    if (char !== "^" && char !== "_") return false
    const next = text[at + 1] ?? ""
    if (next === "{" || next === "\\") return next === "{" || /[a-z]/i.test(text[at + 2] ?? "")
    if (mode === "Formula" || isWordless) return next !== "" && !/[\s$^_\u2581]/.test(next)
    if (isWord(pieces.at(-1))) return isDigit(next)
    return char === "_" && isDigit(next) && isNumbered(text, at)
  }

  // x_1^2 and x^2_1 are the same.
  const scripts = (pieces: Array<Piece>, depth: number, end: number) => {
    const base = pieces.pop()
    if (base !== undefined) pieces.push(asBase(base))
    let [above, under] = ["", ""]
    for (let char = text[at]; at < end && (char === "^" || char === "_"); char = text[at]) {
      if ((char === "^" ? above : under) !== "" || !isScript(char, "Formula", pieces)) break
      at++
      const number = match(digits)
      const script = number ?? lineOf(argument("Formula", depth, end))
      if (char === "^") above = script
      else under = script
    }
    if (under !== "") pieces.push({ kind: "index", text: under })
    if (above !== "") pieces.push({ kind: "power", text: above })
  }

  const command = (pieces: Array<Piece>, mode: Mode, depth: number, end: number): void => {
    at++
    const written = match(commandName)
    if (written === undefined) return mark(pieces, mode, depth, end)
    const name = commandOf(written.replace("*", ""))
    if (name === undefined) return unknown(pieces, `\\${written}`, depth, end)
    if (name === "begin") return environment(pieces)
    match(spaceRun)
    const symbol = symbols.get(name)
    const accent = accents.get(name)
    if (symbol !== undefined) pieces.push({ kind: "symbol", text: symbol })
    else if (functions.has(name)) pieces.push({ kind: "word", text: name })
    else if (accent !== undefined) say(pieces, accented(lineOf(argument("Formula", depth, end)), accent))
    else if (texts.has(name)) {
      pieces.push({ kind: "word", text: lineOf(text[at] === "{" ? argument("Prose", depth, end) : []) })
    } else if (fractions.has(name)) {
      const above = lineOf(argument("Formula", depth, end))
      const under = argument("Formula", depth, end)
      pieces.push(fractionOf(above, lineOf(under), under.length === 1 && isWord(under[0])))
    } else if (spacings.has(name)) {
      if (text[at] === "{") argument("Formula", depth, end)
      say(pieces, " ")
    } else if (fonts.has(name)) font(pieces, name, depth, end)
    else if (name === "sqrt") root(pieces, depth, end)
    else if (name === "pmod") say(pieces, `(mod${lineOf(argument("Formula", depth, end))})`)
    else {
      // underline: a blank to fill in where there is nothing above the line
      const inner = lineOf(argument("Formula", depth, end))
      say(pieces, inner.trim() === "" ? "____" : inner)
    }
  }

  const font = (pieces: Array<Piece>, name: string, depth: number, end: number) => {
    if (/^(?:left|right|middle)$/.test(name) && text[at] === ".") at++
    if (text[at] !== "{") return
    at++
    const inner = sequence("}", "Formula", depth + 1, end)
    pieces.push({ kind: /^(?:math(?:rm|sf|tt)|operatorname)$/.test(name) ? "word" : "group", text: lineOf(inner) })
  }

  const root = (pieces: Array<Piece>, depth: number, end: number) => {
    let order = ""
    if (text[at] === "[") {
      at++
      order = lineOf(sequence("]", "Formula", depth + 1, end))
    }
    const sign = order === "" || order === "2" ? "√" : order === "3" ? "∛" : order === "4" ? "∜" : `√[${order}]`
    pieces.push({ kind: "root", sign, text: lineOf(argument("Formula", depth, end)) })
  }

  // A backslash before something that is no letter.
  const mark = (pieces: Array<Piece>, mode: Mode, depth: number, end: number): void => {
    const char = text[at] ?? ""
    const closing = char === "(" ? ")" : char === "[" ? "]" : undefined
    if (closing !== undefined && mode === "Prose" && at < lastClosing[closing]) {
      const closingAt = text.indexOf(`\\${closing}`, at)
      if (closingAt < end) {
        at++
        return region(pieces, closingAt, 2, depth)
      }
    }
    if (char === "" || (mode === "Prose" && !"${}%#&_,;:|".includes(char))) return say(pieces, "\\")
    at++
    // stays escaped, or it would begin a formula the next time
    if (char === "$") say(pieces, "\\$")
    else if (char === "|") say(pieces, "‖")
    else if ("{}%#&_".includes(char)) say(pieces, char)
    else if (char === "\\" || /\s/.test(char)) say(pieces, " ")
    else if (!",;:!".includes(char)) say(pieces, char)
  }

  const unknown = (pieces: Array<Piece>, written: string, depth: number, end: number) => {
    say(pieces, written)
    while (at < end && text[at] === "{") {
      at++
      braces(pieces, depth, end)
    }
  }

  // Matrices and their like stay as they are.
  const environment = (pieces: Array<Piece>) => {
    const closing = at <= lastClosing.end ? text.indexOf("}", text.indexOf("\\end{", at)) : -1
    const from = at - "\\begin".length
    at = closing < 0 ? at : closing + 1
    say(pieces, text.slice(from, at))
  }

  const line = lineOf(sequence("", "Prose", 0))
  return isTooDeep ? undefined : line
}

const isSpace = (char: string) => char === " " || /\s/.test(char)
const isWord = (piece: Piece | undefined) => piece?.kind === "word" || piece?.kind === "symbol"
const isDigit = (char: string) => char >= "0" && char <= "9"

/** Whether the `_` stands between a letter alone and a number: `x_1`, but neither `ab_1` nor `x_1a`. */
const isNumbered = (text: string, at: number): boolean => {
  if (!/[a-z]/i.test(text[at - 1] ?? "") || /[\w\\]/.test(text[at - 2] ?? "")) return false
  let after = at + 1
  while (after < at + 6 && isDigit(text[after] ?? "")) after++
  return !/\w/.test(text[after] ?? "")
}

// Not by a spread: a long text has more pieces than a call may have arguments.
const append = (pieces: Array<Piece>, more: ReadonlyArray<Piece>): void => {
  for (const piece of more) pieces.push(piece)
}

// Prices and variables of programs have dollars too: `$5 and $10`, `$a=$b`.
const isFormula = (text: string, at: number, closingAt: number, width: number): boolean => {
  const content = text.slice(at + width, closingAt)
  if (content.trim() === "") return false
  if (/\\[a-z]|[\^_]\s*[{\\\w]/i.test(content) || width === 2) return true
  const [before, after] = [text[at - 1] ?? "", text[closingAt + 1] ?? ""]
  return !/[a-z]{2}|[\u2e80-\u9fff]/.test(content) && !/[a-z0-9]/i.test(before) && !/[a-z0-9{]/i.test(after)
}
