import { mostTokensOf, tokensOfWeight, weightOfText } from "../accounting/tokenEstimate.ts"

/** What is to be turned into vectors, as platforms of OpenAI's kind take it. What is not set is not sent. */
export interface EmbeddingRequest {
  /** Texts, or tokens of each. */
  readonly input: string | ReadonlyArray<string> | ReadonlyArray<number> | ReadonlyArray<ReadonlyArray<number>>
  readonly encoding_format?: "float" | "base64"
  readonly dimensions?: number
}

/** About so many tokens. */
export const tokensIn = (request: EmbeddingRequest): number =>
  sumOver(request, (text) => Math.max(1, tokensOfWeight(weightOfText(text))))

/** Never more tokens than these. */
export const tokensAtMostIn = (request: EmbeddingRequest): number => sumOver(request, mostTokensOf)

const sumOver = ({ input }: EmbeddingRequest, tokensOf: (text: string) => number): number => {
  if (typeof input === "string") return tokensOf(input)
  let tokens = 0
  for (const each of input) {
    tokens += typeof each === "number" ? 1 : typeof each === "string" ? tokensOf(each) : each.length
  }
  return tokens
}
