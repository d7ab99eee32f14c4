/** Where something stands in a body, from its outermost field on: names of fields and places in lists. */
export type BodyPath = ReadonlyArray<string | number>

/** A path as OpenAI writes it: `messages[0].content`. */
export const bodyPath = (path: BodyPath): string =>
  path
    .map((segment, at) => (typeof segment === "number" ? `[${segment}]` : at === 0 ? segment : `.${segment}`))
    .join("")
