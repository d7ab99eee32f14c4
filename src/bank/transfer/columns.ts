/** What a column, or a member of a JSON object, tells of a question. */
export type Field =
  | "title"
  | "answer"
  | "options"
  | "type"
  | "explanation"
  | "tags"
  | "source"
  | "status"
  | "confidence"
  | "createdAt"

// In lower case without spaces; of two columns with the same meaning the name that stands first here counts.
const namesOf: Readonly<Record<Field, ReadonlyArray<string>>> = {
  title: ["题目", "问题", "题干", "question", "title", "题目内容", "试题", "试题内容"],
  answer: ["答案", "正确答案", "answer", "answers", "参考答案", "标准答案", "correctanswer"],
  options: ["选项", "options", "选项内容", "choices"],
  type: ["类型", "题型", "type", "题目类型", "试题类型"],
  explanation: ["解析", "explanation", "答案解析", "试题解析", "analysis"],
  tags: ["标签", "tags", "tag"],
  source: ["来源", "source"],
  status: ["状态", "status"],
  confidence: ["置信度", "confidence"],
  createdAt: ["创建时间", "created_at", "createdat"]
}
const ranks: ReadonlyMap<string, { readonly field: Field; readonly rank: number }> = new Map(
  (
    [
      "title",
      "answer",
      "options",
      "type",
      "explanation",
      "tags",
      "source",
      "status",
      "confidence",
      "createdAt"
    ] as const
  ).flatMap((field) => namesOf[field].map((name, rank) => [name, { field, rank }] as const))
)

const bare = (header: string): string => header.replace(/[\s\ufeff*:：]/g, "").toLowerCase()

const optionColumn = /^(?:选项|option_?|choice_?)?([a-z]|\d{1,2})$/

/** The place of the option that a column holds, from 0: 选项A, A, optionB, option_3. */
const optionPlaceOf = (header: string): number | undefined => {
  const name = bare(header)
  const mark = optionColumn.exec(name)?.[1]
  if (mark === undefined) return undefined
  if (!/^\d/.test(mark)) return mark.charCodeAt(0) - 97
  // a column that is called "1" is a number, not an option
  return name === mark || mark === "0" ? undefined : Number(mark) - 1
}

/** The meaning of a column's name; `undefined` for one that says nothing here. */
export const fieldOf = (header: string): Field | undefined => ranks.get(bare(header))?.field

/** Which column holds what, by its place. */
export interface Columns {
  readonly fields: ReadonlyMap<Field, number>
  /** Of columns with one option each: the place among the options, and the column. */
  readonly options: ReadonlyArray<readonly [place: number, column: number]>
}

/** The column with the ids that an export wrote; -1 where there is none. */
export const idColumnOf = (headers: ReadonlyArray<string>): number => headers.findIndex((name) => bare(name) === "id")

/** Reads a row of names; `undefined` where it names no question or no answer. */
export const readHeader = (headers: ReadonlyArray<string>): Columns | undefined => {
  const columns = columnsOf(headers)
  return columns.fields.has("title") && columns.fields.has("answer") ? columns : undefined
}

/** What these names say, complete or not. */
export const columnsOf = (headers: ReadonlyArray<string>): Columns => {
  const best = new Map<Field, { readonly column: number; readonly rank: number }>()
  const options: Array<readonly [number, number]> = []
  for (const [column, header] of headers.entries()) {
    const known = ranks.get(bare(header))
    if (known !== undefined) {
      const before = best.get(known.field)
      if (before === undefined || known.rank < before.rank) best.set(known.field, { column, rank: known.rank })
      continue
    }
    const place = optionPlaceOf(header)
    if (place !== undefined && !options.some(([taken]) => taken === place)) options.push([place, column])
  }
  return {
    fields: new Map([...best].map(([field, { column }]) => [field, column])),
    // One lone letter among the names is more likely something else.
    options: options.length < 2 ? [] : options.sort(([a], [b]) => a - b)
  }
}
