// The names under which files keep the parts of a question: columns of sheets and members of JSON objects alike.

/** What a column, or a member of a JSON object, tells of a question. */
export type Field =
  | "title"
  | "answer"
  | "options"
  | "type"
  | "explanation"
  | "tags"
  | "source"
  | "status"
  | "confidence"
  | "createdAt"
  /** Whether the option of the same row or object is right. */
  | "isRight"

/** How sure a name is: `weak` ones count only where no other column has that meaning. */
export interface NamedField {
  readonly field: Field
  readonly rank: number
  readonly isWeak: boolean
}

// As `bareName` leaves them. Of two columns with the same meaning the name that stands first here counts.
const strong: Readonly<Record<Field, string>> = {
  title: `
    题目 问题 题干 question title 题目内容 试题 试题内容 题干内容 试题题干 题目题干 题目名称 题目描述 题目标题 问题内容 问题描述 问题标题 试题名称 试题描述 试题标题
    考题 题面 题文 题目正文 題目 題幹 問題 試題 題目內容 試題內容 questiontext questioncontent questiontitle questionstem
    questionname questionbody questiondescription questionstatement quname qutitle qucontent stem
    stemtext problem topic tigan timu wenti shiti tm quiz q questionprompt
  `,
  answer: `
    答案 正确答案 answer answers 参考答案 标准答案 correctanswer 正确选项 正解 正确项 试题答案 题目答案 问题答案 答案内容 正确的答案 答案文本 正確答案
    參考答案 標準答案 correctanswers answerkey answerkeys key keys questionanswer rightanswer rightanswers
    trueanswer standardanswer referenceanswer bestanswer correctoption correctoptions
    correctoptiontext correctchoice correctchoices rightoption correct correctkey rightkey
    answertext answercontent answerlist answervalue answerletter correctletter correctvalue
    answerindex answeridx answeridxs answerindexes correctindex correctidx correctanswerindex
    correctoptionindex correctindexes correctindices correctanswerindices rightindex answerid
    answerids correctanswerid correctoptionid correctoptionids correctid daan ans solution
    answerkeytext trueanswers rightanswertext correctanswertext answeroption correctansweroption
    正确选项内容 正确答案内容 正确答案文本 标答 答案项 正确选择
  `,
  options: `
    选项 options 选项内容 choices option choice optioncontent optioncontents candidate candidates 备选项 备选答案
    备选选项 供选答案 可选项 候选答案 候选项 选项列表 選項 題目選項 题目选项 试题选项 全部选项 所有选项 答案选项 选择项 optionlist optionslist
    optiontext optiontexts optionstext optionscontent choicelist choicetexts answeroptions
    answerchoices answeroptionlist questionoptions questionchoices selections selects opts
    possibleanswers allanswers multiplechoices xuanxiang answerlistoptions alternatives
  `,
  type: `
    类型 题型 type 题目类型 试题类型 问题类型 题目题型 试题题型 题类 類型 題型 題目類型 questiontype qtype qutype questionkind
    typename questiontypename questioncategory tixing 题型名称 typetext topictype problemtype answertype
  `,
  explanation: `
    解析 explanation 答案解析 试题解析 analysis 题目解析 解释 详解 答案说明 解题思路 答题解析 答案详解 题目详解 explain explains
    explanations rationale answerexplanation answeranalysis analyse analyze questionanalysis
    feedback generalfeedback jiexi support
  `,
  tags: "标签 tags tag 標籤",
  source: "来源 source",
  status: "状态 status",
  confidence: "置信度 confidence",
  createdAt: "创建时间 createdat",
  isRight: `
    是否正确 是否正确答案 是否为正确答案 是否答案 是否为答案 iscorrect isright isanswer istrue iscorrectanswer correctflag
    answerflag
  `
}

const weak: Partial<Record<Field, string>> = {
  title: "标题 内容 名称 正文 content text name body prompt description desc front term ask",
  answer: "back definition label target gold result data solutiontext 回答 value response",
  options: "items item list",
  type: "类别 kind category",
  explanation: "说明 备注 comment solution reason remark 解答"
}

const wordsOf = (text = ""): ReadonlyArray<string> => text.trim().split(/\s+/)

const fields = new Map<string, NamedField>()
for (const [names, isWeak] of [
  [weak, true],
  [strong, false]
] as const) {
  for (const field of Object.keys(strong)) {
    if (isField(field))
      for (const [rank, name] of wordsOf(names[field]).entries()) fields.set(name, { field, rank, isWeak })
  }
}

function isField(name: string): name is Field {
  return Object.hasOwn(strong, name)
}

// What somebody answered is no answer to go by.
const ownAnswers =
  /^(?:我|你|您|学生|考生|用户|本人|个人|學生|我們)的?(?:答案|作答|选择|回答)|^(?:作答|提交)(?:答案|内容)?$|^(?:my|your|user|student|member|submitted|selected|chosen|current)(?:answers?|choices?|options?|response)$/

/** A column with what some person answered, right or wrong. */
export const isOwnAnswer = (name: string): boolean => ownAnswers.test(name)

/**
 * A name without what does not matter in it: case, spaces, `_`, notes in brackets or behind a dash (`*题目（必填）`,
 * `Question - max 120 characters`), a colon at its end.
 */
export const bareName = (name: string): string => {
  const line = name
    .normalize("NFKC")
    .replace(/[\ufeff\u200b]/g, "")
    .trim()
    .toLowerCase()
  const bare = line
    .replace(/\s[-–—]\s.*$/s, "")
    .replace(/[([【{<《][^)\]】}>》]*[)\]】}>》]/g, "")
    .replace(/[\s*:：_\-.、#'"“”]/g, "")
  return bare === "" ? line.replace(/[\s*:：_\-.、()[\]]/g, "") : bare
}

const numerals = "零一二三四五六七八九十"
const optionName =
  /^(?:备?选项?|备选项|备选答案|选择项?|试题选项|题目选项|答案(?:选项)?|候选项|選項|option|opt|op|choice|answer|ans|item|select|alternative)?([a-z]|\d{1,2}|[一二三四五六七八九十])(?:选项|項|项|選項|答案|选项内容|项内容|内容|option|choice|text|content|optional|答案内容)?$/
const wrongName =
  /^(?:incorrect|wrong|false)(?:answer|option|choice)s?\d*$|^distractors?\d*$|^(?:干扰|错误|错)(?:项|选项|答案)[\d一二三四五六]*$/

const nothingOfTheTitle =
  /类型|题型|编号|序号|题号|号码|难度|分值|分数|得分|数量|个数|总数|来源|分类|章节|图|标签|状态|时间|日期|所属|科目|答案|选项|解析|备注|次数|音频|視頻|视频/
const nothingOfTheAnswer = /解析|说明|解释|详解|个数|数量|数目|时间|分值|分数|顺序|乱序|备注|次数|图|类型|选项$/
const aboutQuestions =
  /id$|ids$|no$|num|number|type|image|img|url|level|score|category|bank|count|time|source|audio|video|points|tag|answer|option|index|order|date|by$|difficulty|explan/

/** What a name of the kind of another file says; `undefined` where it is no part of a question, or says nothing here. */
export const namedField = (bare: string): NamedField | undefined => {
  if (bare === "" || isOwnAnswer(bare)) return undefined
  const known = fields.get(bare)
  if (known !== undefined) return known
  if (optionName.test(bare) || wrongName.test(bare)) return undefined
  const field = likelyField(bare)
  return field === undefined ? undefined : { field, rank: 1000, isWeak: true }
}

const likelyField = (bare: string): Field | undefined => {
  if (bare.length > 20) return undefined
  if (/解析|详解/.test(bare)) return "explanation"
  if (/题型|类型$/.test(bare)) return "type"
  if (/答案/.test(bare) && !nothingOfTheAnswer.test(bare)) return "answer"
  if (/题干|题目|试题|问题/.test(bare) && !nothingOfTheTitle.test(bare)) return "title"
  if (/选项/.test(bare) && !/个数|数量|数目|图|乱序|排序|类型|分|随机/.test(bare)) return "options"
  if (/question|problem/.test(bare) && !aboutQuestions.test(bare)) return "title"
  if (
    /(?:correct|right|true|standard).*(?:answer|option|choice)/.test(bare) &&
    !/incorrect|wrong|count|num|score|feedback|image|url/.test(bare)
  ) {
    return "answer"
  }
  return undefined
}

export interface OptionName {
  /** The place of the option, from 0. */
  readonly place: number
  /** `answer1`, `答案A`: of options only where another column has the answer. */
  readonly mayBeAnswer: boolean
}

/** The place of the option that a column of this name holds: 选项A, A, A选项, optionB, option_3. */
export const optionNamed = (bare: string): OptionName | undefined => {
  const mark = optionName.exec(bare)?.[1]
  if (mark === undefined) return undefined
  const mayBeAnswer = /^(?:答案|answer|ans)/.test(bare)
  if (/^[a-z]$/.test(mark)) return { place: mark.charCodeAt(0) - 97, mayBeAnswer }
  // a column that is called "1" is a number, not an option
  if (bare === mark || mark === "0") return undefined
  return { place: (/^\d/.test(mark) ? Number(mark) : numerals.indexOf(mark)) - 1, mayBeAnswer }
}

/** An option that is wrong: `incorrect_answer_2`, `distractor1`, 干扰项. */
export const isWrongOption = (bare: string): boolean => wrongName.test(bare)

/** The names of an export's columns and members by which its rows are known: nothing in them has to be guessed. */
export const isExport = (names: ReadonlyArray<string>): boolean =>
  ["ID", "题目", "选项", "答案", "类型", "来源", "置信度", "状态"].every((name) => names.includes(name)) ||
  ["id", "question", "options", "answer", "type", "source", "status", "confidence"].every((name) =>
    names.includes(name)
  )
