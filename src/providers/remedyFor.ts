import type { ProviderErrorReason } from "./ProviderError.ts"

/** What a person can do about a failure, in one sentence. */
export const remedyFor = (reason: ProviderErrorReason): string => {
  switch (reason._tag) {
    case "AuthFailed":
      return "Check the key, and whether it may use this model."
    case "NoBalance":
      return "Top up the account at the platform, or use another one."
    case "ModelNotFound":
      return "Check the model's id at the platform."
    case "BadRequest":
      return "Check the model and its settings; the detail says what the platform refuses."
    case "ContentFiltered":
      return "The platform's content rules stopped it; another platform may answer."
    case "ContextTooLong":
      return "Send less, or use a model with a larger context."
    case "Network":
      return "Check the address (base_url), the network and the proxy."
    case "Timeout":
      return "Try again later, or give it more time (timeout)."
    case "RateLimited":
      return "Wait a while, or add further keys (api_keys)."
    case "NoCredit":
      return "Top up the account here, or ask for less (max_tokens)."
    case "ModelNotPriced":
      return "Give the model a price (ai.providers.<id>.prices), or use another one."
    case "CreditUnavailable":
      return "Try again later."
    case "Overloaded":
    case "Unavailable":
      return "Try again later."
    case "Malformed":
      return "Check that base_url is the address of the API; otherwise try again later."
  }
}
