// MathML in a question, as the LaTeX of the same: one form to normalise, and one that models and people read.
import { decodeHTML } from "entities"

/** Puts `\(…\)` in the place of every whole `<math>` element. */
export const latexOfMathMl = (text: string): string =>
  hasMath.test(text)
    ? text.replace(element, (whole, inner: string) => {
        const latex = convert(inner)
        return latex === undefined ? whole : `\\(${latex}\\)`
      })
    : text

const hasMath = /<(?:[a-z]{1,8}:)?math[\s>]/i
const element =
  /<(?:[a-z]{1,8}:)?math(?:\s[^<>]*)?>((?:(?!<(?:[a-z]{1,8}:)?math[\s>])[^])*?)<\/(?:[a-z]{1,8}:)?math\s*>/gi
const token = /<(\/?)(?:[a-z]{1,8}:)?([a-z]+)([^<>]*?)(\/?)>|[^<]+|</gi

interface Open {
  readonly tag: string
  readonly attributes: string
  readonly children: Array<string>
  text: string
}

const open = (tag: string, attributes = ""): Open => ({ tag, attributes, children: [], text: "" })

/** Elements within elements beyond this are left as they are. */
const deepest = 64

const convert = (inner: string): string | undefined => {
  const root = open("mrow")
  const stack: Array<Open> = [root]
  const close = () => {
    const done = stack.pop()
    if (done !== undefined) (stack.at(-1) ?? root).children.push(latexOf(done))
  }
  for (const [whole, slash, name, attributes, selfClosing] of inner.matchAll(token)) {
    const top = stack.at(-1) ?? root
    const tag = name?.toLowerCase()
    if (tag === undefined) top.text += whole
    else if (slash === "") {
      if (stack.length > deepest) return undefined
      stack.push(open(tag, attributes))
      if (selfClosing === "/") close()
    } else if (stack.length > 1 && top.tag === tag) close()
  }
  while (stack.length > 1) close()
  return latexOf(root)
}

const latexOf = ({ attributes, children, tag, text }: Open): string => {
  const [first = "", second = "", third = ""] = children
  switch (tag) {
    case "mi":
      return identifier(text)
    case "mn":
      return escape(text)
    case "mo":
      return operator(text)
    case "mtext":
    case "ms":
      return `\\text{${escape(text)}}`
    case "mspace":
      return " "
    case "annotation":
    case "annotation-xml":
    case "none":
    case "mprescripts":
      return ""
    case "semantics":
      return first
    case "mfrac":
      return `\\frac{${first}}{${second}}`
    case "msqrt":
      return `\\sqrt{${children.join("")}}`
    case "mroot":
      return `\\sqrt[${second}]{${first}}`
    case "msup":
      return `{${first}}^{${second}}`
    case "msub":
      return `{${first}}_{${second}}`
    case "msubsup":
    case "munderover":
      return `{${first}}_{${second}}^{${third}}`
    case "munder":
      return `{${first}}_{${second}}`
    case "mover":
      return over(first, second)
    case "mfenced":
      return fenced(attributes, children)
    case "mtable":
      return `\\begin{matrix}${children.join("\\\\")}\\end{matrix}`
    case "mtr":
      return children.join("&")
    default:
      return children.length === 0 ? escape(text) : children.join("")
  }
}

const plain = (text: string): string => decodeHTML(text).trim()

// What means something in LaTeX or would be taken for markup later.
const escapes = new Map([
  ["\\", "\\setminus "],
  ["<", "\\lt "],
  [">", "\\gt "]
])
const escape = (text: string): string =>
  plain(text).replace(/[\\{}$&#%_<>]/g, (char) => escapes.get(char) ?? `\\${char}`)

const identifier = (text: string): string => {
  const name = escape(text)
  return /^[a-z]{2,}$/i.test(name) ? `\\mathrm{${name}}` : name
}

// U+2061 to U+2064 are there and not seen.
const operator = (text: string): string => (/^[\u2061-\u2064]$/.test(plain(text)) ? "" : escape(text))

const marks = new Map([
  ["→", "vec"],
  ["⇀", "vec"],
  ["\u20d7", "vec"],
  ["¯", "bar"],
  ["‾", "bar"],
  ["ˉ", "bar"],
  ["―", "bar"],
  ["_", "bar"],
  ["\\_", "bar"],
  ["^", "hat"],
  ["ˆ", "hat"],
  ["~", "tilde"],
  ["˜", "tilde"],
  ["˙", "dot"],
  [".", "dot"],
  ["¨", "ddot"]
])
const over = (base: string, above: string): string => {
  const mark = marks.get(above)
  return mark === undefined ? `{${base}}^{${above}}` : `\\${mark}{${base}}`
}

const attribute = (attributes: string, name: string): string | undefined =>
  new RegExp(`\\b${name}\\s*=\\s*(?:"([^"]*)"|'([^']*)')`, "i")
    .exec(attributes)
    ?.slice(1)
    .find((value) => value !== undefined)

const fenced = (attributes: string, children: ReadonlyArray<string>): string => {
  const separator = escape(attribute(attributes, "separators")?.trim().charAt(0) ?? ",")
  const [before, after] = [attribute(attributes, "open") ?? "(", attribute(attributes, "close") ?? ")"]
  return `${escape(before)}${children.join(separator)}${escape(after)}`
}
