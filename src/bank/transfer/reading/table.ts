import { columnsOf, type Columns, idColumnOf, useOfColumn } from "../../files/mapping/columns.ts"
import { bareName, namedField } from "../../files/mapping/fieldNames.ts"
import { fieldsOf } from "../../files/mapping/fieldsOf.ts"
import { type GivenColumns, givenPlaces } from "../../files/mapping/GivenColumns.ts"
import { columnsByContent, withTitleByContent } from "../../files/mapping/columnsByContent.ts"
import { isNoQuestion, kindIn } from "../../files/kinds.ts"
import { rowTooLong } from "../../files/problems.ts"
import type { FileReporter } from "../../files/FileReport.ts"
import { splitOptionsCell } from "../../files/meaning/splitOptions.ts"
import type { Words } from "../../files/Words.ts"
import { makeRowJoiner } from "../rowParts.ts"
import { type CellRow, fileLimits, inSheet, type RowFields, type SourceRow, UnreadableFile } from "../SourceRow.ts"

/** How a file is to be read, and who is told of it. */
export interface Reading {
  readonly given: GivenColumns
  readonly reporter: FileReporter
}

// Files begin with a title or a note now and then.
const mostRowsBeforeHeader = 20
/** So many rows show what an unnamed column holds. */
const sampleRows = 30
const mostOptionRows = 50

type Give = (row: SourceRow) => void

const isEmptyRow = ({ cells, problem }: CellRow): boolean =>
  problem === undefined && cells.every((cell) => cell.trim() === "")

/** The names of a table's columns, and what they mean. */
interface Header {
  readonly names: ReadonlyArray<string>
  readonly columns: Columns
}

/**
 * Finds the row of names and reads what comes below it, one row a question or one row an option. Where there are no names and
 * the contents do not tell either, it says what was not read and `isFound` is false.
 */
export const makeTable = ({ given, reporter }: Reading, sheet?: string, name = sheet) => {
  let header: Header | undefined
  let isSampled = false
  let isLost = false
  let before: Array<CellRow> = []
  let sample: Array<CellRow> = []
  let first: ReadonlyArray<string> | undefined
  let unread = 0
  let kind = name !== undefined && kindIn(name) !== undefined ? name : undefined
  let joiner: ReturnType<typeof makeRowJoiner> | undefined
  const assembler = makeRowAssembler()

  const begin = (found: Header, above: ReadonlyArray<CellRow>) => {
    header = found
    for (const { cells } of above) kind = headingOf(cells) ?? kind
    if (above.length > 0)
      reporter.unread(placed({ zh: "表头之上的行", en: "rows above the names of the columns" }), above.length)
    before = []
  }

  const placed = (words: Words): Words => (sheet === undefined || sheet === "" ? words : inSheet(sheet, words))

  const rowFields = (row: CellRow, { columns }: Header): RowFields => {
    const fields = fieldsOf((column) => row.cells[column], columns)
    const named = kind === undefined || fields.kind !== undefined || columns.isExact ? fields : { ...fields, kind }
    return sheet === undefined ? named : { ...named, sheet }
  }

  const report = ({ columns, names }: Header) =>
    reporter.columns(
      sheet,
      names.flatMap((name, column) => {
        const use = useOfColumn(columns, column)
        const isNamed = name.trim() !== ""
        return isNamed || use !== undefined ? [[isNamed ? name.trim() : `#${column + 1}`, use] as const] : []
      })
    )

  /** Says for good what the columns mean, and reads the rows that showed it. */
  const settle = (give: Give) => {
    if (header === undefined) return
    isSampled = true
    header = withTwoRows(header, sample)
    header = withTitleByContent(header, sample, given)
    if (!header.columns.fields.has("title")) {
      unread += sample.length + 1
      isLost = true
      sample = []
      header = undefined
      return
    }
    report(header)
    const idColumn = idColumnOf(header.names)
    if (idColumn >= 0) joiner = makeRowJoiner(idColumn)
    const rows = sample
    sample = []
    for (const row of rows) readRow(row, give)
  }

  const readRow = (row: CellRow, give: Give): void => {
    if (joiner === undefined) return readWhole(row, give)
    return joiner.read(row, (whole) => readWhole(whole, give))
  }

  const readWhole = (row: CellRow, give: Give): void => {
    if (header === undefined || isEmptyRow(row)) return
    if (row.problem !== undefined) {
      assembler.end(give)
      return give({ row: row.row, problem: placed(row.problem) })
    }
    if (header.columns.isExact) return give({ row: row.row, fields: rowFields(row, header) })
    const heading = headingOf(row.cells)
    if (heading !== undefined) {
      assembler.end(give)
      kind = heading
      return
    }
    const again = headerAgain(row.cells, header, given)
    if (again !== undefined) {
      assembler.end(give)
      if (again !== header) report(again)
      header = again
      return
    }
    const fields = rowFields(row, header)
    if (isBare(fields)) {
      reporter.unread(placed({ zh: "要读的列里没有内容的行", en: "rows with nothing in the columns that are read" }))
      return
    }
    assembler.read({ row: row.row, fields }, give)
  }

  /** Gives up looking for names: the contents tell, or nothing of the table is read. */
  const withoutNames = (give: Give) => {
    const found = columnsByContent(
      before.map(({ cells }) => cells),
      given
    )
    const partial = before.map(({ cells }) => headerIn(cells, given, true)).find((some) => some !== undefined)
    const rows = before
    if (partial !== undefined) {
      const at = rows.findIndex(({ cells }) => cells === partial.names)
      begin(partial, rows.slice(0, at))
      sample = rows.slice(at + 1)
      settle(give)
    } else if (found !== undefined) {
      begin(found, [])
      sample = rows
      settle(give)
    } else {
      isLost = true
      unread = rows.length
      before = []
    }
  }

  /** Reads a row below the names, once it is known what they mean. */
  const below = (row: CellRow, give: Give): void => {
    if (isSampled) return readRow(row, give)
    sample.push(row)
    if (sample.length >= sampleRows) settle(give)
  }

  return {
    /** Reads a row of cells; gives each row of questions that is complete with it. */
    read: (written: CellRow, give: Give): void => {
      const { cells, row } = written
      if (cells.length > fileLimits.columns) {
        const tooMany: Words = {
          zh: `列太多：${cells.length}，上限 ${fileLimits.columns}`,
          en: `there are too many columns: ${cells.length}, at most ${fileLimits.columns}`
        }
        if (header === undefined) throw new UnreadableFile(tooMany, row)
        return below({ row, cells: [], problem: tooMany }, give)
      }
      if (header !== undefined) return below(written, give)
      if (isEmptyRow(written)) return
      if (isLost) {
        unread++
        return
      }
      first ??= cells
      const found = headerIn(cells, given, false)
      if (found !== undefined) return begin(found, before)
      before.push(written)
      if (before.length >= mostRowsBeforeHeader) withoutNames(give)
    },
    /** Ends the table; gives what is still to be said of its last row. */
    end: (give: Give): void => {
      if (header === undefined && !isLost && before.length > 0) withoutNames(give)
      if (header !== undefined && !isSampled) settle(give)
      const lacking = joiner?.end()
      if (lacking !== undefined) readWhole(lacking, give)
      assembler.end(give)
      if (isLost) reporter.unread(placed(noNames), unread)
    },
    get isFound(): boolean {
      return header !== undefined
    },
    /** The first row that is not empty. */
    get begins(): ReadonlyArray<string> {
      return first ?? []
    }
  }
}

const noNames: Words = {
  zh: "行：没有说明题目和答案在哪一列的表头",
  en: "rows: no row names the columns of the question and the answer"
}

/** No table of the file has the names of its columns, or not those that were given. */
export const noHeader = (begins: ReadonlyArray<string>, given: GivenColumns): UnreadableFile => {
  const shown = begins.slice(0, 8).join(", ").slice(0, 120)
  if (given.length > 0) {
    const wanted = given
      .map(({ name }) => name)
      .join(", ")
      .slice(0, 120)
    return new UnreadableFile({
      zh: `没有一行列名同时有指定的列：${wanted}。文件开头是：${shown === "" ? "（空）" : shown}`,
      en: `no row of names has all the columns that were given: ${wanted}. The file begins with: ${shown === "" ? "nothing" : shown}`
    })
  }
  return new UnreadableFile({
    zh: `没有表头：要有一行列名，其中有 题目（或 question）和 答案（或 answer）；也可用 --map 题目=#1 --map 答案=#2 指明列。文件开头是：${shown === "" ? "（空）" : shown}`,
    en: `there is no row with the names of the columns: one of them must be 题目 (or question), one 答案 (or answer); or say which columns they are: --map question=#1 --map answer=#2. The file begins with: ${shown === "" ? "nothing" : shown}`
  })
}

/** The columns that a row of names tells of; with `isPartial`, one that names no answer, which may stand in the titles. */
const headerIn = (names: ReadonlyArray<string>, given: GivenColumns, isPartial: boolean): Header | undefined => {
  const columns = columnsOf(names, given)
  const has = (field: "title" | "answer" | "isRight" | "options") => columns.fields.has(field)
  const places = givenPlaces(given, names)
  if (given.some(({ name }) => !/^#\d+$/.test(name)) && places.size < given.length) return undefined
  const hasAnswer = has("answer") || columns.answerParts.length > 0 || has("isRight")
  const hasOptions = columns.options.length > 1 || has("options")
  const isHeader = isPartial ? (has("title") && hasOptions) || (hasAnswer && hasOptions) : has("title") && hasAnswer
  if (!isHeader) return undefined
  // Numbers alone name no column: the row may be the first of the questions.
  return given.length > 0 && given.every(({ name }) => /^#\d+$/.test(name)) && !columnsOf(names).fields.has("title")
    ? undefined
    : { names, columns }
}

const titleNames: ReadonlySet<string> = new Set(["题目", "题干", "问题", "试题", "question", "Question"])

/** A row of names in the middle of a table: the same again, or those of the next part. */
const headerAgain = (cells: ReadonlyArray<string>, header: Header, given: GivenColumns): Header | undefined => {
  const [column = -1] = header.columns.fields.get("title") ?? []
  const cell = cells[column] ?? ""
  if (cell.length > 20 || cell === "" || namedField(bareName(cell))?.field !== "title") {
    // in another column than the title's
    const isNamed = cells.some((text) => titleNames.has(text))
    if (!isNamed) return undefined
  }
  if (cells.every((text, at) => text.trim() === (header.names[at] ?? "").trim())) return header
  const found = headerIn(cells, given, false)
  const named = cells.filter((text) => text.length <= 20 && namedField(bareName(text)) !== undefined)
  return found !== undefined && named.length >= 2 ? found : undefined
}

/** A row with nothing but the name of a type: a heading. */
const headingOf = (cells: ReadonlyArray<string>): string | undefined => {
  const [only, ...others] = cells.filter((cell) => cell.trim() !== "")
  if (only === undefined || others.length > 0 || only.length > 60) return undefined
  return isNoQuestion(only) || /^[一二三四五六七八九十]{1,3}\s*[、.．]/.test(only.trim())
    ? kindIn(only) === undefined
      ? undefined
      : only
    : undefined
}

const isBare = ({ options, values, wrong }: RowFields): boolean =>
  values.title === undefined &&
  values.answer === undefined &&
  values.options === undefined &&
  wrong === undefined &&
  options.every(([, value]) => value === "")

/** Names over two rows: 选项 above A, B, C, D; or 选项 above several columns without a name. */
const withTwoRows = (header: Header, sample: Array<CellRow>): Header => {
  const { columns, names } = header
  const [at = -1] = columns.fields.get("options") ?? []
  if (columns.isExact || columns.options.length > 0 || at < 0) return header
  let end = at + 1
  const width = Math.max(names.length, ...sample.map(({ cells }) => cells.length))
  while (end < width && (names[end] ?? "").trim() === "") end++
  if (end === at + 1) return header
  const [below] = sample
  const letters = below?.cells.slice(at, end).map((cell) => bareName(cell)) ?? []
  const isNamed =
    letters.length > 1 &&
    letters.every((letter, place) => letter === String.fromCharCode(97 + place)) &&
    below?.cells.every((cell, column) => (column >= at && column < end) || cell.trim() === "") === true
  if (isNamed) sample.shift()
  const used = isNamed ? letters.length : end - at
  const options = Array.from({ length: used }, (_, place) => [place, at + place] as const)
  if (!isNamed && !sample.some(({ cells }) => (cells[at + 1] ?? "") !== "")) return header
  const fields = new Map([...columns.fields].filter(([field]) => field !== "options"))
  return {
    names: Array.from({ length: width }, (_, column) => names[column] ?? ""),
    columns: { ...columns, fields, options }
  }
}

/** Puts together what stands in several rows: a question, and below it its options, one a row. */
const makeRowAssembler = () => {
  let open: { readonly row: number; readonly fields: RowFields } | undefined
  let options: Array<{ readonly text: string; readonly isRight: unknown }> = []
  let characters = 0

  const end = (give: Give): void => {
    if (open === undefined) return
    const { fields, row } = open
    open = undefined
    if (options.length < 2) return give({ row, fields })
    const hasMarks = options.some(({ isRight }) => isRight !== undefined && isRight !== "")
    give({
      row,
      fields: {
        ...fields,
        values: {
          ...fields.values,
          options: hasMarks
            ? options.map(({ isRight, text }) => ({ text, isRight: isRight ?? false }))
            : options.map(({ text }) => text)
        }
      }
    })
  }

  return {
    end,
    read: (row: { readonly row: number; readonly fields: RowFields }, give: Give): void => {
      const option = open === undefined ? undefined : optionOf(row.fields, open.fields, options.length)
      if (option !== undefined && options.length < mostOptionRows) {
        characters += option.length
        if (characters > fileLimits.rowCharacters) {
          const at = open?.row ?? row.row
          open = undefined
          return give({ row: at, problem: rowTooLong(fileLimits.rowCharacters) })
        }
        options.push({ text: option, isRight: row.fields.values.isRight })
        return
      }
      end(give)
      open = row
      characters = 0
      const { isRight, options: own } = row.fields.values
      options = typeof own === "string" ? [{ text: own, isRight }] : []
    }
  }
}

const nextLetter = (text: string, place: number): boolean =>
  new RegExp(`^[(（]?${String.fromCharCode(65 + place)}[.、．:：)）\\s]`).test(text.trim())

/** The option that a row adds to the question above it; `undefined` where it is a question itself. */
const optionOf = (fields: RowFields, open: RowFields, place: number): string | undefined => {
  const { answer, options, title } = fields.values
  const own = typeof options === "string" ? options : undefined
  if (fields.options.length > 0) return undefined
  if (title === undefined) return answer === undefined || answer === open.values.answer ? own : undefined
  if (typeof title !== "string") return undefined
  // the options stand below the title in its own column
  if (answer === undefined && own === undefined && open.values.options === undefined && nextLetter(title, place))
    return title
  if (own === undefined || title !== open.values.title || (answer !== undefined && answer !== open.values.answer))
    return undefined
  const isOne = splitOptionsCell(own).length === 1
  const isMarked = fields.values.isRight !== undefined || open.values.isRight !== undefined
  return isOne && (isMarked || nextLetter(own, place)) ? own : undefined
}
