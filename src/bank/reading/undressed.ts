// What stands around an answer and is no part of it: emphasis, brackets, quotes, closing marks, "选项".
const pairs: Readonly<Record<string, string>> = {
  "(": ")",
  "（": "）",
  "[": "]",
  "［": "］",
  "【": "】",
  "〔": "〕",
  "「": "」",
  "『": "』",
  "《": "》",
  "〈": "〉",
  "{": "}",
  "<": ">",
  "“": "”",
  "‘": "’",
  '"': '"',
  "'": "'",
  "`": "`",
  "*": "*",
  _: "_",
  $: "$",
  "~": "~"
}

const closing = " \t\r\n\u3000。．.!！;；,，、:：…"
const leading = /^[\s:：,，、。.;；>•·\-—]+(?=\S)/
const latex = /^\\(?:boxed|text|textbf|mathrm|mathbf|mathit|rm)\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*){0,20})\}$/
const latexMarks = /^\\[([]([\s\S]*)\\[)\]]$/
const opener =
  /^(?:选项|选择|应选|故选|选|option|choice|letter)\s*[:：]?\s*(?=\S)|^[(（]?\d{1,2}[.、．)）]\s*(?=[^\s\d])/i
const closer = /\s*(?:选项|项)$/
const codeMark = /^```[a-z]*\s*([\s\S]*?)\s*```$/i

/** The text without these marks at its end. By a scan: a pattern would try each run of such marks in the text. */
export const withoutEnd = (text: string, marks: string): string => {
  let end = text.length
  while (end > 0 && marks.includes(text[end - 1] ?? "")) end--
  return end === text.length ? text : text.slice(0, end)
}

/** The text without its outermost dress; the same text where it has none. */
const withoutOne = (text: string): string => {
  const last = text[text.length - 1] ?? ""
  const closes = pairs[text[0] ?? ""]
  if (text.length > 2 && closes === last) {
    const inside = text.slice(1, -1)
    // (a)+(b) is not in brackets as a whole
    if (!inside.includes(text[0] ?? "") && !inside.includes(closes)) return inside.trim()
    if ((text.startsWith("**") && text.endsWith("**")) || (text.startsWith("__") && text.endsWith("__"))) {
      return text.slice(2, -2).trim()
    }
  }
  const command = latex.exec(text) ?? latexMarks.exec(text) ?? codeMark.exec(text)
  if (command?.[1] !== undefined) return command[1].trim()
  const bare = withoutEnd(text, closing)
  return bare === "" ? text : bare.replace(leading, "")
}

/** A text and what is left of it, one dress after the other taken off: from as it is to bare. */
export const undressings = function* (text: string): Generator<string> {
  let current = text.trim()
  if (current === "") return
  yield current
  // A text of pages wears one dress at most.
  const most = current.length > 2000 ? 1 : 8
  for (let layers = 0; layers < most; layers++) {
    let next = withoutOne(current)
    if (next === current) next = current.replace(opener, "")
    if (next === current) next = current.replace(closer, "")
    if (next === current || next === "") return
    current = next
    yield current
  }
}

/** The text without emphasis and closing marks around it. */
export const withoutEmphasis = (text: string): string => {
  let current = text.trim()
  for (let layers = 0; layers < 4; layers++) {
    const marked = /^(\*\*|__|\*|`)([\s\S]+)\1$/.exec(current)
    const inside = marked?.[2] ?? latex.exec(current)?.[1] ?? codeMark.exec(current)?.[1]
    if (inside === undefined || (marked !== null && inside.includes(marked[1] ?? ""))) return current
    current = inside.trim()
  }
  return current
}
