// What quiz pages put around a question: its number, its kind, its score, who set it. Half-width forms are expected, as
// `narrow` makes them. Whatever is taken off here is no part of the question: neither its key nor a model sees it.
import type { QuestionType } from "../QuestionType.ts"

/** A title without its clutter, and the kind of question that the clutter names. */
export interface Uncluttered {
  readonly text: string
  readonly kind: QuestionType | undefined
}

const wide = /[\uff01-\uff5e\u3010\u3011\u3014\u3015\u3000]/g
const bracketOf: ReadonlyMap<string, string> = new Map([
  ["【", "["],
  ["】", "]"],
  ["〔", "["],
  ["〕", "]"],
  ["\u3000", " "]
])

/** Full-width forms of ASCII in half width, all square brackets as `[` and `]`. */
export const narrow = (text: string): string =>
  text.replace(wide, (char) => bracketOf.get(char) ?? String.fromCharCode(char.charCodeAt(0) - 0xfee0))

// Names of kinds that say so by themselves; the others need 题 behind them.
const kinds: ReadonlyArray<readonly [QuestionType, string]> = [
  ["single", "单项?选择?|單項?選擇?|single[- ]?choice|单一选择|単一選択|択一|単数選択"],
  [
    "multiple",
    "多项?选择?|多項?選擇?|不定项选择?|不定項選擇?|multiple[- ]?choice|multi[- ]?select|multiple[- ]?answers?|複数選択"
  ],
  ["judgement", "判断|判斷|是非|true[ /]?(?:or[ ])?false|t\\/f|judge?ment|正誤|正误"],
  ["completion", "填空|填充|fill[- ]in[- ](?:the[- ])?blanks?|completion|cloze|穴埋め|空欄補充"],
  ["essay", "简答|簡答|问答|問答|论述|論述|名词解释|名詞解釋|short[- ]?answer|essay|記述"],
  ["unknown", "阅读理解|閱讀理解|完形填空|完型填空|选词填空|选择填空|选择|選擇|综合|案例分析|選択"]
]
const others =
  "计算|应用|操作|编程|程序(?:设计|填空|阅读|改错|分析)?|翻译|写作|作文|材料(?:分析|解析)?|分析(?:说明)?|主观|客观|听力|口语|词汇|语法|辨析|证明|改错|" +
  "配对|匹配|连线|排序|实务|实操|画图|作图|情景|情境|复合|组合|共用(?:题干|选项)|论证|默写|讨论|投票|附加|思考|练习|[ABX][1-4]?(?:\\/[ABX][1-4]?)?型(?:单选|多选)?|必答|选答|必做|选做|综合(?:应用|分析)|单选多选|解答|案例|识图|看图|图片"
const kind = kinds.map(([, names]) => names).join("|")
const named = `(?:(?:${kind})(?:题|題|問題|式?問題| questions?)?|(?:${others})(?:题|題))`
// A name of a kind as a label may be told from a word of a sentence: 综合国力, 选择权, 判断力.
const ended = "(?=[\\])]|[,;:、\\s·|/-]|[共每\\d(])"
const longestNote = 24

const points = "(?:\\d{1,3}(?:\\.\\d{1,2})?)\\s*(?:分|points?|pts?|marks?)"
const scoreIn = `(?:本小?题|每小?题|每空|共|满分|分值|得分|题分|总分)?\\s*:?\\s*(?:共|\\/)?\\s*${points}(?:\\s*[,/]\\s*(?:共|满分|每小?题|每空)?\\s*${points})?`
const labels =
  "出题|命题|出题人|出题者|命题人|作者|章节|知识点|考点|难度|难易度|难易程度|来源|题源|出处|科目|课程|单元|模块|题号|序号|编号|ID|标签|分类|级别|层次|认知层次|能力层次|题型|类型|题目类型|分值|得分|年份|试卷|考试|来自"
const states = "必[考答做修]|选[考答做修]|未[答做]|已[答做]|标记|收藏|必填|required|可多选|多选|单选"

const cjk = "\\u2e80-\\u9fff\\uac00-\\ud7af"
// What makes `(1/10)` a number that something is said of.
const notOfNumber = "(?!的|是|与|和|加|减|乘|除|倍|次|等于|大于|小于|不|比|约|为|到|至|以|及|化)"

// By what they begin with, so that few of them have to be tried.
const starts: ReadonlyArray<readonly [begins: RegExp, ReadonlyArray<RegExp>]> = [
  [
    /^[[(]/,
    [
      // [单选题], (多选题, 5分), 【判断】, [Single Choice]
      new RegExp(`^[\\[(]\\s*${named}${ended}[^\\])]{0,${longestNote}}[\\])]`, "i"),
      new RegExp(`^[\\[(]\\s*(?:${kind}|${others})(?:题|題)[^\\])]{0,${longestNote}}[\\])]`, "i"),
      // [出题:…], (难度:易)
      new RegExp(`^[\\[(]\\s*(?:${labels})\\s*:[^\\])]{0,40}[\\])]`, "i"),
      // [题干]
      /^[[(]\s*(?:题目|題目|题干|題幹|试题|試題|问题|問題|正题|原题|question|stem)\s*[\])]\s*:?/i,
      new RegExp(`^[\\[(]\\s*(?:${states})\\s*[\\])]`, "i"),
      // [1] …, [易] …
      new RegExp(`^\\[\\s*(?:\\d{1,3}|易|中|难|较易|较难|简单|中等|困难)\\s*\\]\\s*(?=\\[|\\(|${notOfNumber}[${cjk}])`),
      /^\(\s*\d{1,4}\s*\)(?!\s*(?:\d|中的|中[,、]|[的是和与式]))/,
      // (1/10) …
      new RegExp(`^[\\[(]\\s*\\d{1,4}\\s*\\/\\s*\\d{1,4}\\s*[\\])]\\s*(?=\\[|\\(|${notOfNumber}[${cjk}])`),
      // (5分) [2.0分] (本题5分)
      new RegExp(`^[\\[(]\\s*${scoreIn}\\s*[\\])]`, "i"),
      // (2019·江苏卷), [2021年高考]
      /^[[(](?:19|20)\d{2}年?[^\])]{0,16}(?:卷|真题|高考|中考|统考|联考|模拟|期末|期中)[^\])]{0,8}[\])]/
    ]
  ],
  [
    /^\d/,
    [
      // 12. 12, 12): but neither 3.14 nor "2,3和5"
      /^\d{1,4}\s*[.,、):](?!\s*\d)/,
      /^\d{1,4}[.、)]\s+(?!\d+\s*[、,])/,
      // 1[单选题], 1单选题 …
      new RegExp(`^\\d{1,4}\\s*(?=[\\[(]\\s*${named}${ended}|(?:${kind}|${others})(?:题|題))`, "i"),
      // 1/10 …
      new RegExp(`^\\d{1,4}\\s*\\/\\s*\\d{1,4}(?:\\s*[.、:]\\s*|\\s+)(?=\\[|\\(|${notOfNumber}[${cjk}])`),
      // 5分 …
      new RegExp(`^\\d{1,2}(?:\\.\\d)?分\\s+(?=\\[|\\(|${notOfNumber}[${cjk}])`)
    ]
  ],
  [
    /^[*★☆●▲■◆※#,、;。]/,
    [
      // left of what a page has put together: ",题干", "、题干", "*1.题干"
      /^[,、;。]\s*/,
      new RegExp(`^[*★☆●▲■◆※#]+\\s*(?=\\d|\\[|\\(|[${cjk}])`)
    ]
  ],
  [
    /^[一二三四五六七八九十第]/,
    [
      // 一,单选题 …
      new RegExp(`^[一二三四五六七八九十]{1,3}\\s*[,、.]\\s*(?![一二三四五六七八九十]{1,3}\\s*[,、.])(?=[${cjk}\\[(])`),
      // 第12题, 第 3 题:, 第3题/共50题
      /^第\s*(?:\d{1,4}|[一二三四五六七八九十百]{1,4})\s*(?:(?:小|大|道)?[题題](?:\s*\/\s*共?\s*\d{1,4}\s*[题題])?|\/\s*\d{1,4}\s*[题題])(?:\s*[,(]?\s*共\s*\d{1,4}\s*[题題]\)?)?\s*[:.,、]?/
    ]
  ],
  [
    /^(?:[题題试試问問正原例分本满得请選选从习练思作n]|question|stem|please|choose|select|pick|mark|tick|circle|fill|complete|answer|q)/i,
    [
      // 题目:, Question:
      /^(?:题目|題目|题干|題幹|试题|試題|问题|問題|正题|原题|question|stem|q|题面|问|例题?|习题|练习题?|思考题|作业题?)(?:内容|描述|名称)?\s*:/i,
      // Q12: 题目3:
      /^(?:q|question|no\.?|题目?|問題|问题|试题|例题?)\s*\d{1,4}\s*[.,、):](?!\s*\d)/i,
      // 分值:5分,
      /^(?:分值|本题分值|本题|满分|得分)\s*:?\s*\d{1,3}(?:\.\d{1,2})?\s*分\s*[,;:.、\s]/,
      // what a page says to whoever answers
      /^请问\s*[:,]/,
      /^(?:请?(?:选择|选出|判断|回答|作答)|请?(?:从[^,.:;]{0,8}中)?(?:选出|选择|选)(?:最佳|最优|最?合适|最?恰当|最?正确)的?(?:答案|选项|一[项个]))\s*[:.]/,
      /^(?:please )?(?:choose|select|pick|mark|tick|circle|fill in|complete|answer)(?: (?:the|an?|one|best|correct|right|most|suitable|appropriate|proper|answers?|options?|words?|phrases?|choices?|from|following|below|given|to|complete|fill|in|blanks?|sentences?|each|for|questions?|that|completes?|with|of|and|or|[a-d],?))+\s*[:.]\s*(?=\S)/i
    ]
  ],
  [
    new RegExp(`^(?:${kind}|(?:${others})[题題])`, "i"),
    [
      // 单选题: …, Single choice: …
      new RegExp(`^${named}\\s*:`, "i"),
      /^true or false\s*[?.]/i,
      // 单选(2分) …
      new RegExp(`^(?:${kind})\\s*[\\[(]\\s*${scoreIn}\\s*[\\])]`, "i"),
      // 单选题(必考) …, 多选题 (2分) …
      new RegExp(
        `^(?:${kind}|${others})(?:题|題|questions?)\\s*[\\[(](?=[^\\])]{0,${longestNote}}(?:必|选|分|共|每|小题|道|√|[Vv×]|正确|对的|\\d))[^\\])]{0,${longestNote}}[\\])](?![的是在与和为属])`,
        "i"
      ),
      // 多选题 …
      new RegExp(`^(?:${kind}|${others})(?:题|題)[\\s:.]+(?![的是在与和为属])`)
    ]
  ]
]
const mayStart =
  /^[[(*★☆●▲■◆※#,、;。\d第一二三四五六七八九十单單多不判是正填简簡问問论論名阅閱完選选综案计应操编程翻写作材分主客听口词语辨证改配匹连排实画情复组共默讨投附必题題试試请原例択単複穴空记解识看图本满得从练思习]|^(?:[qstjmefcnabx]|please)/i

const longestTail = 80
const ends: ReadonlyArray<RegExp> = [
  new RegExp(`[\\[(]\\s*${scoreIn}\\s*[\\])]$`, "i"),
  new RegExp(
    `[\\[(]\\s*(?:(?:单项?选择?|單項?選擇?|多项?选择?|多項?選擇?|不定项选择?|可多选|single[- ]?choice|multiple[- ]?choice)(?:题|題)?|(?:${kind}|${others})(?:题|題))(?:[,;:、\\s][^\\])]{0,12})?[\\])]$`,
    "i"
  ),
  new RegExp(`[\\[(]\\s*(?:${labels})\\s*:[^\\])]{0,40}[\\])]$`, "i"),
  new RegExp(`[\\[(]\\s*(?:${states}|请选择|请作答)\\s*[\\])]$`, "i"),
  /(?<=[?.])\s*答$/,
  /(?<=[?.:;,!\u2581)\]])\s*请?(?:选择|选出|作答|回答|判断)(?:(?:正确|最佳|合适)?的?(?:答案|选项|一项|一个))?$/,
  /(?<=[?.:;,!\u2581)\]])\s*(?:选择一[项个](?:或多[项个])?|(?:select|choose) (?:one|all that apply)(?: or more)?)$/i
]

const mayEnd = /[)\]择选出答断案项个ey]/i

const mostPieces = 12

/** A title without what stands before the question; a title that is nothing else stays as it is. */
export const withoutStart = (title: string): Uncluttered => {
  let text = title
  let kind: QuestionType | undefined
  for (let pieces = 0; pieces < mostPieces && mayStart.test(text); pieces++) {
    const found = firstPiece(text)
    if (found === undefined) break
    kind ??= kindIn(found)
    text = text.slice(found.length).trimStart()
  }
  return { text, kind }
}

const firstPiece = (text: string): string | undefined => {
  for (const [begins, patterns] of starts) {
    if (!begins.test(text)) continue
    for (const pattern of patterns) {
      const found = pattern.exec(text)?.[0]
      if (found !== undefined && found !== "" && text.slice(found.length).trim() !== "") return found
    }
  }
  return undefined
}

/** A title without the last piece of clutter behind the question; `undefined` where there is none. */
export const withoutLastPiece = (title: string): Uncluttered | undefined => {
  if (!mayEnd.test(title.slice(-1))) return undefined
  const tail = title.slice(-longestTail)
  for (const end of ends) {
    const found = end.exec(tail)?.[0]
    if (found === undefined || found.length === title.length) continue
    return { text: title.slice(0, title.length - found.length).trimEnd(), kind: kindIn(found) }
  }
  return undefined
}

const kindPatterns = kinds
  .filter(([type]) => type !== "unknown")
  .map(([type, names]): [QuestionType, RegExp] => [type, new RegExp(names, "i")])
const labelled = new RegExp(`^[\\[(]\\s*(?:${labels})\\s*:`, "i")
/** The kind that a piece of clutter names, as `[单选题]` and `多选题 (2分)` do. */
const kindIn = (piece: string): QuestionType | undefined => {
  if (/完[形型]填空|选词填空|选择填空|单选多选/.test(piece) || (labelled.test(piece) && !/题型|类型/.test(piece))) {
    return undefined
  }
  return kindPatterns.find(([, pattern]) => pattern.test(piece))?.[0]
}
