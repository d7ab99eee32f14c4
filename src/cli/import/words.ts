// What the import command says, in both languages.
import type { FileReport } from "../../bank/files/FileReport.ts"
import type { Language } from "../../bank/files/Words.ts"
import type { RowProblem } from "../../bank/transfer/ImportBatch.ts"
import type { ImportPreview } from "../../bank/transfer/Importer.ts"
import type { Tally } from "../../bank/transfer/Tally.ts"

const zh = {
  dry: "这是导入会做的事，什么也没有写入。",
  columns: "列的对应",
  notRead: "未读",
  passedOver: "跳过的内容",
  rows: "会存成这样的前几题",
  problems: "有问题的行",
  row: (row: number) => `第 ${row} 行`,
  answer: "答案",
  more: (count: number) => `还有 ${count} 行`,
  mapHint: "对应得不对？用 --map 指明，例如 --map answer=正确选项 --map question=题干",
  unreadable: (detail: string) => `文件没有读完：${detail}`,
  counts: {
    rows_read: "行",
    added: "新增",
    updated: "更新",
    merged: "补充",
    unchanged: "不变",
    skipped: "跳过",
    disputed: "有争议",
    problems: "有问题"
  },
  failed: (count: number) => `有 ${count} 行没有导入`,
  noFile: (file: string) => `没有文件 ${file}`,
  fileNeeded:
    "请给出文件，例如：npm start -- import 题库.xlsx；要一份可以照着填的文件：npm start -- import --template xlsx",
  exists: (file: string) => `${file} 已经存在，不会覆盖：请换一个名字`,
  written: (file: string) => `已写好 ${file}：照着填，然后 npm start -- import ${file}`
}

const en: typeof zh = {
  dry: "This is what an import would do; nothing was written.",
  columns: "Columns",
  notRead: "not read",
  passedOver: "Passed over",
  rows: "The first questions as they would be stored",
  problems: "Rows with problems",
  row: (row) => `row ${row}`,
  answer: "answer",
  more: (count) => `and ${count} more`,
  mapHint: "Not what you meant? Say it with --map, such as --map answer=Key --map question=Stem",
  unreadable: (detail) => `The file could not be read to its end: ${detail}`,
  counts: {
    rows_read: "rows",
    added: "added",
    updated: "updated",
    merged: "merged",
    unchanged: "unchanged",
    skipped: "skipped",
    disputed: "disputed",
    problems: "with problems"
  },
  failed: (count) => `${count} ${count === 1 ? "row" : "rows"} could not be imported`,
  noFile: (file) => `there is no file ${file}`,
  fileNeeded:
    "name a file: npm start -- import questions.xlsx; for one to start from: npm start -- import --template xlsx",
  exists: (file) => `${file} is there already and is not written over: choose another name`,
  written: (file) => `${file} is written: fill it in, then npm start -- import ${file}`
}

export const importWords = (language: Language): typeof zh => (language === "zh" ? zh : en)

type ImportWords = ReturnType<typeof importWords>

const counted = ["rows_read", "added", "updated", "merged", "unchanged", "skipped", "disputed", "problems"] as const
const mostShownProblems = 20
const longestShown = 60

const short = (text: string): string => {
  const line = text.replace(/\s+/g, " ")
  return line.length > longestShown ? `${line.slice(0, longestShown - 1)}…` : line
}

/** The counts and the first problems of an import. */
export const tallyLines = (
  words: ImportWords,
  tally: Tally,
  problems: ReadonlyArray<RowProblem>
): ReadonlyArray<string> => {
  const shown = problems.slice(0, mostShownProblems)
  const more = tally.problems - shown.length
  return [
    ...counted.map((name) => `${words.counts[name].padEnd(14)}${String(tally[name]).padStart(10)}`),
    ...(shown.length === 0 ? [] : [`${words.problems}:`]),
    ...shown.map(
      ({ message, question, row }) =>
        `  ${words.row(row)}${question === null ? "" : ` “${short(question)}”`}: ${message}`
    ),
    ...(more > 0 ? [`  ${words.more(more)}`] : [])
  ]
}

/** How a file was taken, and what of it was passed over. */
export const reportLines = (words: ImportWords, { tables, unread }: FileReport): ReadonlyArray<string> => [
  ...tables.flatMap(({ columns, table }) => [
    `${words.columns}${table === null ? "" : ` (${table})`}:`,
    ...columns.map(({ column, use }) => `  ${short(column)} → ${use ?? words.notRead}`)
  ]),
  ...(unread.length === 0 ? [] : [`${words.passedOver}:`]),
  ...unread.map(({ count, what }) => `  ${count} × ${what}`)
]

/** The first questions as they would be stored. */
export const previewLines = (words: ImportWords, rows: ImportPreview["rows"]): ReadonlyArray<string> =>
  rows.length === 0
    ? []
    : [
        `${words.rows}:`,
        ...rows.flatMap(({ draft: { answer, question }, outcome, row }) => [
          `  ${words.row(row)} [${question.type}, ${outcome}] ${short(question.title)}`,
          ...question.options.map((option, place) => `      ${String.fromCharCode(65 + place)}. ${short(option)}`),
          `      ${words.answer}: ${answer.map(short).join(" ### ")}`
        ])
      ]
