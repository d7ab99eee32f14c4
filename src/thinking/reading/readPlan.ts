import { Option, Schema } from "effect"
import type { AnswerForm } from "../AnswerForm.ts"
import type { Strategy } from "../ThoughtEvent.ts"
import { type Fields, fieldsOf, fieldText, firstField } from "./fields.ts"
import { jsonObjects } from "./jsonObjects.ts"

export interface ReadPlan {
  readonly difficulty: "easy" | "medium" | "hard"
  readonly form: AnswerForm
  readonly strategies: ReadonlyArray<Strategy>
}

const mostStrategies = 16
const longestName = 80
const longestHint = 2000

const difficulties: ReadonlyMap<string, ReadPlan["difficulty"]> = new Map([
  ...["easy", "trivial", "simple", "low", "简单", "容易", "低"].map((word) => [word, "easy"] as const),
  ...["medium", "moderate", "normal", "average", "中等", "一般", "中"].map((word) => [word, "medium"] as const),
  ...["hard", "difficult", "high", "very hard", "expert", "困难", "难", "高"].map((word) => [word, "hard"] as const)
])

const forms: ReadonlyMap<string, AnswerForm> = new Map([
  ...["option", "options", "choice", "multiple choice", "选项", "选择"].map((word) => [word, "option"] as const),
  ...["number", "numeric", "integer", "数字", "数值"].map((word) => [word, "number"] as const),
  ...["boolean", "bool", "true/false", "yes/no", "判断", "对错"].map((word) => [word, "boolean"] as const),
  ...["short", "short answer", "phrase", "word", "简短", "短语"].map((word) => [word, "short"] as const),
  ...["open", "essay", "free", "text", "long", "开放", "论述"].map((word) => [word, "open"] as const)
])

/**
 * The plan in a planner's reply. A field that is missing or not understood is the careful choice: medium, open, no strategy of
 * its own. `undefined` where nothing in the reply is a plan.
 */
export const readPlan = (text: string): ReadPlan | undefined => {
  for (const object of jsonObjects(text)) {
    const fields = fieldsOf(object)
    const difficulty = difficulties.get(word(firstField(fields, ["difficulty", "level", "难度"])))
    const form = forms.get(word(firstField(fields, ["form", "answerform", "answertype", "形式"])))
    const strategies = strategiesOf(firstField(fields, ["strategies", "strategy", "approaches", "plans", "策略"]))
    if (difficulty !== undefined || form !== undefined || strategies.length > 0) {
      return { difficulty: difficulty ?? "medium", form: form ?? "open", strategies }
    }
  }
  return undefined
}

const word = (value: unknown): string => fieldText(value, 40).toLowerCase()

const strategiesOf = (value: unknown): ReadonlyArray<Strategy> =>
  (Array.isArray(value) ? value : [value]).slice(0, mostStrategies).flatMap(strategyOf)

const decodeObject = Schema.decodeUnknownOption(Schema.Record(Schema.String, Schema.Unknown))

const strategyOf = (value: unknown): ReadonlyArray<Strategy> => {
  if (typeof value === "string") return named("", value)
  const object = Option.getOrUndefined(decodeObject(value))
  if (object === undefined || Array.isArray(value)) return []
  const fields: Fields = fieldsOf(object)
  return named(
    fieldText(firstField(fields, ["name", "title", "strategy", "名称"]), longestName),
    fieldText(
      firstField(fields, ["hint", "description", "instruction", "instructions", "approach", "提示"]),
      longestHint
    )
  )
}

// A name alone says what to do as well as a hint does.
const named = (name: string, hint: string): ReadonlyArray<Strategy> => {
  const told = hint.trim() === "" ? name : hint.trim().slice(0, longestHint)
  return told === "" ? [] : [{ name: name === "" ? told.slice(0, longestName) : name, hint: told }]
}
