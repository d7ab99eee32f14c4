// Questions as pages have them, with the options that are right (from 1): what a client has to end up ticking, whoever answers, in
// whatever words.
import { Result, Struct } from "effect"
import { makeQuestion, type Question } from "../../../src/bank/Question.ts"
import { outcomeOf, type Outcome } from "../../../src/bank/ocs/client/chooseForm.ts"
import { clientLines, type ClientLine } from "../../../src/bank/ocs/client/lines.ts"
import { fillsOf, type TickedType } from "../../../src/bank/ocs/client/ticksOf.ts"
import { type BadQuestion, readQuestion } from "../../../src/bank/ocs/OcsRequest.ts"
import { writeAnswer } from "../../../src/bank/ocs/writeAnswer.ts"
import { readReply } from "../../../src/bank/reading/readAnswer.ts"

/** One choice: its type, its options, and the places of the right ones from 1. */
export type Choice = readonly [type: TickedType, options: ReadonlyArray<string>, right: ReadonlyArray<number>]

/** One question with boxes: title, number of boxes, and what belongs into them. */
export type Blanks = readonly [title: string, boxes: number, right: ReadonlyArray<string>]

const one = (options: string, right: number): Choice => ["single", options.split(" / "), [right]]
const some = (options: string, ...right: ReadonlyArray<number>): Choice => ["multiple", options.split(" / "), right]

const everyOne = (options: string): ReadonlyArray<Choice> =>
  options.split(" / ").map((_, place) => one(options, place + 1))

/** Options that the client easily takes for one another: every one of them is right once. */
export const singles: ReadonlyArray<Choice> = [
  "A型 / B型 / AB型 / O型",
  "x>2 / x<2 / x≥2 / x≤2",
  "+1 / -1 / 0 / ±1",
  "ls -a / ls -A / ls -l / ls",
  "C / C++ / C# / Java",
  "2x+1 / 2x-1 / 2x / x+1",
  "①② / ①③ / ②③ / ①②③",
  "Aa / AA / aa",
  "A和B / A和C / B和C / A、B和C",
  "能够 / 不能够 / 可能 / 不可能",
  "1949年10月1日 / 1949年9月1日 / 1949年10月2日 / 1950年10月1日",
  "a / an / the / 不填",
  "O(1) / O(n) / O(log n) / O(n²)",
  "H2O / H2O2 / CO2 / CO",
  "TCP / TCP/IP / UDP / IP",
  "计算机网络 / 计算机网络原理 / 计算机组成原理 / 操作系统",
  "生产力决定生产关系 / 生产关系决定生产力 / 经济基础决定上层建筑 / 上层建筑决定经济基础",
  "3.14 / 3.1415 / 314 / 31.4",
  "50% / 5% / 0.5% / 500%",
  "i++ / ++i / i+1 / i--",
  "&& / || / ! / &",
  "a|b / a||b / a&b / a^b",
  "int a; / int a;; / int *a; / int &a;",
  "《论语》 / 《孟子》 / 《大学》 / 《中庸》",
  "北京。 / 上海。 / 广州。 / 深圳。",
  "10m/s / 10km/h / 100m/s / 1m/s",
  "[0,1] / (0,1) / [0,1) / (0,1]",
  "sin x / cos x / -sin x / -cos x",
  "√2 / √3 / 2 / 3",
  "T细胞 / B细胞 / NK细胞 / K细胞",
  "K / M / G / T",
  "甲、乙 / 乙、丙 / 甲、丙 / 甲、乙、丙",
  "大于 / 小于 / 等于 / 不等于",
  "first-in first-out / first-in last-out / last-in first-out / random",
  "He goes to school. / He went to school. / He has gone to school. / He is going to school.",
  "马克思主义中国化 / 马克思主义时代化 / 马克思主义大众化 / 马克思主义本土化",
  "== / === / = / !=",
  "# / ## / ### / ####",
  "0 / 1 / 2 / 3",
  "A / B / C / D",
  "D / C / B / A",
  "yes / no / maybe / never",
  "True / False / None / null",
  "m / M / cm / km",
  "α / β / γ / δ",
  "第一章 / 第二章 / 第三章 / 第四章",
  "听党指挥、能打胜仗、作风优良 / 政治坚定、军事过硬、纪律严明 / 听党指挥、能打胜仗 / 作风优良",
  'printf("%d", a); / printf("%f", a); / scanf("%d", a); / puts(a);',
  "１２ / 12个 / 21 / 120",
  "一个中心、两个基本点 / 四项基本原则 / 改革开放 / 自力更生",
  "Fe²⁺ / Fe³⁺ / Fe / FeO",
  "1:2 / 2:1 / 1:1 / 1:3",
  "中国 / 中华人民共和国 / 中国人民 / 中华民族",
  "必要条件 / 充分条件 / 充要条件 / 既不充分也不必要条件",
  "A. elegans / B. subtilis / C. albicans / D. rerio",
  "SELECT * FROM t / SELECT a FROM t / DELETE FROM t / UPDATE t"
].flatMap(everyOne)

export const multiples: ReadonlyArray<Choice> = [
  some("注意校园安全用电 / 注意校园安全用水 / 注意校园安全用气 / 注意校园安全用餐", 1, 2, 3),
  some("矛盾的普遍性寓于特殊性之中 / 矛盾的特殊性寓于普遍性之中 / 矛盾是事物发展的动力 / 矛盾是可以消灭的", 1, 3),
  some("能够 / 不能够 / 可能 / 不可能", 2, 3),
  some("神经机制 / 体液机制 / 组织细胞机制 / 分子机制", 1, 2, 3),
  some("地球 / 月亮 / 火星 / 太阳", 1, 3),
  some("A型 / B型 / AB型 / O型", 1, 4),
  some("x>2 / x<2 / x=2 / x≠2", 1, 2),
  some("C / C++ / C# / Java", 1, 3),
  some("C / C++ / C# / Java", 2, 4),
  some("①② / ①③ / ②③ / ①②③", 1, 3),
  some("TCP / TCP/IP / UDP / HTTP", 1, 3),
  some("ls -a / ls -A / ls -l / ls", 1, 2, 3),
  some("封装 / 继承 / 多态 / 递归", 1, 2, 3),
  some("封装 / 继承 / 多态 / 递归", 1, 2, 3, 4),
  some("封装 / 继承 / 多态 / 递归", 4),
  some("赤、橙 / 黄、绿 / 赤 / 橙", 1, 2),
  some("赤、橙 / 黄、绿 / 赤 / 橙", 3, 4),
  some("a;b / a|b / a#b / ab", 1, 2),
  some("民法 / 刑法 / 行政法 / 宪法", 1, 2, 3),
  some("橘子（柑橘类） / 苹果（蔷薇科） / 香蕉（芭蕉科） / 葡萄（葡萄科）", 1, 2),
  some("正确认识文化差异 / 正确认识文化移情 / 发展文化移情 / 发展文化差异", 1, 4),
  some("A / B / C / D", 1, 3),
  some("D / C / B / A", 1, 3),
  some("1 / 2 / 3 / 4", 2, 4),
  some("+ / - / * / /", 1, 4),
  some("10 / 100 / 1000 / 10000", 1, 3),
  some("Python / PYTHON2 / Java / JavaScript", 1, 3),
  some("实事求是 / 群众路线 / 独立自主 / 解放思想", 1, 2, 3),
  some("提高政治站位 / 提高政治判断力 / 提高政治领悟力 / 提高政治执行力", 2, 3, 4),
  some("经济建设 / 政治建设 / 文化建设 / 社会建设 / 生态文明建设 / 国防建设", 1, 2, 3, 4, 5),
  some("甲 / 乙 / 丙 / 丁 / 戊 / 己 / 庚 / 辛 / 壬 / 癸", 1, 3, 5, 7, 9, 10),
  some("sin x / cos x / tan x / cot x", 1, 2),
  some("Na⁺ / K⁺ / Cl⁻ / Ca²⁺", 1, 2),
  some("以上都对 / 以上都不对 / 只有一个对 / 有两个对", 4),
  some("是 / 否 / 不一定", 1, 3),
  some("int / float / double / char", 1, 2, 3, 4),
  some("国务院 / 国务院办公厅 / 国务院总理 / 全国人大", 1, 3),
  some("红色 / 深红色 / 浅红色 / 蓝色", 1, 4),
  some("50% / 5% / 0.5% / 15%", 1, 2)
]

const pairs = ["对 / 错", "正确 / 错误", "√ / ×", "True / False", "T / F", "是 / 否", "错 / 对", "true / false"]
export const judgements: ReadonlyArray<Choice> = pairs.flatMap((pair): ReadonlyArray<Choice> => [
  ["judgement", pair.split(" / "), [1]],
  ["judgement", pair.split(" / "), [2]],
  ["single", pair.split(" / "), [1]],
  ["single", pair.split(" / "), [2]]
])

export const blanks: ReadonlyArray<Blanks> = [
  ["中国的首都是____", 1, ["北京"]],
  ["哲学的基本问题是____和____的关系问题", 2, ["思维", "存在"]],
  ["疾病发生的一般机制", 4, ["神经机制", "体液机制", "组织细胞机制", "分子机制"]],
  ["按位或写作____", 1, ["a|b"]],
  ["循环头写作____", 1, ["for(i=0;i<n;i++)"]],
  ["区间是____", 1, ["[0,1]"]],
  ["C家族的语言有____和____", 2, ["C#", "C++"]],
  ["注释以____开头，分隔线写作____", 2, ["#", "---"]],
  ["他是____，住在____，爱好____", 3, ["张三", "北京;上海", "a|b"]],
  ["输出语句是____", 1, ['printf("%d", a); return 0;']],
  ["结果是____", 1, ["3.14#"]],
  ["半角分号是____", 1, [";"]],
  ["x等于____，y等于____", 2, ["1,000", "2/3"]],
  ["答语是____", 1, ["I don't know; maybe."]],
  ["年份是____", 1, ["1949"]],
  ["JSON是____", 1, ['{"a":1}']],
  ["简述党的思想路线", 1, ["一切从实际出发；理论联系实际；实事求是"]],
  ["管道符是____，井号是____", 2, ["|", "#"]]
]

const letterOf = (place: number): string => String.fromCharCode(64 + place)

/** How a page writes its options. */
export const pageDresses = {
  bare: (option: string) => option,
  lettered: (option: string, place: number) => `${letterOf(place)}. ${option}`,
  "lettered over two lines": (option: string, place: number) => `${letterOf(place)}.\n${option}`,
  "lettered in Chinese": (option: string, place: number) => `${letterOf(place)}、${option}`
} satisfies Record<string, (option: string, place: number) => string>

/** How somebody who knows the answer says it. */
export const replyDresses = {
  "texts in JSON": (texts: ReadonlyArray<string>) => JSON.stringify({ answer: texts }),
  "letters in JSON": (_: ReadonlyArray<string>, places: ReadonlyArray<number>) =>
    JSON.stringify({ answer: places.map(letterOf) }),
  "letters in a sentence": (_: ReadonlyArray<string>, places: ReadonlyArray<number>) =>
    `经过分析，答案是${places.map(letterOf).join("")}。`,
  "lettered texts, one a line": (texts: ReadonlyArray<string>, places: ReadonlyArray<number>) =>
    texts.map((text, at) => `${letterOf(places[at] ?? 0)}. ${text}`).join("\n")
} satisfies Record<string, (texts: ReadonlyArray<string>, places: ReadonlyArray<number>) => string>

/** What came of one answer in one line of the client; `refused` where no form of it was found safe. */
export type Ended = Outcome | "refused" | "unread"

export interface Tried {
  readonly name: string
  readonly form: string | undefined
  readonly results: Readonly<Record<ClientLine, Ended>>
  /** Whether any form that a bank could send is ticked right by both lines. */
  readonly hasSafeForm: boolean
}

const askedFrom = (input: unknown): Question => {
  const read = readQuestion(input)
  if (Result.isFailure(read)) throw new Error(`no question: ${(read.failure satisfies BadQuestion)._tag}`)
  return read.success
}

/** Asks from a page, reads a reply, writes the answer, and lets both lines tick it. */
export const tryChoice = (
  [type, options, right]: Choice,
  pageDress: keyof typeof pageDresses,
  replyDress: keyof typeof replyDresses
): Tried => {
  const shown = options.map((option, at) => pageDresses[pageDress](option, at + 1))
  const question = askedFrom({ title: `题 ${options.join("")}`, options: shown, type })
  const reply = replyDresses[replyDress](
    right.map((place) => options[place - 1] ?? ""),
    right
  )
  return ticked({
    name: `${type} [${shown.join(" / ")}] ← ${reply}`,
    question,
    reply,
    type,
    shown,
    right
  })
}

interface Trial {
  readonly name: string
  readonly question: Question
  readonly reply: string
  readonly type: TickedType
  readonly shown: ReadonlyArray<string>
  readonly right: ReadonlyArray<number>
}

const ticked = ({ name, question, reply, right, shown, type }: Trial): Tried => {
  const answer = { type, options: shown, places: right.map((place) => place - 1) }
  const hasSafeForm = allForms(answer.options, answer.places).some((form) =>
    clientLines.every((line) => outcomeOf(line, answer, form) === "right")
  )
  const { reading } = readReply(question, reply)
  if (reading._tag === "Unread") return { name, form: undefined, results: both("unread"), hasSafeForm }
  const { text } = writeAnswer(question, reading.texts)
  if (text === undefined) return { name, form: undefined, results: both("refused"), hasSafeForm }
  const resultOf = (line: ClientLine): Ended => outcomeOf(line, answer, text) ?? "nothing"
  return { name, form: text, results: { "4.9": resultOf("4.9"), "4.14": resultOf("4.14") }, hasSafeForm }
}

const both = (result: Ended): Tried["results"] => ({ "4.9": result, "4.14": result })

const judgementWords = ["正确", "错误", "对", "错", "√", "×", "是", "否", "true", "false", "T", "F", "1", "0"]

/** Every form that a bank can think of. */
const allForms = (options: ReadonlyArray<string>, places: ReadonlyArray<number>): ReadonlyArray<string> => {
  const sent = places.map((place) => options[place] ?? "")
  const bare = makeQuestion({ title: "题", options, type: "unknown" }).options
  const texts = places.map((place) => bare[place] ?? "")
  const letters = places.map((place) => letterOf(place + 1))
  return [
    ...[texts, sent, letters].flatMap((list) => [
      JSON.stringify(list),
      ...["", "#", "###", "===", "---", "|", ";", "；", "、", ",", " ", "\n"].map((mark) => list.join(mark))
    ]),
    ...letters.flatMap((letter, at) => [`${letter}. ${texts[at]}`, `${letter}、${texts[at]}`]),
    ...judgementWords
  ]
}

/** Lets both lines fill in what a model says of blanks. */
export const tryBlanks = ([title, boxes, right]: Blanks, reply: string): Tried => {
  const question = askedFrom({ title, options: Array(boxes).fill(""), type: "completion" })
  const { reading } = readReply(question, reply)
  const name = `completion ${title} (${boxes}) ← ${reply}`
  if (reading._tag === "Unread") return { name, form: undefined, results: both("unread"), hasSafeForm: true }
  const { text } = writeAnswer(question, reading.texts)
  const resultOf = (line: ClientLine): Ended => {
    const filled = text === undefined ? undefined : fillsOf(line, boxes, text)
    return filled === undefined ? "nothing" : filled.join("\n") === right.join("\n") ? "right" : "wrong"
  }
  return { name, form: text, results: { "4.9": resultOf("4.9"), "4.14": resultOf("4.14") }, hasSafeForm: true }
}

const pageNames = Struct.keys(pageDresses)
const replyNames = Struct.keys(replyDresses)

// Letters say nothing sure where they are options, too.
const isClear = ([, options, right]: Choice): boolean => {
  const letters = right.map(letterOf)
  return [...letters, letters.join("")].every((text) => !options.some((option) => option.toUpperCase() === text))
}

/** All cases: every question in every dress of its page and of its reply. */
export const tryAll = (): ReadonlyArray<Tried> => [
  ...[...singles, ...multiples].flatMap((choice) =>
    pageNames.flatMap((page) =>
      replyNames
        .filter((reply) => !reply.startsWith("letters") || isClear(choice))
        .map((reply) => tryChoice(choice, page, reply))
    )
  ),
  ...judgements.flatMap((choice) =>
    pageNames.flatMap((page) =>
      (["texts in JSON", "lettered texts, one a line"] as const).map((reply) => tryChoice(choice, page, reply))
    )
  ),
  ...blanks.map((question) => tryBlanks(question, JSON.stringify({ answer: question[2] })))
]
