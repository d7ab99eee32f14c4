import { Schema } from "effect"
import { Language, type Words } from "./Words.ts"

/** What a file's columns, or the members of its objects, were taken for. */
export const ColumnUse = Schema.Struct({
  column: Schema.String.annotate({ description: "As the file calls it; `#3` where it has no name." }),
  use: Schema.NullOr(Schema.String).annotate({
    description: "question, answer, options, option A …, type, explanation, tags; null: it is not read."
  })
})

export const TableReport = Schema.Struct({
  table: Schema.NullOr(Schema.String).annotate({ description: "The sheet, or where in the file." }),
  columns: Schema.Array(ColumnUse)
})
export type TableReport = typeof TableReport.Type

export const Unread = Schema.Struct({
  what: Schema.String.annotate({ description: "What was passed over, and why." }),
  count: Schema.Finite
})

/** How a file was taken, and what of it was passed over. */
export const FileReport = Schema.Struct({
  tables: Schema.Array(TableReport),
  unread: Schema.Array(Unread)
}).annotate({ identifier: "FileReport" })
export type FileReport = typeof FileReport.Type

export const emptyReport: FileReport = { tables: [], unread: [] }

const mostTables = 50
const mostColumns = 100
const mostUnread = 100
const longestName = 60

/** Takes down while a file is read what its columns were taken for and what was passed over; bounded. */
export class FileReporter {
  readonly #language: Language
  readonly #tables = new Map<string, Map<string, string | null>>()
  readonly #unread = new Map<string, number>()
  readonly #names = new Set<string>()

  constructor(language: Language) {
    this.#language = language
  }

  /** A table, or more columns of it. */
  columns(table: string | undefined, uses: Iterable<readonly [column: string, use: string | undefined]>): void {
    const name = (table ?? "").slice(0, longestName)
    let known = this.#tables.get(name)
    if (known === undefined) {
      if (this.#tables.size >= mostTables) return this.unread({ zh: "更多的表未列出", en: "more tables, not listed" })
      this.#tables.set(name, (known = new Map()))
    }
    for (const [column, use] of uses) {
      this.#names.add(column)
      const short = column.slice(0, longestName)
      // what is used somewhere is used
      if (known.size < mostColumns && (use !== undefined || !known.has(short))) known.set(short, use ?? null)
    }
  }

  /** Something that is passed over, `count` of its kind. */
  unread(what: Words, count = 1): void {
    const text = what[this.#language]
    const key =
      this.#unread.has(text) || this.#unread.size < mostUnread ? text : { zh: "其他", en: "other" }[this.#language]
    this.#unread.set(key, (this.#unread.get(key) ?? 0) + count)
  }

  /** Every name of a column seen so far. */
  get names(): ReadonlySet<string> {
    return this.#names
  }

  get report(): FileReport {
    return {
      tables: [...this.#tables].map(([table, columns]) => ({
        table: table === "" ? null : table,
        columns: [...columns].map(([column, use]) => ({ column, use }))
      })),
      unread: [...this.#unread].map(([what, count]) => ({ what, count }))
    }
  }
}
