import { Schema } from "effect"
import { rowPages } from "../rowPages.ts"
import { AnswerOrigin, QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"

const { answer, confidence, created_at, explanation, id, options, source, status, tags, title, type } =
  StoredQuestion.fields

/** As much of a row of the bank as an export carries. */
export const ExportRow = Schema.Struct({
  id,
  title,
  options,
  answer,
  type,
  source,
  status,
  confidence,
  tags,
  explanation,
  created_at
})
export type ExportRow = typeof ExportRow.Type

/** Which rows to export; what is not given lets all pass. */
export interface ExportFilter {
  readonly status?: QuestionStatus | undefined
  readonly tag?: string | undefined
  readonly source?: AnswerOrigin | undefined
}

/** The rows to export, by id, page by page. */
export const exportRows = (filter: ExportFilter) => rowPages(ExportRow, (row) => passes(row, filter))

const passes = (row: ExportRow, { source, status, tag }: ExportFilter): boolean =>
  (status === undefined || row.status === status) &&
  (source === undefined || row.source === source) &&
  (tag === undefined || row.tags.includes(tag))
