// The paragraphs and tables of a Word document, as texts.
import type { Xml } from "effect/encoding"
import { localName } from "../../transfer/reading/SheetParser.ts"
import { picture } from "../text/numbered.ts"
import type { Numbering } from "./numbering.ts"

/** A paragraph, or a table with the texts of its cells. */
export type Block = { readonly text: string } | { readonly rows: ReadonlyArray<ReadonlyArray<string>> }

interface Paragraph {
  text: string
  list: string | undefined
  level: number
  style: string | undefined
}

interface Table {
  readonly rows: Array<Array<string>>
  cell: Array<string>
  span: number
}

// What was deleted, what is shown instead by programs that know less, and the words behind a field.
const unseen = new Set(["del", "moveFrom", "Fallback", "instrText", "delText", "footnotePr"])
const wraps: Readonly<Record<string, readonly [string, string]>> = {
  num: ["(", ")/"],
  den: ["(", ")"],
  rad: ["√(", ")"],
  sup: ["<sup>", "</sup>"],
  sub: ["<sub>", "</sub>"]
}
const mathNamespace = /^m:/
// Wingdings and Symbol, by what they show.
const symbols: Readonly<Record<string, string>> = {
  FC: "√",
  FE: "√",
  D6: "√",
  FB: "×",
  FD: "×",
  B4: "×",
  A3: "≤",
  B3: "≥",
  B9: "≠",
  B1: "±",
  B8: "÷"
}

export class DocumentParser {
  readonly #numbering: Numbering
  readonly #listOfStyle: ReadonlyMap<string, { readonly list: string; readonly level: number }>
  readonly #paragraphs: Array<Paragraph> = []
  readonly #tables: Array<Table> = []
  #unseen = 0
  #isText = false
  #run = { text: "", isUnderlined: false, align: "" }
  #characters = 0

  constructor(
    numbering: Numbering,
    listOfStyle: ReadonlyMap<string, { readonly list: string; readonly level: number }>
  ) {
    this.#numbering = numbering
    this.#listOfStyle = listOfStyle
  }

  /** Characters read so far. */
  get characters(): number {
    return this.#characters
  }

  /** Takes an event; gives the blocks that it ends. */
  read(event: Xml.Event): Block | undefined {
    switch (event._tag) {
      case "StartElement":
        this.#open(event)
        return undefined
      case "Text":
        if (this.#isText && this.#unseen === 0) this.#run.text += event.text
        return undefined
      case "EndElement":
        return this.#close(event.name)
      default:
        return undefined
    }
  }

  #open({ attributes, name }: { readonly name: string; readonly attributes: Readonly<Record<string, string>> }): void {
    const local = localName(name)
    if (unseen.has(local)) this.#unseen++
    const value = () => Object.entries(attributes).find(([key]) => localName(key) === "val")?.[1] ?? ""
    const paragraph = this.#paragraphs.at(-1)
    const wrap = mathNamespace.test(name) ? wraps[local] : undefined
    if (wrap !== undefined) return this.#put(wrap[0])
    switch (local) {
      case "p":
        if (name !== "a:p") this.#paragraphs.push({ text: "", list: undefined, level: 0, style: undefined })
        return
      case "pStyle":
        if (paragraph !== undefined) paragraph.style = value()
        return
      case "numId":
        if (paragraph !== undefined) paragraph.list = value()
        return
      case "ilvl":
        if (paragraph !== undefined) paragraph.level = Number(value()) || 0
        return
      case "r":
        this.#run = { text: "", isUnderlined: false, align: "" }
        return
      case "u":
        this.#run.isUnderlined = value() !== "none"
        return
      case "vertAlign":
        this.#run.align = value()
        return
      case "t":
        this.#isText = true
        return
      case "tab":
        this.#run.text += "\t"
        return
      case "br":
      case "cr":
        this.#run.text += "\n"
        return
      case "noBreakHyphen":
        this.#run.text += "-"
        return
      case "sym": {
        const code =
          Object.entries(attributes)
            .find(([key]) => localName(key) === "char")?.[1]
            ?.toUpperCase() ?? ""
        this.#run.text += symbols[code.replace(/^F0/, "")] ?? ""
        return
      }
      case "blip":
      case "imagedata":
        if (this.#unseen === 0) this.#put(picture)
        return
      case "tbl":
        this.#tables.push({ rows: [], cell: [], span: 1 })
        return
      case "tr":
        if (name !== "a:tr") this.#tables.at(-1)?.rows.push([])
        return
      case "tc": {
        const table = this.#tables.at(-1)
        if (table !== undefined) {
          table.cell = []
          table.span = 1
        }
        return
      }
      case "gridSpan": {
        const table = this.#tables.at(-1)
        if (table !== undefined) table.span = Math.min(64, Math.max(1, Number(value()) || 1))
      }
    }
  }

  #put(text: string): void {
    const paragraph = this.#paragraphs.at(-1)
    if (paragraph !== undefined && this.#unseen === 0) paragraph.text += text
  }

  #close(name: string): Block | undefined {
    const local = localName(name)
    if (unseen.has(local)) this.#unseen = Math.max(0, this.#unseen - 1)
    const wrap = mathNamespace.test(name) ? wraps[local] : undefined
    if (wrap !== undefined) {
      this.#put(wrap[1])
      return undefined
    }
    switch (local) {
      case "t":
        this.#isText = false
        if (name === "m:t") this.#endRun()
        return undefined
      case "r":
        this.#endRun()
        return undefined
      case "p":
        return name === "a:p" ? undefined : this.#endParagraph()
      case "tc":
        this.#endCell()
        return undefined
      case "tbl":
        return this.#endTable()
      default:
        return undefined
    }
  }

  #endRun(): void {
    const { align, isUnderlined, text } = this.#run
    this.#run = { text: "", isUnderlined: false, align: "" }
    if (text === "" || this.#unseen > 0) return
    // A blank is often nothing but underlined spaces.
    if (isUnderlined && text.trim() === "" && !text.includes("\n")) return this.#put("____")
    if (align === "superscript" && text.trim() !== "") return this.#put(`<sup>${text}</sup>`)
    this.#put(align === "subscript" && text.trim() !== "" ? `<sub>${text}</sub>` : text)
  }

  #endParagraph(): Block | undefined {
    const paragraph = this.#paragraphs.pop()
    if (paragraph === undefined) return undefined
    const ofStyle = paragraph.style === undefined ? undefined : this.#listOfStyle.get(paragraph.style)
    const list = paragraph.list ?? ofStyle?.list
    const mark =
      list === undefined || list === "0" || paragraph.text.trim() === ""
        ? ""
        : this.#numbering.next(list, paragraph.list === undefined ? (ofStyle?.level ?? 0) : paragraph.level)
    const text = mark === "" ? paragraph.text : `${mark} ${paragraph.text.trimStart()}`
    this.#characters += text.length
    // A text box stands inside a paragraph.
    if (this.#paragraphs.length > 0) {
      this.#put(`\n${text}\n`)
      return undefined
    }
    const table = this.#tables.at(-1)
    if (table === undefined) return { text }
    table.cell.push(text)
    return undefined
  }

  #endCell(): void {
    const table = this.#tables.at(-1)
    if (table === undefined) return
    const row = table.rows.at(-1)
    row?.push(table.cell.join("\n").trim(), ...Array.from({ length: table.span - 1 }, () => ""))
    table.cell = []
  }

  #endTable(): Block | undefined {
    const table = this.#tables.pop()
    if (table === undefined) return undefined
    const outer = this.#tables.at(-1)
    if (outer === undefined) return { rows: table.rows }
    // A table in a cell is a part of its text.
    outer.cell.push(...table.rows.map((cells) => cells.join("\t")))
    return undefined
  }
}
