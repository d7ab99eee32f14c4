const closing = "。.,，;；:：?？、…\"'”’」』》`"
const opening = "\"'“‘「『《`"

const lead =
  /^(?:(?:so|thus|therefore|hence),? )?(?:(?:the |my )?(?:final |correct )?answer(?: is| should be|:)|it is|it's|answer:|option|(?:所以|因此|故)?(?:最终|正确)?(?:答案|结果)(?:应该?)?(?:是|为|:)|应?为|答:)\s{0,4}:?\s{0,4}/i

/** Without wrapping that says nothing: LaTeX's marks of maths around it, `\\text{}`, `\\left`, thin spaces, emphasis. */
export const withoutMarkup = (raw: string): string =>
  raw
    .replace(/\\(?:text|mathrm|mathbf|textbf|operatorname|mbox)\s?\{([^{}]{0,400})\}/g, "$1")
    .replace(/\\(?:left|right|displaystyle|quad|qquad)(?![A-Za-z])/g, " ")
    .replace(/\\[,;!:()[\]]/g, " ")
    .replace(/\\([%#&_])/g, "$1")
    .replace(/\*\*([^*]{1,400})\*\*/g, "$1")
    .trim()
    .replace(/^\(?\$\$?([^$]{1,2000})\$\$?\)?[.。]?$/, "$1")
    .replace(/^\$([^$]{1,400})\$(?=\s?\S)/, "$1 ")
    .replace(/\\\$/g, "$")
    .trim()

/** One line, plain width, straight quotes, no idle spaces; no lead-in, quotes around it or closing marks. Letters keep their case. */
export const plainAnswer = (raw: string): string => {
  const text = withoutMarkup(raw)
    .replace(/[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻]{1,20}/g, (run) => `^${run.normalize("NFKC")}`)
    .replace(/(?<=\d)(?=[¼-¾⅐-⅞])/g, " ")
    .normalize("NFKC")
    // One sign for micro and for ohm each.
    .replace(/\u03bc/g, "µ")
    .replace(/\u2126/g, "Ω")
    .replace(/[‐‑‒–—―−]/g, "-")
    .replace(/[‘’´]/g, "'")
    .replace(/[“”]/g, '"')
    .replace(/\s+/g, " ")
    .replace(/ ?([=+*<>^;]) ?/g, "$1")
  return trimmed(trimmed(text).replace(lead, "")).replace(/(?<=[\u3400-\u9fff]) (?=[\u3400-\u9fff])/g, "")
}

/** The same in lower case. */
export const foldAnswer = (raw: string): string => plainAnswer(raw).toLowerCase()

const trimmed = (text: string): string => {
  // 5" are inches, 5' feet.
  if (/^\d+(?:\.\d+)?\s?["″”'′’]$/.test(text)) return text
  let start = 0
  let end = text.length
  while (start < end && (text[start] === " " || opening.includes(text[start] ?? ""))) start++
  while (end > start && isIdle(text[end - 1] ?? "", text.slice(Math.max(0, end - 3), end - 1))) end--
  return text.slice(start, end)
}

// "5!", "n!" are factorials: an exclamation mark closes an answer only after a word.
const isIdle = (char: string, before: string): boolean =>
  char === "!" ? /^(?:\p{L}{2}|.?\p{Script=Han})$/u.test(before) : char === " " || closing.includes(char)
