// Which differing characters or words are slips of the hand. Anything else that differs is another question.
import type { Token } from "./Wording.ts"
import { soundTheSame } from "./homophones.ts"

// Taken for one another by eye, by an OCR, or by ear with another tone.
const lookAlikes =
  "己已巳 未末 土士 人入 的得地 候侯 燥躁噪 辨辩辫 即既 再在 做作 象像 帐账胀 订定 度渡 那哪 称成 戊戌戍 拔拨 折拆 析折 徒徙"
    .split(" ")
    .map((group) => new Set(group))

// Words that differ in one character of the same sound and mean different things.
const otherWords: ReadonlyArray<readonly [string, string]> = (
  "权利/权力 法制/法治 形式/形势 反应/反映 必须/必需 期中/期终 制定/制订 截止/截至 品位/品味 中止/终止 定金/订金 侦察/侦查 检察/检查 " +
  "受权/授权 受予/授予 心率/心律 负数/复数 启示/启事 电器/电气 汽化/气化 溶化/熔化 溶解/熔解 法人/罚人 质押/抵押 人参/人身 公用/共用 " +
  "工业/公业 事例/示例 实词/虚词 原因/元音 公园/公元 交换/交还 国事/国是 主板/主版 生成/升成 化学/画学 抗原/抗元 征收/征受 审定/审订 " +
  "服法/伏法 界线/界限 权宜/权益 年轻/年青 学力/学历 收益/受益 终身/终生 近视/进士 公正/公证 预定/预订 贪污/贪无 质数/指数 声母/生母"
)
  .split(" ")
  .map((pair): [string, string] => {
    const [first = "", second = ""] = pair.split("/")
    return [first, second]
  })

// Names are told apart by such characters; elements, compounds and the cyclical signs too.
const surnames = new Set(
  "王李张刘陈杨黄赵吴周徐孙马朱胡郭何高林罗郑梁谢宋唐许韩冯邓曹彭曾肖田董袁潘于蒋蔡余杜叶程苏魏吕丁任沈姚卢姜崔钟谭陆汪范金石廖贾夏韦付方白邹孟熊秦邱江尹薛闫段雷侯龙史陶黎贺顾毛郝龚邵万钱严覃武戴莫孔向汤章卫齐晋楚燕鲁吴越"
)
const meansItself =
  /[钠钾铁铜锌银金铝锡铅汞锰镁钙铬镉镍钴钛钡锶锂铍铷铯钨铀镭铂钯铑钒钼锑铋镓铟铊锗硅硫磷砷硒碘氟氯溴氢氧氮氦氖氩氪氙氡氨氰酸碱醇醛酮酯脂醚酚羧羟羰烃烷烯炔苯肽胺酐酶甲乙丙丁戊己庚辛壬癸子丑寅卯辰巳]/
const polar =
  /[不非无未没否勿莫前后左右上下内外大小多少高低长短正负阴阳买卖借贷受授增减升降公私男女东西南北主被新旧进出有]/

/** Whether one ideograph in place of another is a slip; `around` is each side's text nearby. */
export const isSlipOfCharacter = (a: string, b: string, around: readonly [string, string]): boolean => {
  if (!soundTheSame(a, b) && !lookAlikes.some((group) => group.has(a) && group.has(b))) return false
  if (meansItself.test(a) || meansItself.test(b) || polar.test(a) || polar.test(b)) return false
  if (surnames.has(a) && surnames.has(b)) return false
  const [first, second] = around
  return !otherWords.some(
    ([one, other]) => (first.includes(one) && second.includes(other)) || (first.includes(other) && second.includes(one))
  )
}

// British and American spelling of one word.
const american = (word: string): string =>
  word
    .replace(/our(?=$|s$|ed$|ing$|ite|able|ful)/, "or")
    .replace(/is(?=(?:e|es|ed|ing|ation|ations|er)$)/, "iz")
    .replace(/tre$/, "ter")
    .replace(/ogue$/, "og")

/** Whether two words are one in two spellings. */
export const isOtherSpelling = (a: string, b: string): boolean =>
  a.length >= 5 && b.length >= 5 && american(a) === american(b)

// Close in letters, far in meaning.
const otherEnglishWords = new Set(
  (
    "causal casual martial marital desert dessert mediation meditation complement compliment discreet discrete personal personnel " +
    "conservation conversation angel angle united untied immigrate emigrate perspective prospective statue statute moral morale " +
    "planed planned later latter prescribe proscribe stationary stationery principal principle sulfide sulfite"
  ).split(" ")
)
const vowels = "aeiouy"
// Sulfate and sulfite, ethane and ethene: the vowel in such an ending is all that tells them apart.
const isCompound = /(?:ate|ite|ide|ane|ene|yne|ine|one|ose|ase)s?$/

/** Whether a word of letters is another one misspelt: swapped, doubled, dropped letters or a wrong vowel well inside. */
export const isMisspelling = (a: string, b: string): boolean => {
  if (!/^[a-z]+$/.test(a) || !/^[a-z]+$/.test(b) || Math.abs(a.length - b.length) > 1) return false
  if (otherEnglishWords.has(a) || otherEnglishWords.has(b)) return false
  let start = 0
  while (start < a.length && a[start] === b[start]) start++
  let end = 0
  while (end < Math.min(a.length, b.length) - start && a[a.length - 1 - end] === b[b.length - 1 - end]) end++
  const [one, other] = [a.slice(start, a.length - end), b.slice(start, b.length - end)]
  const shortest = Math.min(a.length, b.length)
  if (one.length === 2 && other.length === 2) return shortest >= 6 && one[0] === other[1] && one[1] === other[0]
  if (one.length + other.length === 1) {
    const letter = one + other
    const doubled = letter === a[start - 1]
    return doubled ? shortest >= 6 : shortest >= 8 && start >= 3 && end >= 3
  }
  return (
    one.length === 1 &&
    other.length === 1 &&
    shortest >= 8 &&
    start >= 3 &&
    end >= 2 &&
    !isCompound.test(a) &&
    vowels.includes(one) &&
    vowels.includes(other)
  )
}

/** Whether tokens say once more what stands right before or behind them. */
export const isStutter = (extra: ReadonlyArray<Token>, side: ReadonlyArray<Token>, from: number): boolean => {
  if (extra.length === 0 || extra.length > 3 || extra.some(({ kind }) => kind !== "ideograph")) return false
  const repeats = (start: number) => extra.every(({ text }, place) => side[start + place]?.text === text)
  return repeats(from - extra.length) || repeats(from + extra.length)
}
