import type { StoredQuestion } from "../StoredQuestion.ts"

// Until the second rules a model saw the title as it was sent, with what the key left out: the length of a space in LaTeX, and
// what stood behind the kind in brackets.
const space = /\\[hv]space\*?\s*\{([^{}]*)\}/gi
const length = /^\s*[-+]?[\d.]*\s*(?:\\\w+|[a-z]{2})?\s*$/i
const kind =
  /^[^\p{L}]{0,8}[[(【（](?:单项?选择?|多项?选择?|不定项选择|判断|填空|简答|问答|论述|名词解释|阅读理解|完形填空|选择|综合|案例分析)题?([^\])】）]{0,14})[\])】）]/u
const note = /^[\s\d.,，、;；:：分共题小道必答选考每本满-]*$/

/** Whether a model may have seen a text that is no part of the row's key: its answer may be that text's word. */
export const hasShownMore = ({ options, title }: Pick<StoredQuestion, "options" | "title">): boolean =>
  !note.test(kind.exec(title)?.[1] ?? "") ||
  [title, ...options].some((text) => [...text.matchAll(space)].some(([, inside = ""]) => !length.test(inside)))
