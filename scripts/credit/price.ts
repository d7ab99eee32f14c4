// What a reply of the upstream costs, as the service is told and as the upstream counts.

/** In USD per million tokens. */
export const price = { input: 3, output: 7 }
/** What the upstream counts for every reply. */
export const tokens = { promptTokens: 37, completionTokens: 11 }
/** What each reply costs, in micro-USD. */
export const costOfReply = tokens.promptTokens * price.input + tokens.completionTokens * price.output
