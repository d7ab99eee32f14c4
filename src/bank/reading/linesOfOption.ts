// A page sends its options one a line, and an option of several lines (code, mostly) as several options. What a page looks like
// nobody knows; but an answer that is some of these lines, one after the other, can only be such an option.
const withoutSpaces = (text: string): string => text.replace(/\s+/g, "")

// Code goes on in the next line, and so does a sentence; 北京 and 上海 are two options.
const goesOn = /[;；:：,，{}()（）\\]$/
const longLine = 16

/** Whether a text is several neighbouring options as they stand, which are the lines of one. */
export const isLinesOfOption = (options: ReadonlyArray<string>, text: string): boolean => {
  const wanted = withoutSpaces(text)
  if (wanted.length < 6 || options.length < 3) return false
  for (const [from, first] of options.entries()) {
    let joined = withoutSpaces(first)
    if (joined === "" || !wanted.startsWith(joined)) continue
    let isOne = goesOn.test(first) || first.length >= longLine
    for (let to = from + 1; to < options.length && isOne && wanted.startsWith(joined); to++) {
      const line = options[to] ?? ""
      joined += withoutSpaces(line)
      if (joined === wanted) return true
      isOne = goesOn.test(line) || line.length >= longLine
    }
  }
  return false
}
