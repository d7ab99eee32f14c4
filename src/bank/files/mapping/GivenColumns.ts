import { Result, Schema } from "effect"
import type { Words } from "../Words.ts"
import { bareName } from "./fieldNames.ts"

/** What a person said that a column is: a part of a question, one of its options (from 0), or nothing. */
const Use = Schema.Union([
  Schema.Literals(["title", "answer", "options", "type", "explanation", "tags", "isRight", "ignore"]),
  Schema.Struct({ option: Schema.Int })
])
export type Use = typeof Use.Type

/** One `part=column` after the other, as a person gave them; a name may be `#3`, the third column. */
export const GivenColumns = Schema.Array(Schema.Struct({ use: Use, name: Schema.String }))
export type GivenColumns = typeof GivenColumns.Type

/** What was given as a mapping is none. */
export class BadMapping extends Schema.TaggedError<BadMapping>()("BadMapping", {
  words: Schema.Struct({ zh: Schema.String, en: Schema.String })
}) {
  override get message(): string {
    return this.words.en
  }
}

const uses: ReadonlyMap<string, Use> = new Map<string, Use>([
  ...(["question", "title", "题目", "题干"] as const).map((name) => [name, "title"] as const),
  ...(["answer", "答案"] as const).map((name) => [name, "answer"] as const),
  ...(["options", "选项"] as const).map((name) => [name, "options"] as const),
  ...(["type", "类型", "题型"] as const).map((name) => [name, "type"] as const),
  ...(["explanation", "解析"] as const).map((name) => [name, "explanation"] as const),
  ...(["tags", "标签"] as const).map((name) => [name, "tags"] as const),
  ...(["isright", "是否正确"] as const).map((name) => [name, "isRight"] as const),
  ...(["ignore", "忽略"] as const).map((name) => [name, "ignore"] as const)
])

const partsText = "question, answer, options, optionA … optionZ, type, explanation, tags, isRight, ignore"
const most = 64

/** Reads a mapping as people give it: `answer=正确选项`, `optionA=甲`, `question=#2`. */
export const readGivenColumns = (texts: ReadonlyArray<string>): Result.Result<GivenColumns, BadMapping> => {
  const given: Array<GivenColumns[number]> = []
  const fail = (words: Words) => Result.fail(new BadMapping({ words }))
  if (texts.length > most) return fail({ zh: `列的对应最多给 ${most} 条`, en: `a mapping has at most ${most} parts` })
  for (const text of texts) {
    const at = text.indexOf("=")
    const [part, name] = [text.slice(0, at).trim(), text.slice(at + 1).trim()]
    if (at < 1 || name === "") {
      return fail({
        zh: `“${text.slice(0, 60)}”不是列的对应：请写成 answer=正确选项`,
        en: `"${text.slice(0, 60)}" is no mapping: write it as answer=the column's name`
      })
    }
    const use = useOf(part)
    if (use === undefined) {
      return fail({
        zh: `没有“${part.slice(0, 40)}”这一项；可以对应的有：${partsText}`,
        en: `a question has no part "${part.slice(0, 40)}"; there are: ${partsText}`
      })
    }
    const isTaken = given.some(
      ({ name: other, use: taken }) => other === name || (use !== "ignore" && same(taken, use))
    )
    if (isTaken) return fail({ zh: `“${text.slice(0, 60)}”与前面的重复`, en: `"${text.slice(0, 60)}" is given twice` })
    given.push({ use, name })
  }
  return Result.succeed(given)
}

const useOf = (part: string): Use | undefined => {
  const option = /^(?:option|选项)_?([a-z])$/i.exec(part)?.[1]
  return option === undefined ? uses.get(part.toLowerCase()) : { option: option.toUpperCase().charCodeAt(0) - 65 }
}

const same = (a: Use, b: Use): boolean =>
  typeof a === "object" && typeof b === "object" ? a.option === b.option : a === b

/** The columns of these names that were given, by their place; a name that is not there is not in it. */
export const givenPlaces = (given: GivenColumns, names: ReadonlyArray<string>): ReadonlyMap<number, Use> => {
  const places = new Map<number, Use>()
  for (const { name, use } of given) {
    const number = /^#(\d{1,5})$/.exec(name)?.[1]
    const exact = names.findIndex((other) => other.trim() === name)
    const place =
      exact >= 0
        ? exact
        : number === undefined
          ? names.findIndex((other) => bareName(other) === bareName(name))
          : Number(number) - 1
    if (place >= 0 && place < names.length) places.set(place, use)
  }
  return places
}
