// What titles hold beside the question: the answer in their brackets.

const bracket = /[(（]\s*([A-Z](?:[\s,，、]*[A-Z]){0,7}|[√✓✔×✗✘]|对|错|正确|错误|T|F)\s*[)）]/g
const blank = /_{2,}|[(（]\s*[)）]/
const judgement = /^(?:[√✓✔×✗✘]|对|错|正确|错误|T|F)$/

/** An answer that stands in the brackets of a title. */
export interface BracketAnswer {
  /** Letters of options, or right or wrong. */
  readonly answer: string
  readonly isJudgement: boolean
  /** `（ B ）`: nobody writes a name so. */
  readonly isPadded: boolean
  /** The title with the bracket empty, or without it where it is a mark behind a statement. */
  readonly title: string
}

const mayHoldAnswer = /[(（]\s*(?:[A-Z√✓✔×✗✘对错]|正确)/

/** The answer in the only bracket of a title that could hold one; `undefined` where there is none, or a blank beside it. */
export const answerInTitle = (title: string): BracketAnswer | undefined => {
  if (title.length > 5000 || !mayHoldAnswer.test(title)) return undefined
  const [found, ...others] = title.matchAll(bracket)
  if (found?.[1] === undefined || others.length > 0) return undefined
  const before = title.slice(0, found.index)
  const after = title.slice(found.index + found[0].length)
  if (blank.test(before) || blank.test(after)) return undefined
  // f(A), 维生素B(A)2: what is glued to letters on its left is a part of them
  if (/[A-Za-z0-9]$/.test(before)) return undefined
  const answer = found[1].replace(/[\s,，、]/g, "")
  const isAtEnd = /^[\s。．.!！?？]*$/.test(after)
  const isJudgement = judgement.test(answer)
  return {
    answer,
    isJudgement,
    isPadded: /^[(（]\s/.test(found[0]) && /\s[)）]$/.test(found[0]),
    title: isJudgement && isAtEnd ? `${before}${after}`.trim() : `${before}（ ）${after}`
  }
}
