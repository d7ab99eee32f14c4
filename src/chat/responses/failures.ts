import { type Failure, refusal } from "../failure.ts"
import type { BadBody } from "../BadBody.ts"
import type { UnknownModel, Unsupported } from "../Turns.ts"
import type { TooManyRuns } from "../../thinking/runs/errors.ts"
import type { NotInBackground, UnknownResponse } from "./errors.ts"

/** The fields of a response's body by the names that a chat completion has for them. */
const fieldOf: Readonly<Record<string, string>> = {
  messages: "input",
  reasoning_effort: "reasoning.effort",
  response_format: "text.format"
}

/** A failure in the names of this endpoint. */
export const renamed = <F extends Failure>(failure: F): F => {
  const { param = null } = failure
  return param === null ? failure : { ...failure, param: fieldOf[param] ?? param }
}

/** What a request is refused with before anything is asked. */
export const refusalOf = (
  error: BadBody | UnknownModel | Unsupported | TooManyRuns | UnknownResponse | NotInBackground
): Failure => {
  switch (error._tag) {
    case "TooManyRuns":
      return {
        status: error.of === "service" ? 503 : 429,
        message: `${error.message}. Send it again once some have ended.`,
        code: "too_many_runs",
        retryAfterMillis: 5000,
        isFinal: false
      }
    case "UnknownResponse":
      return { status: 404, message: error.message, param: "id", isFinal: true }
    case "NotInBackground":
      return { status: 400, message: error.message, param: error.wanted === "stream" ? "stream" : "id", isFinal: true }
    default:
      return renamed(refusal(error))
  }
}
