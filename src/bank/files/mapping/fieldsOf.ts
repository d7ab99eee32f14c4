// What a row of cells, or a JSON object, says of a question, by the meaning of its columns.
import { Predicate } from "effect"
import { isNoQuestion } from "../kinds.ts"
import type { RowFields } from "../../transfer/SourceRow.ts"
import type { Columns } from "./columns.ts"
import type { Field } from "./fieldNames.ts"

const isEmpty = (value: unknown): boolean =>
  value === undefined ||
  value === null ||
  value === "" ||
  (Array.isArray(value) && value.length === 0) ||
  (typeof value === "string" && value.trim() === "")

const single: ReadonlyArray<Field> = [
  "options",
  "type",
  "explanation",
  "tags",
  "source",
  "status",
  "confidence",
  "createdAt",
  "isRight"
]

/** The fields of a row, whose value in a column `valueAt` gives. */
export const fieldsOf = (valueAt: (column: number) => unknown, columns: Columns): RowFields => {
  if (columns.isExact) return exactFieldsOf(valueAt, columns)
  const values: Partial<Record<Field, unknown>> = {}
  for (const field of single) {
    for (const column of columns.fields.get(field) ?? []) {
      const value = valueAt(column)
      if (isEmpty(value)) continue
      values[field] = value
      break
    }
  }
  let kind: string | undefined
  for (const column of columns.fields.get("title") ?? []) {
    const value = valueAt(column)
    if (isEmpty(value)) continue
    if (typeof value !== "string" || !isNoQuestion(value)) {
      values.title = value
      break
    }
    values.title ??= value
    kind ??= value
  }
  const answers: Array<readonly [name: string, value: unknown]> = []
  for (const column of columns.fields.get("answer") ?? []) {
    const value = valueAt(column)
    if (isEmpty(value) || (answers.length > 0 && columns.weak.has(column))) continue
    answers.push([columns.bareNames[column] ?? "", value])
  }
  const [first, ...more] = answers
  if (first !== undefined) values.answer = first[1]
  else if (columns.answerParts.length > 0) {
    const parts = columns.answerParts.map(valueAt).filter((value) => !isEmpty(value))
    if (parts.length > 0) values.answer = parts.length === 1 ? parts[0] : parts
  }
  const wrong = columns.wrong.length === 0 ? none : columns.wrong.map(valueAt).filter((value) => !isEmpty(value))
  return {
    values,
    options: optionsOf(valueAt, columns, values),
    ...(first === undefined ? undefined : { answerName: first[0] }),
    ...(more.length === 0 ? undefined : { moreAnswers: more }),
    ...(wrong.length === 0 ? undefined : { wrong }),
    ...(kind === undefined || values.title === kind ? undefined : { kind })
  }
}

const none: ReadonlyArray<never> = []

const optionsOf = (
  valueAt: (column: number) => unknown,
  { bareNames, options }: Columns,
  values: Partial<Record<Field, unknown>>
): RowFields["options"] => {
  if (options.length > 1) return options.map(([place, column]) => [place, valueAt(column) ?? ""] as const)
  // 选项A alone holds them all; a column that is called A alone is more likely something else.
  const [only] = options
  if (only !== undefined && (bareNames[only[1]] ?? "").length > 1) values.options ??= valueAt(only[1])
  return none
}

const exactFieldsOf = (valueAt: (column: number) => unknown, columns: Columns): RowFields => {
  const values: Partial<Record<Field, unknown>> = {}
  for (const [field, [column = -1]] of columns.fields) {
    const value = valueAt(column)
    if (value !== "" && value !== undefined && value !== null) values[field] = value
  }
  return { values, options: [], isExact: true }
}

/** The fields of a JSON object, whose members mean this. */
export const fieldsOfObject = (
  object: Readonly<Record<string, unknown>>,
  names: ReadonlyArray<string>,
  columns: Columns
): RowFields => withAnswersAsOptions(fieldsOf((column) => object[names[column] ?? ""], columns))

// {"question": …, "answers": ["甲", "乙", "丙"], "correct": 1}, {"answers": [{"text": "甲", "correct": true}, …]}
const withAnswersAsOptions = (fields: RowFields): RowFields => {
  const { answerName, moreAnswers = [], options, values } = fields
  if (options.length > 0 || values.options !== undefined || fields.isExact === true || answerName === undefined)
    return fields
  const answers = [[answerName, values.answer] as const, ...moreAnswers]
  const at = answers.findIndex(
    ([name, value], place) =>
      /^(?:answers|answerlist|答案)$/.test(name) &&
      isListOfOptions(
        value,
        answers.filter((_, other) => other !== place).map(([, other]) => other)
      )
  )
  const taken = answers[at]
  if (taken === undefined) return fields
  const [first, ...rest] = answers.filter((_, place) => place !== at)
  return {
    values: { ...values, options: taken[1], answer: first?.[1] },
    options: [],
    ...(first === undefined ? {} : { answerName: first[0] }),
    ...(rest.length === 0 ? {} : { moreAnswers: rest }),
    ...(fields.wrong === undefined ? {} : { wrong: fields.wrong }),
    ...(fields.kind === undefined ? {} : { kind: fields.kind })
  }
}

const isListOfOptions = (value: unknown, others: ReadonlyArray<unknown>): boolean => {
  if (!Array.isArray(value) || value.length < 2) return false
  if (value.every((item) => Predicate.isObject(item) && Object.keys(item).length > 1)) return true
  if (others.length === 0 || !value.every((item) => typeof item === "string" && !/^[A-Z]$/.test(item.trim())))
    return false
  const said = JSON.stringify(others)
  // what another answer says in full is the answer once more
  return !value.every((item) => said.includes(JSON.stringify(item).slice(1, -1)))
}
