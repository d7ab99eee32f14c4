import { assert, describe, it } from "@effect/vitest"
import { titleKey } from "../../../src/bank/normalise.ts"

// How quiz sites and their clients show one question.
const plain = "中国共产党第一次全国代表大会召开的城市是"
const pages = [
  "（单选）@",
  "(单选题)@",
  "[单选题]@",
  "【单选题】@",
  "【單選題】@",
  "【Single Choice】@",
  "[Multiple Choice] @",
  "【multiple choice】@",
  "【单选题】 @（ ）。",
  "[单选题,5分] @",
  "(单选题, 2分) @",
  "（单选题，必答）@",
  "(单选题 共10题)@",
  "1.(单选题, 2分) @",
  "【单选题】（2分）@",
  "单选题(必考) @（5.0分）",
  "多选题（必考）@",
  "单选题：@",
  "单选题 @",
  "单选题\n@",
  "1单选题 @",
  "1 单选题 (5分) @",
  "1【单选题】@",
  "12、【单选题】@",
  "1.【单选】@（2分）",
  "2.多选题 (2分) @",
  "2.多选题 (2分)@",
  "第3题 [单选题] @",
  "第 3 题 单选题 @",
  "第3题：@",
  "第3题/共50题 @",
  "第12/50题 @",
  "第一题：@",
  "(1/10)@",
  "1/10 @",
  "（1/10） [单选题] @",
  "题目：@",
  "题干：@",
  "【题干】@",
  "【题目】@",
  "题目1：@",
  "问题 3：@",
  "Question: @",
  "Q12: @",
  "Q: @",
  "【出题：张老师】@",
  "【出题：张老师】1. @",
  "（出题人：李四）@",
  "[难度：易]@",
  "【章节：第三章 革命的道路】【单选题】@",
  "【知识点：党史】@",
  "@【来源：2021年春季学期】",
  "@（难度：0.8）",
  "(2021·江苏卷)@",
  "【2019年高考真题】@",
  "一、单选题（共20题，40分）1. @",
  "一、@",
  "(3)@",
  "3)@",
  "3 、@",
  "、@",
  "，@",
  "*1. @",
  "*@",
  "★ @",
  "【必答】@",
  "(未答)@",
  "@（单选）",
  "@（单选题）",
  "@（多选，至少两项）",
  "@【单选题】",
  "@(  )[单选题]",
  "@ [单选题] (5分)",
  "@（  ）（不定项选择）",
  "@(可多选)",
  "@（5分）",
  "@（本题2.0分）",
  "@ [2 points]",
  "@（满分：5分）",
  "分值：2分，@",
  "（分值：5分）@",
  "请问：@？请选择",
  "@？请选择正确答案",
  "@（请选择）",
  "@。选择一项：",
  "请选择正确的一项：@",
  "选出正确答案：@",
  "@（ ）",
  "@____",
  "@：",
  "@？",
  "@……",
  "<p>1、@</p>",
  "&nbsp;【单选题】&nbsp;@",
  "单选题(2分)  @",
  "判断题（对的打√，错的打×）@",
  "填空题：@"
]

const english = "She ____ to school every day"
const englishPages = [
  "1) @.",
  "12. @.",
  "(3) @",
  "Question 5: @.",
  "No. 5. @",
  "Single choice: @.",
  "[Single choice] @ (2 points)",
  "Choose the best answer. @.",
  "Choose the correct word: @.",
  "Choose the best answer to complete the sentence: @.",
  "Choose the word or phrase that best completes the sentence. @.",
  "Select the correct answer: @.",
  "Fill in the blank: @.",
  "Please choose the correct option. @.",
  "@. Select one:",
  "@. (5 pts)",
  "@（单选）"
]

describe("titleKey", () => {
  it.each(pages)("sees the question behind what a page puts around it: %s", (page) =>
    assert.strictEqual(titleKey(page.replace("@", plain)), plain)
  )
  it.each(englishPages)("in English, too: %s", (page) =>
    assert.strictEqual(titleKey(page.replace("@", english)), titleKey(english))
  )

  // What looks like clutter and is the question.
  const kept = [
    "（综合国力）是指一个国家的",
    "（选择权）属于买方吗",
    "单选题的特点是",
    "多选题与单选题的区别",
    "判断题的评分标准是",
    "判断的真假",
    "选择正确的道路",
    "(1/10)的倒数是",
    "1/10 的倒数是",
    "2、3、5都是质数",
    "2, 3, 5都是质数",
    "一、二、三产业的划分标准",
    "3.14是无理数吗",
    "10:30开始的会议",
    "5分钟等于多少秒",
    "学生从三门课中选择一项",
    "第3代计算机的标志",
    ".NET是什么",
    "这种思维形式是(判断)",
    "a[0]的值",
    "会议开始于(5点)",
    "(高考)制度恢复于",
    "题目的含义",
    "难度系数为0.8的含义",
    "请选择的近义词",
    "Choose is the past tense of",
    "Question tags are used",
    "Complete metamorphosis occurs in",
    "Mark Twain wrote"
  ]
  it.each(kept)("leaves a question whole: %s", (title) => {
    const letters = (text: string) => text.replace(/[^\p{L}\p{N}]/gu, "").toLowerCase()
    assert.strictEqual(letters(titleKey(title)), letters(title))
  })

  it("knows several blanks in any dress", () => {
    const blanks = [
      "哲学的基本问题是____和____的关系问题。",
      "哲学的基本问题是___（第一空）和___（第二空）的关系问题。",
      "哲学的基本问题是①____和②____的关系问题。",
      "哲学的基本问题是(1)____和(2)____的关系问题。",
      "哲学的基本问题是__1__和__2__的关系问题。",
      "哲学的基本问题是____(1)____和____(2)____的关系问题。",
      "哲学的基本问题是[空1]和[空2]的关系问题。",
      "哲学的基本问题是【填空1】和【填空2】的关系问题",
      "哲学的基本问题是（　）和（　）的关系问题",
      "哲学的基本问题是( )和( )的关系问题",
      "【填空题】哲学的基本问题是（1）____和（2）____的关系问题。"
    ]
    for (const title of blanks) assert.strictEqual(titleKey(title), titleKey(blanks[0] ?? ""), title)
    assert.notStrictEqual(titleKey("①____大于②3"), titleKey("____大于3"))
  })
})
