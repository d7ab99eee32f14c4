import { excerpt } from "../excerpt.ts"
import type { Family } from "../Family.ts"
import { retryAfterMillis } from "../retryAfter.ts"
import { classify, readErrorBody } from "./classify.ts"
import { decodeReply } from "./decodeReply.ts"
import { encode } from "./encode.ts"
import { rateLimitResetMillis } from "./rateLimitReset.ts"
import { makeStreamReader } from "./StreamReader.ts"

/** The reason behind a reply that is an error; a key that the platform echoes leaves no trace in it. */
const readError: Family["readError"] = ({ key, preset }, status, headers, body, now) => {
  const said = key === undefined || key === "" ? body : body.replaceAll(key, "***")
  const wait = retryAfterMillis(headers, now) ?? (status === 429 ? rateLimitResetMillis(headers, now) : undefined)
  return classify(status, readErrorBody(said) ?? { code: "", message: excerpt(said) }, wait, preset.errorCodes)
}

/** Every platform that answers at `POST {base}/chat/completions` as OpenAI does; what sets them apart is in the presets. */
export const openAiFamily: Family = { encode, decodeReply, makeStreamReader, readError }
