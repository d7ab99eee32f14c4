import type { Field } from "../files/mapping/fieldNames.ts"
import { sameWords, type Words } from "../files/Words.ts"

/** What a row of a file says, before it is understood: texts of cells, or any JSON values. */
export interface RowFields {
  readonly values: Partial<Readonly<Record<Field, unknown>>>
  /** Options of columns with one option each: the place, and the value. */
  readonly options: ReadonlyArray<readonly [place: number, value: unknown]>
  /** Options that are wrong; the right ones are the answer. */
  readonly wrong?: ReadonlyArray<unknown>
  /** What other columns say that the answer is: all have to agree. */
  readonly moreAnswers?: ReadonlyArray<readonly [name: string, value: unknown]>
  /** The name of the column that the answer comes from. */
  readonly answerName?: string
  /** The name of the sheet, where a file has several. */
  readonly sheet?: string
  /** What stands above or around a row of its type: a sheet's name, a heading, a chapter. */
  readonly kind?: string
  /** As an export writes it: every text is as it was. */
  readonly isExact?: boolean
}

/** One row of a sheet, or of a file of separated values; from 1. */
export interface CellRow {
  readonly row: number
  readonly cells: ReadonlyArray<string>
  /** What is wrong with a cell of it. */
  readonly problem?: Words
}

/** One row of a file, by the number that a person finds it under: a sheet's row, a line, an element; from 1. */
export type SourceRow =
  | { readonly row: number; readonly fields: RowFields }
  | { readonly row: number; readonly problem: Words; readonly title?: string }

/** The file cannot be read any further; `row` is where, if it is known. */
export class UnreadableFile extends Error {
  readonly words: Words
  readonly row: number | undefined
  constructor(words: Words, row?: number) {
    const said = row === undefined ? words : { zh: `第 ${row} 行：${words.zh}`, en: `row ${row}: ${words.en}` }
    super(said.en)
    this.words = said
    this.row = row
  }
}

/** Bounds of a file's parts: far above real ones, and what keeps a hostile file from filling memory. */
export const fileLimits = {
  /** characters of one row as written */
  rowCharacters: 16 * 1024 * 1024,
  columns: 16_384,
  jsonDepth: 64
}

/** The rows of a file are counted in its sheets; a row's number alone says too little. */
export const inSheet = (sheet: string, { en, zh }: Words): Words => {
  const name = sameWords(sheet.slice(0, 31))
  return { zh: `工作表“${name.zh}”：${zh}`, en: `sheet ${name.en}: ${en}` }
}
