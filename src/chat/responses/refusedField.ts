import { BadBody } from "../BadBody.ts"
import type { ResponseBody } from "./ResponseBody.ts"

/**
 * The first field that asks for what cannot be given. What `user`, `safety_identifier` and `prompt_cache_key` say, and the rest of
 * `include`, changes nothing in a response from here: that is let through.
 */
export const refusedField = (body: ResponseBody): BadBody | undefined => {
  for (const field of ["conversation", "prompt", "context_management", "moderation"] as const) {
    if (body[field] !== undefined && body[field] !== null) return cannot(field)
  }
  const { background, include, service_tier: tier, store, text, tools } = body
  if (background === true && store === false) return cannot("store", "a response in the background is kept")
  if (body.truncation === "auto") return cannot("truncation", "nothing is left out of a conversation")
  if ((body.top_logprobs ?? 0) > 0) return cannot("top_logprobs", "log probabilities are not given")
  if (tier !== undefined && tier !== null && tier !== "auto" && tier !== "default") return cannot("service_tier")
  if (body.stream_options?.include_obfuscation === true) return cannot("stream_options.include_obfuscation")
  const at = (include ?? []).indexOf("message.output_text.logprobs")
  if (at >= 0) return cannot(`include[${at}]`, "log probabilities are not given")
  if (text?.verbosity === "low" || text?.verbosity === "high") {
    return cannot("text.verbosity", "say in the instructions how long the answer is to be")
  }
  if (body.parallel_tool_calls === false && (tools ?? []).length > 0) {
    return cannot("parallel_tool_calls", "models may call several tools at once")
  }
  return undefined
}

const cannot = (param: string, instead = "leave it out"): BadBody =>
  new BadBody({ param, detail: `this is not supported here; ${instead}` })
