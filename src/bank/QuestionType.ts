import { Schema } from "effect"

/** What kind of answer a question wants. */
export const QuestionType = Schema.Literals(["single", "multiple", "judgement", "completion", "essay", "unknown"])
export type QuestionType = typeof QuestionType.Type

/**
 * The part of the type that belongs to a question's identity: blanks and essays are asked for in either name by the
 * same site, whereas "which one" and "which ones" over the same options are two questions.
 */
export const TypeClass = Schema.Literals(["single", "multiple", "judgement", "text", "any"])
export type TypeClass = typeof TypeClass.Type

export const typeClassOf = (type: QuestionType): TypeClass => {
  switch (type) {
    case "single":
    case "multiple":
    case "judgement":
      return type
    case "completion":
    case "essay":
      return "text"
    case "unknown":
      return "any"
  }
}

// Names that quiz sites and their clients send. `line` (matching pairs), `reader` and the like are no type of their own.
const namesOf: Record<Exclude<QuestionType, "unknown">, ReadonlyArray<string>> = {
  single: ["single", "radio", "choice", "0", "单选", "单选题", "单项选择题"],
  multiple: ["multiple", "multi", "checkbox", "1", "多选", "多选题", "多项选择题", "不定项选择题"],
  judgement: ["judgement", "judgment", "judge", "truefalse", "true_false", "4", "判断", "判断题"],
  completion: ["completion", "fill", "blank", "fillblank", "cloze", "2", "3", "填空", "填空题"],
  essay: ["essay", "short", "shortanswer", "qa", "简答", "简答题", "问答", "问答题", "论述题", "名词解释"]
}
const aliases: ReadonlyMap<string, QuestionType> = new Map(
  QuestionType.literals.flatMap((type) =>
    type === "unknown" ? [] : namesOf[type].map((name): [string, QuestionType] => [name, type])
  )
)

/** Reads a type in any spelling that a client sends, names or numbers; whatever it does not know is `unknown`. */
export const parseQuestionType = (raw: string | number | null | undefined): QuestionType =>
  aliases.get(
    String(raw ?? "")
      .trim()
      .toLowerCase()
  ) ?? "unknown"
