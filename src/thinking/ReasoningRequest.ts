import { Schema } from "effect"
import { AnswerForm } from "./AnswerForm.ts"
import { AnswerFormat, Message } from "./Conversation.ts"
import { ThinkingSettings } from "./ThinkingSettings.ts"

/** What a closed question can be answered with: the options of a choice, in the order they are shown. */
export const AnswerChoices = Schema.Struct({
  options: Schema.Array(Schema.String),
  /** Whether several of them may be right. */
  several: Schema.Boolean
})
export type AnswerChoices = typeof AnswerChoices.Type

/** What the final answer's model call is asked with, beyond the conversation. */
export const Sampling = Schema.Struct({
  temperature: Schema.optionalKey(Schema.Finite),
  topP: Schema.optionalKey(Schema.Finite),
  maxTokens: Schema.optionalKey(Schema.Int),
  stop: Schema.optionalKey(Schema.Array(Schema.String)),
  seed: Schema.optionalKey(Schema.Int)
})

/** A question to think through: everything that a run needs, so that its log alone can take it up again. */
export const ReasoningRequest = Schema.Struct({
  /** The name that the caller used, such as `siku`. */
  model: Schema.String,
  /** `<provider>` or `<provider>/<model>` to ask in every role, in place of the roles' own chains. */
  through: Schema.optionalKey(Schema.String),
  messages: Schema.Array(Message).check(Schema.isMinLength(1)),
  choices: Schema.optionalKey(AnswerChoices),
  /** What kind of answer is wanted, where the caller knows. */
  form: Schema.optionalKey(AnswerForm),
  sampling: Sampling,
  format: Schema.optionalKey(AnswerFormat),
  settings: ThinkingSettings
})
export type ReasoningRequest = typeof ReasoningRequest.Type
