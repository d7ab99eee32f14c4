import { type Columns, columnsOf, type Field } from "./columns.ts"

/** What a row of a file says, before it is understood: texts of cells, or any JSON values. */
export interface RowFields {
  readonly values: Partial<Readonly<Record<Field, unknown>>>
  /** Options of columns with one option each: the place, and the value. */
  readonly options: ReadonlyArray<readonly [place: number, value: unknown]>
  /** The name of the sheet, where a file has several. */
  readonly sheet?: string
}

/** One row of a sheet, or of a file of separated values; from 1. */
export interface CellRow {
  readonly row: number
  readonly cells: ReadonlyArray<string>
  /** What is wrong with a cell of it. */
  readonly problem?: string
}

/** One row of a file, by the number that a person finds it under: a sheet's row, a line, an element; from 1. */
export type SourceRow =
  | { readonly row: number; readonly fields: RowFields }
  | { readonly row: number; readonly problem: string }

/** The file cannot be read any further; `row` is where, if it is known. */
export class UnreadableFile extends Error {
  readonly row: number | undefined
  constructor(message: string, row?: number) {
    super(row === undefined ? message : `row ${row}: ${message}`)
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

/** The fields of a row of cells. */
export const fieldsOfCells = (cells: ReadonlyArray<string>, columns: Columns): RowFields => {
  const values: Partial<Record<Field, unknown>> = {}
  for (const [field, column] of columns.fields) {
    const cell = cells[column]
    if (cell !== undefined && cell !== "") values[field] = cell
  }
  return {
    values,
    options: columns.options.map(([place, column]) => [place, cells[column] ?? ""] as const)
  }
}

/** The fields of a JSON object. */
export const fieldsOfObject = (object: Readonly<Record<string, unknown>>): RowFields => {
  const names = Object.keys(object)
  const { fields, options } = columnsOfNames(names)
  const values: Partial<Record<Field, unknown>> = {}
  for (const [field, place] of fields) values[field] = object[names[place] ?? ""] ?? undefined
  return {
    values,
    options: options.map(([place, name]) => [place, object[names[name] ?? ""]] as const)
  }
}

// The objects of a file have the same members, as a rule.
let recent: { readonly names: ReadonlyArray<string>; readonly columns: Columns } | undefined
const columnsOfNames = (names: ReadonlyArray<string>): Columns => {
  if (recent?.names.length === names.length && names.every((name, place) => recent?.names[place] === name)) {
    return recent.columns
  }
  recent = { names, columns: columnsOf(names) }
  return recent.columns
}
