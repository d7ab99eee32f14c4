// Which column holds what, by its name: columns of a sheet, or members of a JSON object.
import { type Field, bareName, isExport, isWrongOption, namedField, optionNamed } from "./fieldNames.ts"
import { type GivenColumns, givenPlaces } from "./GivenColumns.ts"

/** Which column holds what, by its place. */
export interface Columns {
  /** Of each part of a question the columns that may hold it, the surest first. */
  readonly fields: ReadonlyMap<Field, ReadonlyArray<number>>
  /** Of columns with one option each: the place among the options, and the column. */
  readonly options: ReadonlyArray<readonly [place: number, column: number]>
  /** Columns with one part of the answer each, one below the other: 答案1, 答案2. */
  readonly answerParts: ReadonlyArray<number>
  /** Options that are wrong, where the right one is in the column of the answer. */
  readonly wrong: ReadonlyArray<number>
  /** Answers that a column of weak name holds do not have to agree with others. */
  readonly weak: ReadonlySet<number>
  /** The names as they are compared. */
  readonly bareNames: ReadonlyArray<string>
  /** As an export writes it: nothing has to be guessed. */
  readonly isExact: boolean
}

interface Candidate {
  readonly column: number
  readonly rank: number
}

/** What these names say, complete or not; what was given by hand goes before. */
export const columnsOf = (names: ReadonlyArray<string>, given: GivenColumns = []): Columns => {
  if (given.length === 0 && isExport(names)) return exactColumns(names)
  const candidates = new Map<Field, Array<Candidate>>()
  const options = new Map<number, number>()
  const answerLike = new Map<number, number>()
  const wrong: Array<number> = []
  const weak = new Set<number>()
  const places = givenPlaces(given, names)
  const givenFields = new Set<Field>()
  for (const [column, use] of places) {
    if (use === "ignore") continue
    if (typeof use === "object") options.set(use.option, column)
    else {
      givenFields.add(use)
      candidates.set(use, [{ column, rank: -1 }])
    }
  }
  const hasGivenOptions = options.size > 0
  const bare = names.map(bareName)
  const hasB = bare.includes("b")
  for (const [column, name] of bare.entries()) {
    if (places.has(column)) continue
    // {"q": …, "a": …}
    const known = name === "a" && !hasB && bare.includes("q") ? lonelyA : namedField(name)
    if (known !== undefined) {
      const { field, isWeak, rank } = known
      if (givenFields.has(field)) continue
      const before = candidates.get(field) ?? []
      candidates.set(field, [...before, { column, rank: isWeak ? 10_000 + rank : rank }])
      if (isWeak) weak.add(column)
      continue
    }
    if (isWrongOption(name)) {
      wrong.push(column)
      continue
    }
    const option = optionNamed(name)
    if (option === undefined || hasGivenOptions || givenFields.has("options")) continue
    const { mayBeAnswer, place } = option
    const found = mayBeAnswer ? answerLike : options
    if (!found.has(place)) found.set(place, column)
  }
  const hasAnswer = candidates.has("answer") || givenFields.has("answer")
  if (hasAnswer && options.size === 0) for (const [place, column] of answerLike) options.set(place, column)
  const answerParts = hasAnswer ? [] : [...answerLike].sort(([a], [b]) => a - b).map(([, column]) => column)
  return {
    fields: new Map(
      [...candidates].map(([field, some]) => [field, some.sort((a, b) => a.rank - b.rank).map(({ column }) => column)])
    ),
    options: [...options].sort(([a], [b]) => a - b),
    answerParts,
    wrong,
    weak,
    bareNames: bare,
    isExact: false
  }
}

const lonelyA = { field: "answer", rank: 0, isWeak: true } as const

// An export is read by its own names only, so that every text comes back as it was.
const exactNames: ReadonlyArray<readonly [Field, ReadonlyArray<string>]> = [
  ["title", ["题目", "question"]],
  ["answer", ["答案", "answer"]],
  ["options", ["选项", "options"]],
  ["type", ["类型", "type"]],
  ["explanation", ["解析", "explanation"]],
  ["tags", ["标签", "tags"]],
  ["source", ["来源", "source"]],
  ["status", ["状态", "status"]],
  ["confidence", ["置信度", "confidence"]],
  ["createdAt", ["创建时间", "created_at"]]
]

const exactColumns = (names: ReadonlyArray<string>): Columns => ({
  fields: new Map(
    exactNames.flatMap(([field, known]) => {
      const column = names.findIndex((name) => known.includes(name))
      return column < 0 ? [] : [[field, [column]] as const]
    })
  ),
  options: [],
  answerParts: [],
  wrong: [],
  weak: new Set(),
  bareNames: names,
  isExact: true
})

/** The column with the ids that an export wrote; -1 where there is none. */
export const idColumnOf = (names: ReadonlyArray<string>): number => names.findIndex((name) => bareName(name) === "id")

/** What a column is used for, in words for people; `undefined` for one that is not. */
export const useOfColumn = (columns: Columns, column: number): string | undefined => {
  for (const [field, places] of columns.fields) {
    if (places.includes(column)) return fieldTexts[field]
  }
  const option = columns.options.find(([, other]) => other === column)
  if (option !== undefined) return `option ${String.fromCharCode(65 + option[0])}`
  if (columns.answerParts.includes(column)) return fieldTexts.answer
  return columns.wrong.includes(column) ? "wrong option" : undefined
}

/** The names of the parts of a question, as a mapping names them. */
export const fieldTexts: Readonly<Record<Field, string>> = {
  title: "question",
  answer: "answer",
  options: "options",
  type: "type",
  explanation: "explanation",
  tags: "tags",
  source: "source",
  status: "status",
  confidence: "confidence",
  createdAt: "created_at",
  isRight: "isRight"
}
