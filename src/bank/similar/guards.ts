// What must be the same in two titles whatever else agrees. Each guard reads its marks off a text; the marks have to be the
// same ones, in the same order.
import type { Wording } from "./Wording.ts"

/** The marks of one kind in a title, in their order. */
export type Guard = (wording: Wording) => ReadonlyArray<string>

const marksOf =
  (pattern: RegExp) =>
  (wording: Wording): ReadonlyArray<string> =>
    saidBy(wording).match(pattern) ?? []

// Fillers and question words are no part of it: 下列 is no direction, 多少 no comparison.
const saidBy = ({ core }: Wording): string => core.toLowerCase()

/** 不, 没有, 错误, not, except, least …: every word that turns a meaning round. */
export const negations: Guard = marksOf(
  /[不非无未没否勿莫]|错误|除(?!法|以|数)|并非|\b(?:not|no|never|none|neither|nor|except|without|unless|incorrect|false|wrong|untrue|unlike|hardly|rarely|\w*n't)\b/g
)

/** Numbers in digits, whatever script they were written in, with the sign or the letters that stand at them. */
export const numbers: Guard = ({ tokens }) =>
  tokens.flatMap(({ kind, text }, place) =>
    kind !== "number" ? [] : [tokens[place - 1]?.text === "-" ? `-${text}` : text]
  )

/** What stands behind a number: 5 m is not 5 cm. */
export const units: Guard = ({ tokens }) =>
  tokens.flatMap(({ kind, text }, place) =>
    kind === "unit" || (tokens[place - 1]?.kind === "number" && (kind === "word" || text === "%")) ? [text] : []
  )

/** Words that compare or point somewhere: 大于, 最小, 左, before, most … */
export const comparisons: Guard = marksOf(
  /[大小多少高低长短左右前后上下内外东西南北正负阴阳升降增减加减深浅快慢早晚强弱轻重始末首尾最更较]|\b(?:most|least|more|less|greater|smaller|larger|largest|smallest|highest|lowest|maximum|minimum|before|after|above|below|left|right|increase[sd]?|decrease[sd]?|first|last|inside|outside|internal|external)\b/g
)

/** Both sides of common pairs of opposites that `comparisons` does not know. */
export const opposites: Guard = marksOf(
  /[酸碱凹凸显隐主被借贷买卖男女新旧公私真假虚实]|氧化|还原|唯物|唯心|吸收|释放|扩张|紧缩|内因|外因|原核|真核|必须|应当|可以|可能|所有|部分|只有|只要/g
)

/** Names in letters, formulas and signs: HTTP, CO2, f(x), ≥. */
export const identifiers: Guard = ({ tokens }) =>
  tokens.flatMap(({ kind, text }) => (kind === "sign" || (kind === "word" && /[0-9_]|^.$/.test(text)) ? [text] : []))

/** Every guard by its name. */
export const guards = { negations, numbers, units, comparisons, opposites, identifiers } satisfies Record<string, Guard>
export type GuardName = "negations" | "numbers" | "units" | "comparisons" | "opposites" | "identifiers"

const names: ReadonlyArray<GuardName> = ["negations", "numbers", "units", "comparisons", "opposites", "identifiers"]

/** The first guard whose marks differ between two titles. */
export const differingGuard = (a: Wording, b: Wording): GuardName | undefined =>
  names.find((name) => guards[name](a).join(" ") !== guards[name](b).join(" "))
