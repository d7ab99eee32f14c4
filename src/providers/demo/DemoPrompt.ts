import type { ChatRequest } from "../ChatModel.ts"

/** What the demo model makes out of a request: enough to play its part, whatever the prompts say exactly. */
export interface DemoPrompt {
  readonly language: "zh" | "en"
  /** The question in its own words, on one line. */
  readonly question: string
  /** The words of the question that matter, at most three. */
  readonly words: ReadonlyArray<string>
  /** The letters of the options to choose from, with their texts. */
  readonly options: ReadonlyArray<{ readonly letter: string; readonly text: string }>
  readonly system: string
  /** The last message, without its middle where it is very long. */
  readonly instruction: string
}

/** Where the question ends: before its options, or before a paragraph of the prompts, which all call it the one above. */
const AFTER_QUESTION =
  /\n\n(?=(?:Options \(|选项（)|[^\n]*(?:question[^\n]{0,20} above|(?:题目|问题)在上面|上面的?问题))/

const OPTION = /^([A-Z])\. (.+)$/gmu

const longestQuestion = 2000
const longestShown = 80
const longestList = 4000
// Of a message; what is looked for stands at its beginning or its end, and nothing may be searched for long.
const longestPart = 20_000

export const readDemoPrompt = ({ messages }: ChatRequest): DemoPrompt => {
  const system = messages
    .flatMap(({ content, role }) => (role === "system" && typeof content === "string" ? [content] : []))
    .join("\n\n")
  const instruction = withoutMiddle(textOf(messages.findLast(({ role }) => role === "user")?.content ?? ""))
  const beginning = instruction.slice(0, longestQuestion)
  const said = beginning.slice(0, AFTER_QUESTION.exec(beginning)?.index)
  const list = /\n\n(?:Options \(|选项（)/.exec(instruction)?.index ?? instruction.length
  const listed = instruction.slice(list, list + longestList)
  return {
    language: /\p{Script=Han}/u.test(system === "" ? said : system) ? "zh" : "en",
    question: shortened(said.replace(/\s+/g, " ").trim()),
    words: wordsOf(said),
    options: [...listed.matchAll(OPTION)].map(([, letter = "", text = ""]) => ({ letter, text })),
    system,
    instruction
  }
}

/** What stands in a tag of the prompts. */
export const taggedIn = ({ instruction }: DemoPrompt, tag: string): string => {
  const start = instruction.indexOf(`<${tag}>`)
  const end = instruction.indexOf(`</${tag}>`, start)
  return start < 0 || end < 0 ? "" : instruction.slice(start + tag.length + 2, end).trim()
}

const withoutMiddle = (text: string): string =>
  text.length > 2 * longestPart ? `${text.slice(0, longestPart)}\n\n${text.slice(-longestPart)}` : text

const textOf = (content: ChatRequest["messages"][number]["content"]): string =>
  typeof content === "string"
    ? content
    : content.flatMap((part) => (part.type === "text" ? [part.text] : [])).join("\n\n")

const shortened = (text: string): string =>
  [...text].length > longestShown ? `${[...text].slice(0, longestShown).join("")}…` : text

const segmenter = new Intl.Segmenter(undefined, { granularity: "word" })

/** The longest words, in the order in which they are said. */
const wordsOf = (text: string): ReadonlyArray<string> => {
  const words = new Set<string>()
  for (const { isWordLike, segment } of segmenter.segment(text.slice(0, 400))) {
    if (isWordLike === true && [...segment].length > 1) words.add(segment)
  }
  const longest = new Set([...words].sort((left, right) => right.length - left.length).slice(0, 3))
  return [...words].filter((word) => longest.has(word))
}
