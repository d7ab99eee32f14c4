// A title taken apart for comparison. What one site writes and another does not is folded here: script, spelling, numerals,
// units, stock phrases. What is left is weighed by `compareWordings`.
import { Converter } from "opencc-js/t2cn"
import { normaliseTitle } from "../normalise.ts"
import { arabicNumerals } from "./numerals.ts"
import { unitAt } from "./units.ts"

/** `filler`: may be there or not; `asking`: a question word, which may be missing at the end; `sign`: an operator. */
export type TokenKind = "ideograph" | "word" | "number" | "unit" | "sign" | "blank" | "filler" | "asking"

/** The smallest part of a title that says something: an ideograph, a word, a number with its sign, a unit. */
export interface Token {
  readonly text: string
  readonly kind: TokenKind
  /** How much of the meaning it carries: 1 for an ideograph. */
  readonly weight: number
}

/** A title as it is compared. */
export interface Wording {
  readonly tokens: ReadonlyArray<Token>
  /** Sum of the weights. */
  readonly weight: number
  /** Number of blanks that the title shows. */
  readonly blanks: number
  /** What is said, without fillers and marks; what candidates are looked for with. */
  readonly core: string
}

const simplified = Converter({ from: "t", to: "cn" })

// Stock phrases of quiz pages, each as the plainest of its forms.
const phrases: ReadonlyArray<readonly [RegExp, string]> = [
  [/请问一下|请问|请回答|请(?=简述|简要|简单|说明|论述|分析|解释|列举|写出|指出|判断|计算|谈谈)/g, ""],
  [/以下|下面|如下/g, "下列"],
  [/不正确|不对|有误/g, "错误"],
  [/[哪那]一?(?=[个项种句位座条组])/g, "哪"],
  [/哪一(?=年)/g, "哪"],
  [/何处|何地|哪儿|什么地方/g, "哪里"],
  [/何时|什么时间/g, "什么时候"],
  [/为何|因何/g, "为什么"],
  [/怎么样|怎样|怎么/g, "如何"],
  [/何人|什么人/g, "谁"],
  [/的(?:一项|选项|哪项|哪个)是/g, "的是"],
  [/c(?=语言)/g, "C"],
  [
    /(?<=下列.{0,60}(?:说法|选项|各项|句子|各句|词语|叙述|描述|表述|论述|观点|行为|做法|诗句)|^(?:各项|选项))中(?!国|学|心|央)/g,
    ""
  ]
]
// In capitals or not: nobody takes them for words, or for names of something else.
const wellKnown =
  /(?<![A-Za-z0-9_-])(?:html|css|https?|ftp|sql|tcp|udp|dns|dhcp|smtp|xml|json|cpu|gpu|usb|pdf|url|api|bios|ascii|unicode|wifi|dna|rna|atp|gdp|gnp|cpi|ppt|wto|imf|nato|linux|unix|ubuntu|windows|mysql|oracle|java|javascript|php|python|matlab|hadoop|excel|word|powerpoint|office|photoshop|android|github|google|internet|email)(?![A-Za-z0-9_(.])/gi
const functionOf = /\b(sin|cos|tan|cot|sec|csc|arcsin|arccos|arctan|ln|lg|log|exp|lim)\s+(?=[a-zα-ω](?![a-z]))/g
const englishPhrases: ReadonlyArray<readonly [RegExp, string]> = [
  [/\b(what|who|where|when|how|it|that|there)'s\b/g, "$1 is"],
  [/\bcan'?t\b|\bcannot\b/g, "can not"],
  [/\bwon't\b/g, "will not"],
  [/n't\b/g, " not"],
  [/\bwhich one\b/g, "which"],
  [/\bwhich of (?:the following|these|those|the below)\b/g, "which"],
  [/\ball of (?=the\b)/g, "all "]
]

const askingWords = ["什么时候", "为什么", "什么", "哪里", "哪些", "哪个", "哪项", "哪种", "哪年", "如何", "多少", "谁"]
const mayBeLeftOut: ReadonlySet<string> = new Set(["什么", "哪里", "哪些", "哪个", "哪项", "哪种", "多少", "谁"])
const fillerWords = ["下列", "的", "了", "吗", "呢", "吧", "啊", "呀", "是", "在"]
const englishFillers: ReadonlySet<string> = new Set(["the", "a", "an", "please", "following"])
// Words in which a particle is none.
const wholeWords = [
  ..."目的 的确 的士 了解 为了 了结 但是 于是 是非 是否 只是 若是 凡是 还是 不是 存在 现在 正在 内在 外在 潜在 自在".split(
    " "
  ),
  ..."所在 在职 在校 在线 在岗 在产 在途 在建 在押 在逃 在读 在册 除了 得了 罢了".split(" ")
]
const startsOf = (words: ReadonlyArray<string>): ReadonlyMap<string, ReadonlyArray<string>> => {
  const starts = new Map<string, Array<string>>()
  for (const word of words) starts.set(word.slice(0, 1), [...(starts.get(word.slice(0, 1)) ?? []), word])
  return starts
}
const wholeByStart = startsOf(wholeWords)
const askingByStart = startsOf(askingWords)
const fillerByStart = startsOf(fillerWords)
const wordAt = (words: ReadonlyMap<string, ReadonlyArray<string>>, text: string, at: number): string | undefined =>
  words.get(text[at] ?? "")?.find((word) => text.startsWith(word, at))

const ideograph = /[\u2e80-\u2fff\u3005\u3007\u3040-\u9fff\uac00-\ud7af\uf900-\ufaff]/
const wordPattern = /[\p{L}\p{M}_][\p{L}\p{M}\p{N}_]*/uy
const latinOnly = /[A-Za-z\u00aa-\u04ff][A-Za-z0-9_\u00aa-\u04ff]*/y
const numberPattern = /\d{1,3}(?:,\d{3})+(?!\d)|\d+(?:\.\d+)?/y
const idleMarks = ",.:;!?\"'《》〈〉·…\u3000 \n"
const brackets = "()[]"
const formula = /[+*/^=<>±×÷√∪∩∈|]|[A-Za-z0-9]\(|[[(][-+\w.∞]{1,8},[-+\w.∞]{1,8}[\])]/
const circled = /[\u2460-\u2473]/

/** Takes a title apart. The time it takes grows with its length alone. */
export const wordingOf = (title: string): Wording => {
  const { blanks, key } = normaliseTitle(title)
  const tokens = tokensOf(fold(key))
  let weight = 0
  let core = ""
  let lastIsWord = false
  for (const { kind, text, weight: own } of tokens) {
    weight += own
    if (kind === "filler" || kind === "blank" || kind === "asking") continue
    const isWord = kind === "word" || kind === "number"
    core += isWord && lastIsWord ? ` ${text}` : text
    lastIsWord = isWord
  }
  return { tokens, weight, blanks, core }
}

const fold = (key: string): string => {
  let text = key
  if (ideograph.test(text)) {
    text = simplified(text)
    for (const [pattern, plain] of phrases) text = text.replace(pattern, plain)
    text = arabicNumerals(text)
  }
  if (/[A-Za-z]{2}/.test(text)) {
    text = text.replace(wellKnown, (name) => name.toLowerCase()).replace(functionOf, "$1")
  }
  if (/[a-z]{2}/.test(text)) for (const [pattern, plain] of englishPhrases) text = text.replace(pattern, plain)
  return text
}

const tokensOf = (text: string): ReadonlyArray<Token> => {
  const tokens: Array<Token> = []
  const keepsBrackets = formula.test(text)
  for (let at = 0; at < text.length;) {
    const char = text[at] ?? ""
    const step = tokenAt(text, at, tokens, keepsBrackets)
    if (step !== undefined) tokens.push(step.token)
    at += step?.length ?? char.length
  }
  return tokens
}

const token = (text: string, kind: TokenKind, weight: number, length = text.length) => ({
  token: { text, kind, weight },
  length
})

const tokenAt = (
  text: string,
  at: number,
  before: ReadonlyArray<Token>,
  keepsBrackets: boolean
): { readonly token: Token; readonly length: number } | undefined => {
  const char = text[at] ?? ""
  const number = match(numberPattern, text, at)
  if (number !== undefined) return token(number.replaceAll(",", ""), "number", 2, number.length)
  if (before.at(-1)?.kind === "number" && /[0-9]/.test(text[at - 1] ?? "")) {
    const found = unitAt(text, at)
    if (found !== undefined) return token(found.unit, "unit", 2, found.length)
  }
  if (ideograph.test(char)) return ideographAt(text, at)
  const word = match(latinOnly, text, at) ?? match(wordPattern, text, at)
  if (word !== undefined) {
    return englishFillers.has(word) && isBetweenEnglish(text, at, word)
      ? token(word, "filler", 0.15)
      : token(word, "word", Math.min(4, Math.max(1, word.length / 2)))
  }
  if (char === "\u2581") return token(char, "blank", 0.15)
  if (circled.test(char)) return token(String(char.charCodeAt(0) - 0x245f), "number", 2, 1)
  if ((idleMarks.includes(char) && !isOfFormula(text, at)) || (brackets.includes(char) && !keepsBrackets))
    return undefined
  if (char === "-" && isBetweenWords(text, at)) return undefined
  return token(String.fromCodePoint(text.codePointAt(at) ?? 32), "sign", 1)
}

const ideographAt = (text: string, at: number) => {
  const whole = wordAt(wholeByStart, text, at) ?? wordAt(wholeByStart, text, at - 1)
  const asking = wordAt(askingByStart, text, at)
  if (asking !== undefined) return token(asking, mayBeLeftOut.has(asking) ? "asking" : "ideograph", 1)
  const filler = wordAt(fillerByStart, text, at)
  if (filler !== undefined && (filler.length > 1 || whole === undefined)) return token(filler, "filler", 0.15)
  return token(text[at] ?? "", "ideograph", 1)
}

const match = (pattern: RegExp, text: string, at: number): string | undefined => {
  pattern.lastIndex = at
  return pattern.exec(text)?.[0]
}

// An article stands before a word: neither the `a` of `a++` nor that of 若a=5.
const isBetweenEnglish = (text: string, at: number, word: string): boolean => {
  const [before, after] = [text[at - 1] ?? " ", text[at + word.length] ?? " "]
  return word.length > 1
    ? !/[\w+\-*/^=<>|()[\]]/.test(before) || !/[\w+\-*/^=<>|()[\]]/.test(after)
    : /[ ,.;:?!"'\u2581]/.test(before) && after === " " && /[a-z]/i.test(text[at + 2] ?? "")
}

// A mark says something where it touches a sign, a number or a name of one letter on both sides: f'(x), 5!, "5"+3, a[1:2].
const isOfFormula = (text: string, at: number): boolean => {
  const [before, after] = [text[at - 1] ?? "", text[at + 1] ?? ""]
  if (text[at] === "!" && /[A-Za-z0-9)]/.test(before) && isShort(text, at - 1)) return !/["'\u2581]/.test(after)
  if (text[at] === "!" && /[A-Za-z(]/.test(after)) return isShort(text, at + 1)
  if (text[at] === "." && path.test(text.slice(at, at + 3))) return true
  if (
    !/[A-Za-z0-9+*/^=<>±×÷√|()[\]{}&%$#@~"'-]/.test(before) ||
    !/[A-Za-z0-9+*/^=<>±×÷√|()[\]{}&%$#@~"'-]/.test(after)
  ) {
    return false
  }
  return isShort(text, at - 1) && isShort(text, at + 1)
}

const path = /^\.{1,2}[/\\]/

// Part of no word of several letters.
const isShort = (text: string, at: number): boolean =>
  !/[A-Za-z]/.test(text[at] ?? "") || !(/[A-Za-z]/.test(text[at - 1] ?? "") || /[A-Za-z]/.test(text[at + 1] ?? ""))

// "well-known" and "中-美", but neither "y=2x-1" nor "-5" nor "ls -a".
const isBetweenWords = (text: string, at: number): boolean =>
  (/[A-Za-z]{2}/.test(text.slice(Math.max(0, at - 2), at)) && /[A-Za-z]{2}/.test(text.slice(at + 1, at + 3))) ||
  (ideograph.test(text[at - 1] ?? "") && ideograph.test(text[at + 1] ?? ""))
