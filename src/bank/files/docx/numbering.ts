// The numbers and letters that Word puts before the paragraphs of a list: they stand in no text of the document.
import type { Xml } from "effect/encoding"
import { localName } from "../../transfer/reading/SheetParser.ts"

interface Level {
  start: number
  format: string
  text: string
}

interface List {
  readonly abstract: string
  /** Levels that begin anew with this list. */
  readonly starts: Map<number, number>
}

const mostLists = 10_000
const chinese = "零一二三四五六七八九"

const chineseNumber = (number: number): string => {
  if (number > 99 || number < 1) return String(number)
  const [tens, ones] = [Math.floor(number / 10), number % 10]
  return `${tens > 1 ? chinese[tens] : ""}${tens > 0 ? "十" : ""}${ones > 0 || tens === 0 ? chinese[ones] : ""}`
}

const letters = (number: number): string =>
  String.fromCharCode(65 + ((number - 1) % 26)).repeat(Math.min(8, Math.floor((number - 1) / 26) + 1))

const formatted = (number: number, format: string): string => {
  switch (format) {
    case "upperLetter":
      return letters(number)
    case "lowerLetter":
      return letters(number).toLowerCase()
    case "chineseCounting":
    case "chineseCountingThousand":
    case "taiwaneseCountingThousand":
    case "ideographTraditional":
    case "japaneseCounting":
      return chineseNumber(number)
    default:
      return String(number)
  }
}

/** Reads `word/numbering.xml`, and counts the paragraphs of lists as they come. */
export class Numbering {
  readonly #abstracts = new Map<string, Map<number, Level>>()
  readonly #lists = new Map<string, List>()
  readonly #counts = new Map<string, Array<number>>()
  readonly #begun = new Set<string>()
  #abstract: Map<number, Level> | undefined
  #level: Level | undefined
  #list: List | undefined
  #override = 0

  read(event: Xml.Event): void {
    if (event._tag !== "StartElement" && event._tag !== "EndElement") return
    const name = localName(event.name)
    if (event._tag === "EndElement") {
      if (name === "abstractNum") this.#abstract = undefined
      if (name === "num") this.#list = undefined
      if (name === "lvl") this.#level = undefined
      return
    }
    const value = (wanted: string) =>
      Object.entries(event.attributes).find(([key]) => localName(key) === wanted)?.[1] ?? ""
    switch (name) {
      case "abstractNum":
        if (this.#abstracts.size < mostLists) this.#abstracts.set(value("abstractNumId"), (this.#abstract = new Map()))
        return
      case "num":
        if (this.#lists.size < mostLists)
          this.#lists.set(value("numId"), (this.#list = { abstract: "", starts: new Map() }))
        this.#numId = value("numId")
        return
      case "abstractNumId":
        if (this.#list !== undefined) {
          this.#list = { ...this.#list, abstract: value("val") }
          this.#lists.set(this.#numId, this.#list)
        }
        return
      case "lvlOverride":
        this.#override = Number(value("ilvl")) || 0
        return
      case "startOverride":
        this.#list?.starts.set(this.#override, Number(value("val")) || 1)
        return
      case "lvl":
        this.#level = { start: 1, format: "decimal", text: "" }
        if (this.#abstract !== undefined && this.#abstract.size < 9)
          this.#abstract.set(Number(value("ilvl")) || 0, this.#level)
        return
      case "start":
        if (this.#level !== undefined) this.#level.start = Number(value("val")) || 0
        return
      case "numFmt":
        if (this.#level !== undefined) this.#level.format = value("val")
        return
      case "lvlText":
        if (this.#level !== undefined) this.#level.text = value("val")
    }
  }

  #numId = ""

  /** What stands before the next paragraph of a list at a level; empty for a bullet, or a list that is not there. */
  next(numId: string, level: number): string {
    const list = this.#lists.get(numId)
    const levels = list === undefined ? undefined : this.#abstracts.get(list.abstract)
    const own = levels?.get(level)
    if (list === undefined || levels === undefined || own === undefined) return ""
    const counts = this.#counts.get(list.abstract) ?? []
    this.#counts.set(list.abstract, counts)
    if (!this.#begun.has(numId)) {
      this.#begun.add(numId)
      for (const [at, start] of list.starts) counts[at] = start - 1
    }
    const before = counts[level]
    counts[level] = before === undefined ? own.start : before + 1
    // A deeper list begins anew below the next of this one.
    counts.length = level + 1
    if (own.format === "bullet" || own.format === "none") return ""
    return own.text.replace(/%([1-9])/g, (_, digit: string) => {
      const at = Number(digit) - 1
      const of = levels.get(at)
      return formatted(counts[at] ?? of?.start ?? 1, of?.format ?? "decimal")
    })
  }
}
