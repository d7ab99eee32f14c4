import type { Vote } from "../ThoughtEvent.ts"

// Denials come first, so that "not valid" is no "valid" and "no errors" no "errors".
const verdicts =
  /(?<accept>\b(?:not|isn['’]?t|nothing(?: is)?) (?:really |at all )?(?:wrong|incorrect|invalid|false)\b|\b(?:no|without) (?:\w{1,12} )?(?:errors?|mistakes?|problems?|issues?|flaws?|counter-?examples?|objections?)\b|(?:没有?|未|不存在|无)(?:发现)?(?:任何|明显)?(?:错误?|问题|反例|漏洞)|无误|无异议|不反对)|(?<reject>\b(?:not|isn['’]?t|cannot|can['’]?t|don['’]?t|doesn['’]?t|won['’]?t|never) (?:really |be )?(?:accept(?:ed|able)?|approved?|valid|correct|agree|pass|true|right|support(?:ed)?|hold|sound)\b|(?:不能|不予?|未能?|没有?|并非|非)(?:同意|赞成|赞同|通过|接受|正确|成立|合理|有效|支持|认可|对)|无效|不对)|(?<abstain>\babstain(?:s|ed|ing)?\b|\b(?:unsure|uncertain|undecided|unclear|cannot (?:decide|tell|judge)|not sure)\b|弃权|不确定|无法(?:判断|确定)|难以判断)|(?<no>\b(?:reject(?:s|ed|ion)?|invalid|incorrect|wrong|false|no|nay|disagree|oppose[ds]?|against|fail(?:s|ed)?|refuse[ds]?|flawed|unacceptable)\b|反对|拒绝|否决|驳回|错误|有误|错的)|(?<yes>\b(?:accept(?:s|ed|able)?|approve[ds]?|approval|valid|correct|agree[ds]?|yes|yea|aye|pass(?:es|ed)?|true|right|support(?:s|ed)?|sound|ok(?:ay)?)\b|同意|赞成|赞同|通过|接受|正确|成立|有效|支持|认可|合理)/gi

const single: ReadonlyMap<string, Vote> = new Map([
  ...["对", "是", "可", "✓", "✔", "√", "y", "t", "+1"].map((mark) => [mark, "accept"] as const),
  ...["错", "否", "×", "✗", "✘", "x", "n", "f", "-1"].map((mark) => [mark, "reject"] as const)
])

/**
 * The verdict in a few words (give no more than a line). Where words of both kinds stand, the first counts if the text begins
 * with it, as people begin with their verdict; else doubt, if there is any; else there is none.
 */
export const verdictOf = (line: string): Vote | undefined => {
  const words = line.replace(/^[\s"'`*_>#([{-]{1,20}/, "").replace(/[\s"'`*_.,;。，；!！)\]}]{1,20}$/, "")
  const alone = single.get(words.toLowerCase())
  if (alone !== undefined) return alone
  const found = [...words.matchAll(verdicts)].map((match) => ({ vote: voteOf(match), at: match.index }))
  const [first] = found
  if (first === undefined) return undefined
  if (first.at === 0 || found.every(({ vote }) => vote === first.vote)) return first.vote
  return found.some(({ vote }) => vote === "abstain") ? "abstain" : undefined
}

const voteOf = ({ groups }: RegExpExecArray): Vote =>
  groups?.["abstain"] !== undefined
    ? "abstain"
    : groups?.["accept"] !== undefined || groups?.["yes"] !== undefined
      ? "accept"
      : "reject"
