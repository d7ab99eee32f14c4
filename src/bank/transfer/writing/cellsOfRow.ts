import type { QuestionType } from "../../QuestionType.ts"
import { keptOptions, keptText, writeAnswerCell, writeOptionsCell, writeTagsCell } from "../cells.ts"
import type { ExportRow } from "../ExportRow.ts"

/** The names of the columns, as `cellsOfRow` fills them. */
export const columnNames: ReadonlyArray<string> = [
  "ID",
  "题目",
  "选项",
  "答案",
  "类型",
  "来源",
  "置信度",
  "标签",
  "创建时间",
  "解析",
  "状态"
]

const typeNames: Readonly<Record<QuestionType, string>> = {
  single: "单选题",
  multiple: "多选题",
  judgement: "判断题",
  completion: "填空题",
  essay: "简答题",
  unknown: "未知"
}

/** A row as cells: the import reads them back as the same question. */
export const cellsOfRow = (row: ExportRow): ReadonlyArray<string | number> => [
  row.id,
  keptText(row.title),
  writeOptionsCell(row.options),
  writeAnswerCell(row.answer, row),
  typeNames[row.type],
  row.source,
  row.confidence,
  writeTagsCell(row.tags),
  new Date(row.created_at).toISOString(),
  row.explanation ?? "",
  row.status
]

/** A row as a JSON object. */
export const objectOfRow = (row: ExportRow) => ({
  id: row.id,
  question: keptText(row.title),
  options: keptOptions(row.options),
  answer: row.answer.map(keptText),
  type: row.type,
  source: row.source,
  status: row.status,
  confidence: row.confidence,
  tags: row.tags,
  ...(row.explanation === null ? {} : { explanation: row.explanation }),
  created_at: new Date(row.created_at).toISOString()
})
