// Where in a JSON value of any shape the questions are: lists of objects, chapters in chapters, the reply of another bank,
// objects of questions and answers, lists of lists. What is no question is counted by its name.
import { Predicate } from "effect"
import { fileLimits, type RowFields, type SourceRow } from "../../transfer/SourceRow.ts"
import { makeTable, type Reading } from "../../transfer/reading/table.ts"
import { columnsOf, type Columns, useOfColumn } from "../mapping/columns.ts"
import { bareName, isOwnAnswer, namedField } from "../mapping/fieldNames.ts"
import { fieldsOfObject } from "../mapping/fieldsOf.ts"
import { isNoQuestion, kindIn } from "../kinds.ts"
import { noObject, tooDeep } from "../problems.ts"
import type { Words } from "../Words.ts"

type Fields = Readonly<Record<string, unknown>>

/** What stands above a value: the type that a chapter names, and how deep it is. */
interface Above {
  readonly kind: string | undefined
  readonly depth: number
}

interface Shape {
  readonly names: ReadonlyArray<string>
  readonly columns: Columns
  isReported: boolean
}

const isRecord = (value: unknown): value is Fields => Predicate.isObject(value) && !Array.isArray(value)
const isScalar = (value: unknown): boolean => value === null || typeof value !== "object"
const isList = (value: unknown): value is ReadonlyArray<unknown> => Array.isArray(value)

/** Members that tell of a file or a reply, and are never a question that is the name of a member. */
const about =
  /^(?:[\w$-]{1,40}|课程|课程名称|章节|名称|标题|版本|作者|日期|时间|更新时间|创建时间|总数|数量|来源|科目|备注|说明|描述|题库|题库名称|分数|状态|消息)$/
const chapterNames = new Set([
  "type",
  "题型",
  "类型",
  "name",
  "title",
  "questiontype",
  "typename",
  "chapter",
  "section",
  "题目类型",
  "名称",
  "标题",
  "category",
  "kind",
  "label"
])

export class QuestionWalker {
  readonly #reading: Reading
  readonly #give: (row: SourceRow) => void
  #recent: Shape | undefined
  #row = 0
  #hasFound = false

  constructor(reading: Reading, give: (row: SourceRow) => void) {
    this.#reading = reading
    this.#give = give
  }

  /** Whether any question, or what was meant to be one, was found. */
  get hasFound(): boolean {
    return this.#hasFound
  }

  /** Reads a whole file. */
  root(value: unknown): void {
    if (isList(value)) return this.#list(value, { kind: undefined, depth: 0 })
    if (isRecord(value)) return this.#object(value, { kind: undefined, depth: 0 }, false)
    this.unreadable(noObject)
  }

  /** Reads an element of the file's list. */
  element(value: unknown): void {
    this.#element(value, { kind: undefined, depth: 1 })
  }

  /** Reads a member of an object of questions and answers. */
  member(name: string, value: unknown): void {
    this.#entry(name, value, { kind: undefined, depth: 1 })
  }

  /** An element that could not be read. */
  unreadable(problem: Words): void {
    this.#hasFound = true
    this.#give({ row: ++this.#row, problem })
  }

  /** The members of an object and what they mean: those of a file are the same as a rule. */
  #shapeOf(object: Fields): Shape {
    const names = Object.keys(object)
    const known = this.#recent
    if (known?.names.length === names.length && names.every((name, place) => known.names[place] === name)) return known
    this.#recent = { names, columns: columnsOf(names, this.#reading.given), isReported: false }
    return this.#recent
  }

  #fieldsOf(object: Fields): RowFields {
    const shape = this.#shapeOf(object)
    const { columns, isReported, names } = shape
    if (!isReported) {
      shape.isReported = true
      this.#reading.reporter.columns(
        undefined,
        names.map((name, column) => [name, useOfColumn(columns, column)] as const)
      )
    }
    return fieldsOfObject(object, names, columns)
  }

  #list(list: ReadonlyArray<unknown>, above: Above): void {
    if (above.depth > fileLimits.jsonDepth) return this.unreadable(tooDeep(fileLimits.jsonDepth))
    if (list.length > 0 && list.every((item) => isList(item) && item.every(isScalar))) return this.#table(list)
    for (const item of list) this.#element(item, { ...above, depth: above.depth + 1 })
  }

  #element(value: unknown, above: Above): void {
    if (isRecord(value)) this.#object(value, above, true)
    else if (isList(value) && value.length > 0) this.#list(value, above)
    else this.unreadable(noObject)
  }

  #table(rows: ReadonlyArray<unknown>): void {
    const table = makeTable(this.#reading)
    const give = (row: SourceRow) => {
      this.#hasFound = true
      this.#give(row)
    }
    for (const cells of rows) {
      if (isList(cells))
        table.read({ row: ++this.#row, cells: cells.map((cell) => (cell === null ? "" : String(cell))) }, give)
    }
    table.end(give)
    if (table.isFound) this.#hasFound = true
  }

  #object(given: Fields, above: Above, isElement: boolean): void {
    if (above.depth > fileLimits.jsonDepth) return this.unreadable(tooDeep(fileLimits.jsonDepth))
    if (isPlainQuestion(given, this.#shapeOf(given))) return this.#question(this.#fieldsOf(given), above)
    const object = withInnerQuestion(given)
    const { columns } = this.#shapeOf(object)
    const parts = nestedIn(object, columns)
    if (isQuestion(object, columns, parts.length > 0)) {
      if (this.#parallel(object, columns, above)) return
      this.#question(this.#fieldsOf(object), above)
      for (const name of parts) this.#value(object[name], above)
      return
    }
    if (parts.length === 0 && this.#map(object, above)) return
    const containers = Object.keys(object).filter((name) => !isScalar(object[name]))
    if (isElement && containers.length === 0) return this.unreadable(noObject)
    const kind = kindOfChapter(object) ?? above.kind
    for (const name of Object.keys(object)) {
      const value = object[name]
      if (containers.includes(name))
        this.#value(value, { kind: kindIn(name) === undefined ? kind : name, depth: above.depth }, name)
      else if (!chapterNames.has(bareName(name))) this.#unread(name)
    }
  }

  #value(value: unknown, above: Above, name = ""): void {
    if (isList(value)) {
      if (value.length > 0 && value.every(isScalar)) return this.#unread(name)
      return this.#list(value, above)
    }
    if (!isRecord(value)) return
    const { title } = this.#fieldsOf(value).values
    // {"题目": {"answer": …}}
    if (title === undefined && !about.test(name) && hasAnswer(value)) return this.#entry(name, value, above)
    this.#object(value, { ...above, depth: above.depth + 1 }, false)
  }

  #unread(name: string): void {
    const short = name.slice(0, 40)
    this.#reading.reporter.unread({ zh: `成员 ${short}：不是题目`, en: `member ${short}: no question` })
  }

  #question(fields: RowFields, { kind }: Above): void {
    this.#hasFound = true
    this.#give({
      row: ++this.#row,
      fields: kind === undefined || fields.kind !== undefined || fields.isExact === true ? fields : { ...fields, kind }
    })
  }

  /** An object whose members are questions and their answers. */
  #map(object: Fields, above: Above): boolean {
    const entries = Object.entries(object)
    const isMap =
      entries.length > 0 &&
      entries.every(([name, value]) => !about.test(name) && namedField(bareName(name)) === undefined && isAnswer(value))
    if (isMap) for (const [name, value] of entries) this.#entry(name, value, above)
    return isMap
  }

  #entry(name: string, value: unknown, above: Above): void {
    if (isRecord(value)) {
      const own = this.#fieldsOf(value)
      if (own.values.title !== undefined) return this.#question(own, above)
      return this.#question(this.#fieldsOf({ question: name, ...value }), above)
    }
    this.#question({ values: { title: name, answer: value }, options: [] }, above)
  }

  /** {"questions": ["…", "…"], "options": [[…], […]], "answers": ["A", "C"]} */
  #parallel(object: Fields, columns: Columns, above: Above): boolean {
    const names = Object.keys(object)
    const listOf = (field: "title" | "answer" | "options") => {
      const value = object[names[columns.fields.get(field)?.[0] ?? -1] ?? ""]
      return isList(value) ? value : undefined
    }
    const [titles, answers, options] = [listOf("title"), listOf("answer"), listOf("options")]
    if (titles === undefined || answers?.length !== titles.length) return false
    if (!titles.every((title) => typeof title === "string")) return false
    for (const [at, title] of titles.entries()) {
      this.#question(
        {
          values: { title, answer: answers[at], ...(options === undefined ? {} : { options: options[at] }) },
          options: []
        },
        above
      )
    }
    return true
  }
}

/** A question as most files have it: texts, and lists of texts. */
const isPlainQuestion = (object: Fields, { columns, names }: Shape): boolean => {
  const valueOf = (column = -1) => object[names[column] ?? ""]
  const [title, answer] = [columns.fields.get("title")?.[0], columns.fields.get("answer")?.[0]]
  if (title === undefined || answer === undefined || columns.weak.has(title) || columns.weak.has(answer)) return false
  if (typeof valueOf(title) !== "string" || valueOf(title) === "" || (valueOf(answer) ?? "") === "") return false
  return names.every((name) => {
    const value = object[name]
    return isScalar(value) || (isList(value) && value.every(isScalar))
  })
}

/** {"question": {"stem": "…", "choices": […]}, "answerKey": "B"} */
const withInnerQuestion = (object: Fields): Fields => {
  for (const name of ["question", "题目", "topic", "problem"]) {
    const inner = object[name]
    if (!isRecord(inner) || !columnsOf(Object.keys(inner)).fields.has("title")) continue
    return { ...Object.fromEntries(Object.entries(object).filter(([other]) => other !== name)), ...inner }
  }
  return object
}

const hasAnswer = (object: Fields): boolean => {
  const { answerParts, fields, options } = columnsOf(Object.keys(object))
  return fields.has("answer") || answerParts.length > 0 || options.length > 1
}

const isAnswer = (value: unknown): boolean =>
  isRecord(value)
    ? hasAnswer(value) && !columnsOf(Object.keys(value)).fields.has("title")
    : (isScalar(value) && value !== null && value !== "") ||
      (isList(value) && value.length > 0 && value.every(isScalar))

/** The members of an object that hold questions of their own, and are not its options. */
const nestedIn = (object: Fields, columns: Columns): ReadonlyArray<string> =>
  Object.keys(object).filter((name, column) => {
    if (isScalar(object[name])) return false
    const isOptions = (columns.fields.get("options") ?? []).includes(column) && !columns.weak.has(column)
    return !isOptions && holdsQuestions(object[name], 0)
  })

const mostLookedAt = 3
const deepestLook = 8

const holdsQuestions = (value: unknown, depth: number): boolean => {
  if (depth > deepestLook) return false
  if (isList(value)) return value.slice(0, mostLookedAt).some((item) => holdsQuestions(item, depth + 1))
  if (!isRecord(value)) return false
  const names = Object.keys(value)
  const columns = columnsOf(names)
  const strong = (field: "title" | "answer") =>
    (columns.fields.get(field) ?? []).some((column) => !columns.weak.has(column))
  const hasOptions = columns.options.length > 1 || columns.fields.has("options")
  if (strong("title") && (strong("answer") || hasOptions || columns.fields.has("answer"))) return true
  return names.slice(0, 50).some((name) => holdsQuestions(value[name], depth + 1))
}

/** Whether an object is a question itself, and no chapter of some. */
const isQuestion = (
  object: Fields,
  { answerParts, fields, options, weak, wrong }: Columns,
  hasNested: boolean
): boolean => {
  const names = Object.keys(object)
  const valueOf = (column: number) => object[names[column] ?? ""]
  const titles = (fields.get("title") ?? []).filter((column) => {
    const value = valueOf(column)
    return (typeof value === "string" && value.trim() !== "") || typeof value === "number" || isList(value)
  })
  if (titles.length === 0) return false
  const isPlain = (column: number) =>
    valueOf(column) !== undefined && (isScalar(valueOf(column)) || !holdsQuestions(valueOf(column), 0))
  const answers = (fields.get("answer") ?? []).filter(isPlain)
  const hasOptions = options.length > 1 || (fields.get("options") ?? []).some(isPlain)
  const isStrong = titles.some((column) => !weak.has(column))
  if (hasNested) return isStrong && answers.some((column) => !weak.has(column)) && hasOptions
  if (answers.length > 0 || answerParts.length > 0 || hasOptions || wrong.length > 0) {
    return isStrong || answers.some((column) => !weak.has(column)) || hasOptions
  }
  // one that lacks its answer, and is told so
  return (
    isStrong &&
    names.every((name) => isScalar(object[name])) &&
    !titles.every((column) => isNoQuestion(String(valueOf(column))))
  )
}

const kindOfChapter = (object: Fields): string | undefined =>
  Object.entries(object).flatMap(([name, value]) =>
    typeof value === "string" &&
    chapterNames.has(bareName(name)) &&
    !isOwnAnswer(bareName(name)) &&
    kindIn(value) !== undefined
      ? [value]
      : []
  )[0]
