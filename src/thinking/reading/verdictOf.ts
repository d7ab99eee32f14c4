import type { Vote } from "../ThoughtEvent.ts"

// Denials come first, so that "not valid" is no "valid" and "no errors" no "errors".
const verdicts =
  /(?<accept>\b(?:not|isn['’]?t|nothing(?: is)?) (?:really |at all )?(?:wrong|incorrect|invalid|false)\b|\b(?:no|without) (?:\w{1,12} )?(?:errors?|mistakes?|problems?|issues?|flaws?|counter-?examples?|objections?)\b|(?:没有?|未|不存在|无)(?:发现)?(?:任何|明显)?(?:错误?|问题|反例|漏洞)|无误|无异议|不反对)|(?<reject>\b(?:not|isn['’]?t|cannot|can['’]?t|don['’]?t|doesn['’]?t|won['’]?t|never) (?:really |be )?(?:accept(?:ed|able)?|approved?|valid|correct|agree|pass|true|right|support(?:ed)?|hold|sound)\b|(?:不能|不予?|未能?|没有?|并非|非)(?:同意|赞成|赞同|通过|接受|正确|成立|合理|有效|支持|认可|对)|无效|不对)|(?<abstain>\babstain(?:s|ed|ing)?\b|\b(?:unsure|uncertain|undecided|unclear|cannot (?:decide|tell|judge)|not sure)\b|弃权|不确定|无法(?:判断|确定)|难以判断)|(?<no>\b(?:reject(?:s|ed|ion)?|invalid|incorrect|wrong|false|no|nay|disagree|oppose[ds]?|against|fail(?:s|ed)?|refuse[ds]?|flawed|unacceptable|rejeter|rejeté|ablehnen|abgelehnt|rechazar|rechazo|nein|non)\b|(?<![а-я])(?:отклонить|отклоняю|неверно|против)|却下|否認|반대|거부|거절|反对|拒绝|否决|驳回|错误|有误|错的)|(?<yes>\b(?:accept(?:s|ed|able)?|approve[ds]?|approval|valid|correct|agree[ds]?|yes|yea|aye|pass(?:es|ed)?|true|right|support(?:s|ed)?|sound|ok(?:ay)?|stands?|holds?|accepter|accepté|akzeptier(?:en|t)|angenommen|aceptar|acepto|oui|ja|sí)\b|(?<![а-я])(?:принять|принимаю|верно|согласен)|承認|賛成|受け入れ|찬성|동의|승인|同意|赞成|赞同|通过|接受|正确|成立|有效|支持|认可|合理)/gi

const single: ReadonlyMap<string, Vote> = new Map([
  ...["对", "是", "可", "✓", "✔", "√", "y", "t", "+1"].map((mark) => [mark, "accept"] as const),
  ...["错", "否", "×", "✗", "✘", "x", "n", "f", "-1"].map((mark) => [mark, "reject"] as const)
])

/**
 * The verdict in a few words (give no more than a line). Where words of both kinds stand, the first counts if the text begins
 * with it, as people begin with their verdict; else doubt, if there is any; else there is none.
 */
export const verdictOf = (line: string): Vote | undefined => {
  if (isTemplate.test(line)) return undefined
  // After a "but" comes what counts.
  const turn = opensWithVerdict.test(line) ? null : turns.exec(line)
  return (turn === null ? undefined : verdictIn(turn[1] ?? "")) ?? verdictIn(line)
}

// The choices themselves, as the prompt lists them.
const isTemplate =
  /\b(?:accept|reject|abstain)\b\W{1,3}(?:or )?\W{0,3}\b(?:accept|reject|abstain)\b\W{1,3}(?:or )?\W{0,3}\b(?:accept|reject|abstain)\b/i
const turns = /.{4,}(?:[,;.，；。]\s?|\s)(?:but|however|yet|still|nevertheless|但是?|不过|然而|可是)[,，]?\s?(.{4,})$/is

const opensWithVerdict =
  /^[\s"'`*_>#([{-]{0,20}(?:(?:accept|reject)(?:ed|s)?\b|approved?\b|abstain\b|yes\b|no\b(?=[,.;:!-]|\s-)|同意|反对|赞成|弃权|驳回|通过)/i

// Who finds an objection right is against the step.
const objection = String.raw`(?:the |this |that |these |all )?(?:objections?|counter-?examples?|challenges?|criticisms?|critiques?)`
const objectionInChinese = "(?:该|这个?|此)?(?:质疑|反例|反驳|异议|反对意见|批评)"
const aboutObjections: ReadonlyArray<readonly [RegExp, string]> = [
  [
    new RegExp(
      String.raw`\b(?:disagree with|reject|dismiss|refute|do(?:es)? not (?:agree with|accept|support)) ${objection}`,
      "gi"
    ),
    "accept"
  ],
  [new RegExp(String.raw`\b(?:agree with|accept|support|uphold|sustain) ${objection}`, "gi"), "reject"],
  [
    new RegExp(
      String.raw`\b${objection} (?:is|are|was|were|seems?|looks?)? ?(?:in ?valid|wrong|incorrect|false|unfounded|flawed|irrelevant|mistaken|baseless|not (?:valid|correct|right|sound|relevant|convincing)|fails?|(?:does|do) not (?:hold|apply|work|stand))\b`,
      "gi"
    ),
    "accept"
  ],
  [
    new RegExp(
      String.raw`\b${objection} (?:is|are|was|were|seems?|looks?)? ?(?:valid|correct|right|true|sound|convincing|justified|holds?|stands?|applies)\b`,
      "gi"
    ),
    "reject"
  ],
  [
    new RegExp(
      `(?:不(?:同意|支持|接受|赞成|认可)|驳回|反对)${objectionInChinese}|${objectionInChinese}(?:并?不(?:成立|正确|合理|对)|无效|错误|有误|站不住脚)`,
      "g"
    ),
    "同意"
  ],
  [
    new RegExp(
      `(?:同意|支持|接受|赞成|认可)${objectionInChinese}|${objectionInChinese}(?:是)?(?:成立|正确|合理|有效|有道理|对的)`,
      "g"
    ),
    "反对"
  ]
]

const verdictIn = (line: string): Vote | undefined => {
  const said = aboutObjections.reduce((text, [form, verdict]) => text.replace(form, verdict), line)
  const words = said.replace(/^[\s"'`*_>#([{-]{1,20}/, "").replace(/[\s"'`*_.,;。，；!！)\]}]{1,20}$/, "")
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
