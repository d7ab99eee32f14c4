// Where the rows of a JSON file begin and end. Each is then read by `JSON.parse`: what this adds is that a file of any size is
// read in parts, that a row's size and depth are bounded before it is read, and that the rows may be the elements of a
// list, of a list inside an object, or the members of an object (`{"question": "answer"}`).
import { Predicate } from "effect"
import { fieldOf } from "../columns.ts"
import { fieldsOfObject, fileLimits, type SourceRow, UnreadableFile } from "../SourceRow.ts"

type Place = "root" | "list" | "key" | "colon" | "value" | "maybe-list" | "after-member"

// Members before a list of rows tell of the file ("total": 3); this many are kept until it is known that no list follows.
const mostHeldMembers = 100

/** Takes the text of a JSON file part by part and gives its rows, numbered from 1. Throws `UnreadableFile`. */
export class JsonScanner {
  #place: Place = "root"
  /** Whether the list being read is a member of the root object. */
  #isNested = false
  #hasList = false
  #held: Array<SourceRow> | undefined = []
  #key: string | undefined
  #isFirstKey = false
  #row = 0
  #rows: Array<SourceRow> = []

  // The value being read: its text so far, and where in it the scan is.
  #isReading = false
  #kind: "container" | "text" | "bare" = "bare"
  #text = ""
  #length = 0
  #depth = 0
  #deepest = 0
  #inString = false
  #isEscaped = false
  #isKey = false

  feed(text: string): ReadonlyArray<SourceRow> {
    let at = 0
    while (at < text.length) at = this.#isReading ? this.#readOn(text, at) : this.#look(text, at)
    return this.#take()
  }

  end(): ReadonlyArray<SourceRow> {
    if (this.#isReading && this.#kind === "bare" && this.#place === "root") this.#finish()
    if (this.#isReading || this.#place !== "root") {
      throw new UnreadableFile("the file ends before its JSON does", this.#row + 1)
    }
    if (this.#row === 0 && !this.#hasList) throw new UnreadableFile("the file is empty")
    this.#release()
    return this.#take()
  }

  #take(): ReadonlyArray<SourceRow> {
    const rows = this.#rows
    this.#rows = []
    return rows
  }

  /** Between values. Gives where to go on. */
  #look(text: string, at: number): number {
    const char = text[at] ?? ""
    if (/[\s\ufeff]/.test(char)) return at + 1
    switch (this.#place) {
      case "root":
        if (char === "[") {
          this.#place = "list"
          this.#isNested = false
          this.#hasList = true
        } else if (char === "{") {
          this.#place = "key"
          this.#isFirstKey = true
        } else throw this.#unexpected(char)
        return at + 1
      case "list":
        if (char === ",") return at + 1
        if (char === "]") {
          this.#place = this.#isNested ? "after-member" : "root"
          return at + 1
        }
        return this.#start(char, at)
      case "key":
        if (char === "}") this.#place = "root"
        else if (char === '"') {
          this.#isKey = true
          return this.#start(char, at)
        } else if (char !== ",") throw this.#unexpected(char)
        return at + 1
      case "colon":
        if (char !== ":") throw this.#unexpected(char)
        this.#place = "value"
        return at + 1
      case "value":
        if (char !== "[") return this.#start(char, at)
        this.#place = "maybe-list"
        return at + 1
      case "maybe-list":
        if (char === "{" || (char === "]" && isListName(this.#key))) {
          this.#place = "list"
          this.#isNested = true
          this.#hasList = true
          this.#held = []
          this.#row = 0
          return at
        }
        // the answer is a list of texts
        this.#begin("container")
        this.#add("[")
        this.#depth = 1
        return at
      case "after-member":
        if (char === ",") this.#place = "key"
        else if (char === "}") this.#place = "root"
        else throw this.#unexpected(char)
        return at + 1
    }
  }

  #start(char: string, at: number): number {
    this.#begin(char === "{" || char === "[" ? "container" : char === '"' ? "text" : "bare")
    if (this.#kind === "bare" && !/[-\w]/.test(char)) throw this.#unexpected(char)
    return at
  }

  #begin(kind: "container" | "text" | "bare"): void {
    this.#isReading = true
    this.#kind = kind
    this.#text = ""
    this.#length = 0
    this.#depth = 0
    this.#deepest = 0
    this.#inString = false
    this.#isEscaped = false
  }

  #readOn(text: string, from: number): number {
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (this.#inString) {
        if (this.#isEscaped) this.#isEscaped = false
        else if (code === 92) this.#isEscaped = true
        else if (code === 34) {
          this.#inString = false
          if (this.#kind === "text") return this.#endAt(text, from, at + 1)
        }
        continue
      }
      if (this.#kind === "bare") {
        if (code === 44 || code === 93 || code === 125 || code <= 32) return this.#endAt(text, from, at)
        continue
      }
      if (code === 34) this.#inString = true
      else if (code === 123 || code === 91) {
        this.#depth++
        if (this.#depth > this.#deepest) this.#deepest = this.#depth
      } else if (code === 125 || code === 93) {
        this.#depth--
        if (this.#depth === 0) return this.#endAt(text, from, at + 1)
      }
    }
    this.#add(text.slice(from))
    return text.length
  }

  #endAt(text: string, from: number, to: number): number {
    this.#add(text.slice(from, to))
    this.#finish()
    return to
  }

  // What is too long is not kept, only its end is looked for.
  #add(part: string): void {
    this.#length += part.length
    this.#text = this.#length > fileLimits.rowCharacters ? "" : this.#text + part
  }

  #finish(): void {
    this.#isReading = false
    const value = this.#parse()
    if (this.#isKey) {
      this.#isKey = false
      this.#key = typeof value === "string" ? value : ""
      if (typeof value === "object") throw new UnreadableFile("a member's name cannot be read", this.#row + 1)
      // An object that is a row itself, alone or one of several after one another.
      const field = fieldOf(this.#key)
      const isFirst = this.#isFirstKey && (this.#held ?? []).length === 0
      this.#isFirstKey = false
      if (isFirst && (field !== undefined || this.#key === "id")) {
        this.#begin("container")
        this.#add(`{${JSON.stringify(this.#key)}`)
        this.#depth = 1
        this.#place = "root"
      } else this.#place = "colon"
      return
    }
    const row = ++this.#row
    const isMember = this.#place === "value" || this.#place === "maybe-list"
    if (isMember) this.#place = "after-member"
    if (value instanceof Problem) return this.#push({ row, problem: value.message }, isMember)
    if (isMember) return this.#push(rowOfMember(row, this.#key ?? "", value), true)
    this.#held = undefined
    this.#push(rowOfElement(row, value), false)
  }

  #push(row: SourceRow, isMember: boolean): void {
    // Beside a list of rows, members are about the file.
    if (isMember && this.#hasList) {
      this.#row--
      return
    }
    if (!isMember || this.#held === undefined) this.#rows.push(row)
    else if (this.#held.push(row) > mostHeldMembers) this.#release()
  }

  #release(): void {
    this.#rows.push(...(this.#held ?? []))
    this.#held = undefined
  }

  #parse(): unknown {
    if (this.#length > fileLimits.rowCharacters) {
      return new Problem(`it is longer than ${fileLimits.rowCharacters} characters`)
    }
    if (this.#deepest > fileLimits.jsonDepth)
      return new Problem(`it is nested deeper than ${fileLimits.jsonDepth} levels`)
    return parseJson(this.#text)
  }

  #unexpected(char: string): UnreadableFile {
    return new UnreadableFile(`this is no JSON: unexpected ${JSON.stringify(char)}`, this.#row + 1)
  }
}

class Problem {
  readonly message: string
  constructor(message: string) {
    this.message = message
  }
}

const parseJson = (text: string): unknown => {
  try {
    const value: unknown = JSON.parse(text)
    return value
  } catch (error) {
    return new Problem(`this is no JSON: ${error instanceof Error ? error.message.slice(0, 200) : ""}`)
  }
}

const isListName = (key: string | undefined): boolean =>
  key !== undefined && ["items", "questions", "data", "list", "rows"].includes(key)

const rowOfElement = (row: number, value: unknown): SourceRow =>
  isRecord(value)
    ? { row, fields: fieldsOfObject(value) }
    : { row, problem: "it is no object with a question and an answer" }

const rowOfMember = (row: number, title: string, value: unknown): SourceRow =>
  isRecord(value)
    ? { row, fields: fieldsOfObject({ question: title, ...value }) }
    : { row, fields: { values: { title, answer: value }, options: [] } }

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  Predicate.isObject(value) && !Array.isArray(value)

/** One line of a file that holds one JSON object a line; `undefined` for an empty one. */
export const rowOfLine = (row: number, line: string): SourceRow | undefined => {
  const text = line.trim()
  if (text === "") return undefined
  const value = parseJson(text)
  return value instanceof Problem ? { row, problem: value.message } : rowOfElement(row, value)
}
