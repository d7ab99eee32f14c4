/** What is to be turned into vectors, as platforms of OpenAI's kind take it. What is not set is not sent. */
export interface EmbeddingRequest {
  /** Texts, or tokens of each. */
  readonly input: string | ReadonlyArray<string> | ReadonlyArray<number> | ReadonlyArray<ReadonlyArray<number>>
  readonly encoding_format?: "float" | "base64"
  readonly dimensions?: number
}

/** About so many tokens: four characters are one. */
export const tokensIn = ({ input }: EmbeddingRequest): number => {
  if (typeof input === "string") return Math.ceil(input.length / 4)
  let tokens = 0
  for (const each of input) {
    tokens += typeof each === "number" ? 1 : typeof each === "string" ? Math.ceil(each.length / 4) : each.length
  }
  return tokens
}
