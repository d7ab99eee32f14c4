// Where the values of a JSON file begin and end that is too long to be read as a whole. Each is then read by `JSON.parse`: what
// this adds is that a file of any size is read in parts, that a row's size and depth are bounded before it is read, and that the
// rows may be the elements of a list, of a list inside an object, or the members of an object (`{"question": "answer"}`).
import type { QuestionWalker } from "../../files/json/QuestionWalker.ts"
import { namedField, bareName } from "../../files/mapping/fieldNames.ts"
import { noJson, rowTooLong, tooDeep } from "../../files/problems.ts"
import type { Words } from "../../files/Words.ts"
import { fileLimits, UnreadableFile } from "../SourceRow.ts"

type Place = "root" | "list" | "key" | "colon" | "value" | "maybe-list" | "after-member"

// Members before a list of rows tell of the file ("total": 3); this many are kept until it is known that no list follows.
const mostHeldMembers = 100

/** Takes the text of a JSON file part by part and gives its values to the walker. Throws `UnreadableFile`. */
export class JsonScanner {
  readonly #walker: QuestionWalker
  #place: Place = "root"
  /** Whether the list being read is a member of the root object. */
  #isNested = false
  #hasList = false
  #held: Array<() => void> | undefined = []
  #key: string | undefined
  #isFirstKey = false
  #row = 0

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

  constructor(walker: QuestionWalker) {
    this.#walker = walker
  }

  feed(text: string): void {
    let at = 0
    while (at < text.length) at = this.#isReading ? this.#readOn(text, at) : this.#look(text, at)
  }

  end(): void {
    if (this.#isReading && this.#kind === "bare" && this.#place === "root") this.#finish()
    if (this.#isReading || this.#place !== "root") {
      throw new UnreadableFile(
        { zh: "文件在 JSON 结束之前就断了", en: "the file ends before its JSON does" },
        this.#row + 1
      )
    }
    if (this.#row === 0 && !this.#hasList) throw new UnreadableFile({ zh: "文件是空的", en: "the file is empty" })
    this.#release()
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
    const parsed = this.#parse()
    if (this.#isKey) {
      this.#isKey = false
      if (!parsed.isRead || typeof parsed.value !== "string") {
        throw new UnreadableFile(
          { zh: "有一个成员的名字读不出来", en: "a member's name cannot be read" },
          this.#row + 1
        )
      }
      this.#key = parsed.value
      // An object that is a row itself, alone or one of several after one another.
      const isFirst = this.#isFirstKey && (this.#held ?? []).length === 0
      this.#isFirstKey = false
      if (isFirst && (namedField(bareName(this.#key))?.isWeak === false || this.#key === "id")) {
        this.#begin("container")
        this.#add(`{${JSON.stringify(this.#key)}`)
        this.#depth = 1
        this.#place = "root"
      } else this.#place = "colon"
      return
    }
    this.#row++
    const isMember = this.#place === "value" || this.#place === "maybe-list"
    if (isMember) this.#place = "after-member"
    const key = this.#key ?? ""
    const read = parsed.isRead
      ? () => (isMember ? this.#walker.member(key, parsed.value) : this.#walker.element(parsed.value))
      : () => this.#walker.unreadable(parsed.problem)
    if (!isMember) this.#held = undefined
    this.#push(read, isMember)
  }

  #push(read: () => void, isMember: boolean): void {
    // Beside a list of rows, members are about the file.
    if (isMember && this.#hasList) {
      this.#row--
      return
    }
    if (!isMember || this.#held === undefined) read()
    else if (this.#held.push(read) > mostHeldMembers) this.#release()
  }

  #release(): void {
    for (const read of this.#held ?? []) read()
    this.#held = undefined
  }

  #parse(): Parsed {
    if (this.#length > fileLimits.rowCharacters) {
      return { isRead: false, problem: rowTooLong(fileLimits.rowCharacters) }
    }
    if (this.#deepest > fileLimits.jsonDepth) return { isRead: false, problem: tooDeep(fileLimits.jsonDepth) }
    return parseJson(this.#text)
  }

  #unexpected(char: string): UnreadableFile {
    const shown = JSON.stringify(char)
    return new UnreadableFile(
      { zh: `这不是 JSON：不该有 ${shown}`, en: `this is no JSON: unexpected ${shown}` },
      this.#row + 1
    )
  }
}

/** A JSON value, or why the text is none. */
export type Parsed =
  | { readonly isRead: true; readonly value: unknown }
  | { readonly isRead: false; readonly problem: Words }

/** The value that a text is in JSON. */
export const parseJson = (text: string): Parsed => {
  try {
    return { isRead: true, value: JSON.parse(text.startsWith("\ufeff") ? text.slice(1) : text) }
  } catch (error) {
    return { isRead: false, problem: noJson(error instanceof Error ? error.message.slice(0, 200) : "") }
  }
}

const isListName = (key: string | undefined): boolean =>
  key !== undefined && ["items", "questions", "data", "list", "rows"].includes(key)
