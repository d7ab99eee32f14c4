// OpenAI's error object, and the texts its API sends with each status.

/** What stands under `error` in the body of a failed call. */
export interface ErrorBody {
  readonly message: string
  readonly type: string
  readonly param: string | null
  readonly code: string | null
}

/** An error object with the parts that are rarely set left `null`. */
export const errorBody = (
  message: string,
  type: string,
  code: string | null = null,
  param: string | null = null
): ErrorBody => ({ message, type, param, code })

/** What the API says when it fails by itself; the default of faults that carry an error. */
export const serverErrorBody: ErrorBody = errorBody(
  "The server had an error while processing your request. Sorry about that!",
  "server_error"
)

/** The error object a bare status comes with. */
export const errorBodyOfStatus = (status: number): ErrorBody => {
  switch (status) {
    case 401:
      return errorBody("Incorrect API key provided: sk-*****.", "invalid_request_error", "invalid_api_key")
    case 402:
      return errorBody("Insufficient Balance", "insufficient_balance", "insufficient_balance")
    case 403:
      return errorBody("Country, region, or territory not supported", "request_forbidden", "unsupported_country")
    case 404:
      return errorBody(
        "The model does not exist or you do not have access to it.",
        "invalid_request_error",
        "model_not_found",
        "model"
      )
    case 429:
      return errorBody("Rate limit reached for requests", "requests", "rate_limit_exceeded")
    case 503:
      return errorBody("The engine is currently overloaded, please try again later", "server_error", "overloaded")
    default:
      return status >= 500 ? serverErrorBody : errorBody("The request was not accepted.", "invalid_request_error")
  }
}
