// How an answer must be written so that OCS clients tick the right boxes: they split a string at the first of these, unless
// it is a JSON list.
const separator = /===|#|---|\||;|；/

/**
 * The answer as one string: a lone text as it is, where no client would take it apart; anything else as a JSON list.
 */
export const answerText = (texts: ReadonlyArray<string>): string => {
  const [only, ...more] = texts
  return only !== undefined && more.length === 0 && !separator.test(only) && !only.startsWith("[")
    ? only
    : JSON.stringify(texts)
}
