import { BadBody } from "../BadBody.ts"
import type { CompletionBody } from "./CompletionBody.ts"

const isNothing = (value: unknown): boolean =>
  value === false || value === 0 || (typeof value === "object" && value !== null && Object.keys(value).length === 0)

/** Fields that are known and cannot be had: what of their values asks for nothing beyond what is done anyway, and what to do. */
const refused: ReadonlyArray<{
  readonly field: keyof CompletionBody
  readonly asksNothing: (value: unknown) => boolean
  readonly instead: string
}> = [
  { field: "logprobs", asksNothing: isNothing, instead: "log probabilities are not given" },
  { field: "top_logprobs", asksNothing: isNothing, instead: "log probabilities are not given" },
  { field: "logit_bias", asksNothing: isNothing, instead: "tokens cannot be weighted" },
  {
    field: "modalities",
    asksNothing: (value) => Array.isArray(value) && value.every((each) => each === "text"),
    instead: "replies are text only"
  },
  { field: "audio", asksNothing: () => false, instead: "replies are text only" },
  { field: "prediction", asksNothing: () => false, instead: "predicted output is not used" },
  { field: "web_search_options", asksNothing: () => false, instead: "the web is not searched" },
  { field: "functions", asksNothing: isNothing, instead: "use tools, which has taken its place" },
  {
    field: "function_call",
    asksNothing: (value) => value === "none" || value === "auto",
    instead: "use tool_choice, which has taken its place"
  },
  {
    field: "parallel_tool_calls",
    asksNothing: (value) => value === true,
    instead: "models may call several tools at once"
  },
  { field: "store", asksNothing: isNothing, instead: "completions are not kept to be read again" },
  {
    field: "verbosity",
    asksNothing: (value) => value === "medium",
    instead: "say in the messages how long the reply is to be"
  }
]

/** The first field that asks for what cannot be given. */
export const refusedField = (body: CompletionBody): BadBody | undefined => {
  const found = refused.find(({ asksNothing, field }) => {
    const value = body[field]
    return value !== undefined && value !== null && !asksNothing(value)
  })
  return found === undefined
    ? undefined
    : new BadBody({ param: found.field, detail: `this is not supported here; ${found.instead}` })
}
