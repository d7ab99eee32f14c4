// How the parts of a formula are put on one line: brackets stand where leaving them out would change what is divided by,
// raised to or taken the root of what, and nowhere else, so that `\frac{1}{2}` is the `1/2` that people type.

/** A part of a formula on the way to its line. */
export type Piece =
  | { readonly kind: "text"; readonly text: string }
  /** A word of its own, a symbol that was a command, or a group that was in braces. */
  | { readonly kind: "word" | "symbol" | "group"; readonly text: string }
  | { readonly kind: "power"; readonly text: string }
  | { readonly kind: "index"; readonly text: string }
  | { readonly kind: "root"; readonly sign: string; readonly text: string }
  | { readonly kind: "fraction"; readonly text: string }

/** Stands before an index that is more than letters and digits; `_` would be taken for a blank to fill in. */
const below = "\u2304"

const power = /^(?:[+-]?(?:\d+(?:\.\d+)?|\p{L})[+-]?|\p{L}+|[^\p{L}\p{N}()[\]{}\s])$/u
const atom = /^(?:\p{L}\p{M}*\d*'*|\d+(?:\.\d+)?|\p{Script=Han}+)$/u
const divisor = /^√?(?:\p{L}\p{M}*\d*'*|\d+(?:\.\d+)?|\p{Script=Han}+)(?:\^[+-]?(?:\d+|\p{L}))?$/u
const operator = /[-+±∓=<>≤≥≠≈,;:/*×·→]/

/** Whether an index goes without brackets: `x_1` is `x1`, as `<sub>` has always been. */
export const isPlainIndex = (text: string): boolean => !operator.test(text)

/** Whether an exponent goes without brackets. */
export const isPlainPower = (text: string): boolean => power.test(text)

/** The line of the pieces. */
export const lineOf = (pieces: ReadonlyArray<Piece>): string => {
  let line = ""
  for (const [place, piece] of pieces.entries()) {
    const next = firstOf(pieces[place + 1])
    switch (piece.kind) {
      case "text":
      case "word":
      case "symbol":
      case "group":
        line += piece.text
        break
      case "power":
        line += powerOf(piece.text, next)
        break
      case "index":
        line += indexOf(piece.text, next)
        break
      case "root":
        line += piece.sign + (atom.test(piece.text) && !runsInto(piece.text, next) ? piece.text : `(${piece.text})`)
        break
      case "fraction":
        line += fractionAfter(line.at(-1) ?? "", piece.text, next)
        break
    }
  }
  return line
}

/** `numerator/denominator`; `isWord` says that the denominator is a word such as a unit. */
export const fractionOf = (numerator: string, denominator: string, isWord: boolean): Piece => ({
  kind: "fraction",
  text: `${isProduct(numerator) ? numerator : `(${numerator})`}/${
    isWord || divisor.test(denominator) || isBracketed(denominator) ? denominator : `(${denominator})`
  }`
})

/** A base that an index or exponent follows. */
export const asBase = (piece: Piece): Piece =>
  piece.kind === "group" && !atom.test(piece.text) && !isBracketed(piece.text) && piece.text !== ""
    ? { kind: "text", text: `(${piece.text})` }
    : piece

/** The text under a combining mark. */
export const accented = (text: string, mark: string): string =>
  `${/^.\p{M}*$/u.test(text) ? text : `(${text})`}${mark}`.normalize("NFKC")

const firstOf = (piece: Piece | undefined): string => {
  if (piece === undefined) return ""
  if (piece.kind === "power") return "^"
  return (piece.kind === "root" ? piece.sign : piece.text).charAt(0)
}

const isDigit = (char: string) => char >= "0" && char <= "9"
const isLetter = (char: string) => /^[a-z\u0370-\u03ff]$/i.test(char)

/** Whether what follows would be read as part of the text before it. */
const runsInto = (text: string, next: string): boolean => {
  const last = text.at(-1) ?? ""
  if (isDigit(last)) return isDigit(next)
  if (isLetter(last)) return isLetter(next) || isDigit(next)
  return (last === "+" || last === "-") && (isLetter(next) || isDigit(next))
}

const powerOf = (text: string, next: string): string => {
  if (/^(?:['°]|∘)+$/.test(text)) return text.replaceAll("∘", "°")
  return text === "" ? "" : isPlainPower(text) && !runsInto(text, next) ? `^${text}` : `^(${text})`
}

const indexOf = (text: string, next: string): string => {
  if (text === "") return ""
  const last = text.at(-1) ?? ""
  if (!isPlainIndex(text) || (isDigit(last) && isDigit(next))) return `${below}(${text})`
  return isLetter(last) && isLetter(next) ? `${text} ` : text
}

// 2\frac{1}{3} is two and a third, 2\frac{x}{3} a product.
const fractionAfter = (before: string, text: string, next: string): string => {
  if (isDigit(before) && /^\d+\/\d+$/.test(text) && !/[\w(^√]/.test(next)) return ` ${text}`
  return /[\w\u0370-\u03ff)\]}!°'/÷]/.test(before) || /[\w\u0370-\u03ff([^√!'°\u2304]/.test(next) ? `(${text})` : text
}

/** Whether a numerator needs no brackets: products and a lone sign before one. */
const isProduct = (text: string): boolean => {
  let depth = 0
  for (let at = 0; at < text.length; at++) {
    const char = text[at] ?? ""
    if ("([{".includes(char)) depth++
    else if (")]}".includes(char)) depth--
    else if (depth === 0 && at > 0 && text[at - 1] !== "^" && "-+±∓=<>≤≥≠≈,;:/".includes(char)) return false
  }
  return text !== "" && depth === 0
}

/** Whether one pair of brackets, or of bars, holds the whole text. */
const isBracketed = (text: string): boolean => {
  if (/^\|[^|]+\|$/.test(text)) return true
  if (!text.startsWith("(") || !text.endsWith(")")) return false
  let depth = 0
  for (let at = 0; at < text.length - 1; at++) {
    if (text[at] === "(") depth++
    else if (text[at] === ")") depth--
    if (depth === 0) return false
  }
  return true
}
