// Where the lines of a title mean something: in programs and in passages of several paragraphs. Everywhere else a line ends
// where a page was too narrow.

const ofProgram =
  /[;{}]\s*$|^\s*(?:#include|import |from \w+ import|def |class |for\b.*[:{(]|while\b.*[:{(]|if\b.*[:{(]|elif |else\b|return\b|print|public |private |static |void |int |char |float |double |var |let |const |function |SELECT |INSERT |UPDATE |DELETE |CREATE |\}|@\w+|\/\/|\w+(?:\[[^\]]*\])?\s*(?:[-+*/]?=)[^=])/
const formula = /\\begin\{|\$\$|\\[([]/

const fewestCharactersOfPassage = 400
const fewestCharactersOfParagraph = 30

/** The text with its lines where they count, each without idle spaces; as one line where they do not. */
export const layOut = (text: string): string => {
  if (!text.includes("\n")) return oneLine(text)
  const lines = text.split("\n").filter((line) => line.trim() !== "")
  if (lines.length < 2 || formula.test(text)) return oneLine(text)
  if (isProgram(lines)) return withDepths(lines).join("\n")
  const paragraphs = lines.map(oneLine)
  return isPassage(paragraphs) ? paragraphs.join("\n") : oneLine(text)
}

// The wide space that stands in empty brackets stays one.
const oneLine = (text: string): string => text.replace(/\s+/g, (run) => (run === "\u3000" ? run : " ")).trim()

const isProgram = (lines: ReadonlyArray<string>): boolean => {
  const found = lines.filter((line) => ofProgram.test(line)).length
  return found >= 2 && 2 * found >= lines.length - 1
}

const isPassage = (lines: ReadonlyArray<string>): boolean =>
  lines.reduce((total, { length }) => total + length, 0) >= fewestCharactersOfPassage &&
  lines.filter((line) => line.length >= fewestCharactersOfParagraph).length >= 3

const indentation = /^[ \t\u00a0\u3000]*/
const widthOf = (line: string): number => (indentation.exec(line)?.[0] ?? "").replace(/\t/g, "    ").length

/** Two spaces for each step in, where it is the step that says what belongs together; none where braces do. */
const withDepths = (lines: ReadonlyArray<string>): ReadonlyArray<string> => {
  const counts = lines.some((line, at) => /:\s*$/.test(line) && widthOf(lines[at + 1] ?? "") > widthOf(line))
  if (!counts) return lines.map(oneLine)
  const steps: Array<number> = []
  return lines.map((line) => {
    const width = widthOf(line)
    while ((steps.at(-1) ?? -1) >= width) steps.pop()
    steps.push(width)
    return `${"  ".repeat(steps.length - 1)}${oneLine(line)}`
  })
}
