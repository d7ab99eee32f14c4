// Moodle's GIFT: `::name:: words {=right ~wrong}`.
import type { SourceRow } from "../../transfer/SourceRow.ts"
import type { Words } from "../Words.ts"

/** Whether a text is GIFT: answers in braces that begin with `=`, `~`, `#`, T or F. */
export const isGift = (text: string): boolean =>
  /(?<!\\)\{\s*(?:#|[=~]|T(?:RUE)?\s*[}#]|F(?:ALSE)?\s*[}#])/.test(text) &&
  /(?<!\\)\}/.test(text) &&
  !/^\s*[[{]\s*"/.test(text)

const unescape = (text: string): string =>
  text
    .replace(/\\([~=#{}:\\])/g, "$1")
    .replace(/\\n/g, "\n")
    .trim()

interface Choice {
  readonly text: string
  readonly isRight: boolean
}

const choicesOf = (body: string): ReadonlyArray<Choice> =>
  [...body.matchAll(/(?<!\\)([=~])\s*(?:%(-?[\d.]+)%)?((?:\\.|[^=~\\])*)/g)].map(([, mark = "", share, text = ""]) => ({
    text: unescape(text.split(/(?<!\\)#/)[0] ?? ""),
    isRight: share === undefined ? mark === "=" : Number(share) > 0
  }))

/** The questions of a text of GIFT, parted by empty lines. */
export const readGift = (text: string): ReadonlyArray<SourceRow> => {
  const rows: Array<SourceRow> = []
  let row = 1
  let block: Array<string> = []
  let start = 1
  const end = () => {
    const lines = block.filter((line) => !/^\s*(?:\/\/|\$CATEGORY)/.test(line))
    block = []
    const read = lines.length === 0 ? undefined : rowOf(lines.join("\n"), start)
    if (read !== undefined) rows.push(read)
  }
  for (const line of text.split(/\r\n|\n|\r/)) {
    const isInside = /(?<!\\)\{[^}]*$/.test(block.join("\n"))
    if (line.trim() === "" && !isInside) end()
    else {
      if (block.length === 0) start = row
      block.push(line)
    }
    row++
  }
  end()
  return rows
}

const rowOf = (block: string, row: number): SourceRow | undefined => {
  const parts =
    /^\s*(?:::((?:\\.|[^:])*)::)?\s*(?:\[(?:html|moodle|plain|markdown)\])?([\s\S]*?)(?<!\\)\{([\s\S]*)(?<!\\)\}([\s\S]*)$/.exec(
      block
    )
  if (parts === null) return { row, problem: noBraces, title: block.slice(0, 200) }
  const [, , before = "", body = "", after = ""] = parts
  const title = unescape(after.trim() === "" ? before : `${before}____${after}`)
  const inner = body.trim()
  const truth = /^(T(?:RUE)?|F(?:ALSE)?)\s*(?:#|$)/i.exec(inner)?.[1]
  if (truth !== undefined) return rowWith(row, title, { answer: /^t/i.test(truth) ? "对" : "错", type: "判断题" })
  if (inner.startsWith("#"))
    return rowWith(row, title, {
      answer: unescape((inner.slice(1).split(/[:#]/)[0] ?? "").replace(/^=/, "")),
      type: "填空题"
    })
  if (inner.includes("->")) return { row, problem: noMatching, title }
  const choices = choicesOf(inner)
  const right = choices.filter(({ isRight }) => isRight).map(({ text }) => text)
  if (choices.length > 0 && choices.every(({ isRight }) => isRight) && !inner.includes("~")) {
    return right.length === 1
      ? rowWith(row, title, { answer: right, type: "填空题" })
      : { row, problem: severalWordings, title }
  }
  return rowWith(row, title, {
    answer: right,
    options: choices.map(({ text }) => text),
    type: right.length > 1 ? "多选题" : "单选题"
  })
}

const rowWith = (row: number, title: string, values: Readonly<Record<string, unknown>>): SourceRow => ({
  row,
  fields: { values: { title, ...values }, options: [], answerName: "gift" }
})

const noBraces: Words = { zh: "题目后面没有 { } 里的答案", en: "there is no answer in braces behind the question" }
const noMatching: Words = { zh: "连线题无法导入", en: "a question of matching pairs cannot be imported" }
const severalWordings: Words = {
  zh: "有几种都算对的写法，题库里一道题只有一个答案：请留下一种",
  en: "several wordings are right, and the bank holds one answer: keep one of them"
}
