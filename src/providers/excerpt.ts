/** The longest text of a platform that is carried along in an error, in characters. */
const longest = 400

/** A text short enough for a log; of a web page, what it says. */
export const excerpt = (text: string): string => {
  const words = /^\s*</.test(text)
    ? text
        .replace(/<(script|style)\b[^]*?<\/\1\s*>/gi, " ")
        .replace(/<[^>]*>/g, " ")
        .replace(/\s+/g, " ")
        .trim()
    : text.trim()
  return words.length > longest ? `${words.slice(0, longest)} …` : words
}
