import { labelledLine } from "../reading/labels.ts"
import { lastBoxed } from "./boxed.ts"

const longestPlainAnswer = 60
const longestAnswer = 4000

const sentence =
  /(?:\b(?:the )?(?:final |correct )?answer is(?: that)?|(?:最终|正确)?(?:答案|结果)(?:应该?)?(?:是|为)|故选|应选|因此选|所以选)[\s:：]{0,4}([^\n。；;]{1,400})/gi

/**
 * The answer that a text names: its last line `ANSWER: …` (`答案：…`), else its last `\boxed{…}`, else the last "the answer is …", else
 * the text itself where it is but a few words. `undefined` where it names none.
 */
export const findAnswer = (text: string): string | undefined => namedAnswer(text) ?? wholeText(text)

/** The same without the text itself: only an answer that the text calls one. */
export const namedAnswer = (text: string): string | undefined =>
  answerLine(text) ?? lastBoxed(text) ?? answerInSentence(text)

const answerLine = (text: string): string | undefined => {
  let end = text.length
  while (end > 0) {
    const start = text.lastIndexOf("\n", end - 1) + 1
    const line = labelledLine(text.slice(start, Math.min(end, start + longestAnswer)))
    if (line?.label === "answer") {
      const value =
        line.value === ""
          ? (text
              .slice(end, end + longestAnswer)
              .trim()
              .split("\n", 1)[0] ?? "")
          : line.value
      if (value !== "") return lastBoxed(value) ?? value
    }
    end = start - 1
  }
  return undefined
}

/** What the last sentence that says so calls the answer. */
export const answerInSentence = (text: string): string | undefined => {
  const said = [...text.slice(-20_000).matchAll(sentence)].at(-1)?.[1]
  const value = said
    ?.replace(/\.(?:\s.*)?$/, "")
    .replace(/\*\*/g, "")
    .trim()
  return value === undefined || value === "" ? undefined : value
}

const wholeText = (text: string): string | undefined => {
  const plain = text.trim()
  const isPlain = plain !== "" && plain.length <= longestPlainAnswer && !/[\n{}]/.test(plain)
  return isPlain && labelledLine(plain) === undefined ? plain : undefined
}
