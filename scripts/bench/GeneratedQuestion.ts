// Questions without end, each a different one after normalisation, as long and as wide as those of real quizzes.
import type { AskedQuestion } from "./Requests.ts"

/** A question and the text of its answer, one of its four options. */
export interface GeneratedQuestion extends AskedQuestion {
  readonly answer: string
}

/** The question of a number from 0 up; the same number is always the same question. */
export const generatedQuestion = (index: number): GeneratedQuestion => {
  const subject = pick(subjects, Math.floor(index / wordings.length))
  const options = Array.from({ length: 4 }, (_, place) => pick(terms, index + place * 5) + pick(endings, index + place))
  return { title: pick(wordings, index)(subject, index + 1), options, type: "single", answer: pick(options, index) }
}

const pick = <A>(choices: ReadonlyArray<A>, index: number): A => {
  const choice = choices[index % choices.length]
  if (choice === undefined) throw new RangeError("there is nothing to pick from")
  return choice
}

// The number is what tells two questions of one wording and subject apart: it stands where no site numbers its questions.
const wordings: ReadonlyArray<(subject: string, number: number) => string> = [
  (subject, number) => `在${subject}课程的案例${number}中，下列说法正确的是（　）。`,
  (subject, number) => `根据教材对${subject}的论述，编号为${number}的概念属于下列哪一项？`,
  (subject, number) => `某研究小组在学习${subject}时记录了${number}组数据，由此可以得出的结论是____。`,
  (subject, number) => `关于${subject}，条目${number}所描述的现象主要体现了（　）`,
  (subject, number) =>
    `小明同学在复习${subject}的过程中整理了一份提纲，其中代号为${number}的一条没有写完，请根据所学知识判断，最适合补在后面的是下列选项中的哪一个？`,
  (subject, number) => `下列各项中，与${subject}第${number}号材料的观点一致的是：`,
  (subject, number) => `Which of the following best describes item ${number} in the study of ${subject}?`,
  (subject, number) => `“${subject}”知识点${number}的核心内容是（　）。`
]
const subjects: ReadonlyArray<string> = [
  "中国近现代史",
  "马克思主义基本原理",
  "大学物理",
  "高等数学",
  "计算机网络",
  "操作系统",
  "教育心理学",
  "国际贸易",
  "有机化学",
  "现代汉语",
  "民法学",
  "会计学原理",
  "细胞生物学"
]
// A prime number of them, so that the four options of a question, five apart, are never the same.
const terms: ReadonlyArray<string> = [
  "量变",
  "质变",
  "守恒",
  "反馈",
  "协议",
  "进程",
  "动机",
  "迁移",
  "汇率",
  "顺差",
  "取代",
  "加成",
  "修辞",
  "语境",
  "物权",
  "债权",
  "折旧",
  "摊销",
  "分裂",
  "分化",
  "改革",
  "开放",
  "创新"
]
const endings: ReadonlyArray<string> = [
  "的基本规律",
  "原则",
  "是决定性的因素",
  "与其前提条件的统一",
  "机制",
  "理论",
  "过程"
]
