// What is wrong with a row or a file, in words for its owner.
import { limits } from "../question/questionBounds.ts"
import type { Words } from "./Words.ts"

const shown = (text: string): string => text.replace(/\s+/g, " ").slice(0, 60)
const beginning = (text: string): Words =>
  text === "" ? { zh: "（空）", en: "nothing" } : { zh: shown(text), en: shown(text) }

export const noQuestion: Words = { zh: "没有题目", en: "there is no question" }
export const noAnswer: Words = { zh: "没有答案", en: "there is no answer" }

export const titleTooLong = (length: number): Words => ({
  zh: `题目太长：${length} 个字符，上限 ${limits.titleCharacters}`,
  en: `the question is too long: ${length} characters, at most ${limits.titleCharacters}`
})
export const optionsUnread: Words = {
  zh: "选项既不是文字，也不是文字的列表",
  en: "the options are neither a text nor a list of texts"
}
export const tooManyOptions = (count: number): Words => ({
  zh: `选项太多：${count} 个，上限 ${limits.options}`,
  en: `there are too many options: ${count}, at most ${limits.options}`
})
export const optionsTooLong: Words = {
  zh: `选项太长：合计上限 ${limits.optionCharacters} 个字符`,
  en: `the options are too long: at most ${limits.optionCharacters} characters together`
}
export const explanationTooLong = (length: number, most: number): Words => ({
  zh: `解析太长：${length} 个字符，上限 ${most}`,
  en: `the explanation is too long: ${length} characters, at most ${most}`
})
export const tagsUnread = (most: number, longest: number): Words => ({
  zh: `标签应是最多 ${most} 个、每个最多 ${longest} 个字符的列表`,
  en: `the tags are no list of at most ${most} texts of at most ${longest} characters`
})
export const answerUnread: Words = {
  zh: "答案既不是文字，也不是文字的列表",
  en: "the answer is neither a text nor a list of texts"
}
export const answerTooLong = (most: number): Words => ({
  zh: `答案太长：上限 ${most} 个字符`,
  en: `the answer is too long: at most ${most} characters`
})
export const answerFitsNone = (answer: string): Words => ({
  zh: `答案与任何选项都不符：${shown(answer)}`,
  en: `the answer fits none of the options: ${shown(answer)}`
})
export const neitherRightNorWrong = (answer: string): Words => ({
  zh: `判断题的答案既不是对也不是错：${shown(answer)}`,
  en: `the answer says neither right nor wrong: ${shown(answer)}`
})
export const letterWithoutOptions = (answer: string): Words => ({
  zh: `答案只有字母 ${shown(answer)}，而这一行没有选项，字母指的是什么无从得知：请补上选项，或把答案写成文字`,
  en: `the answer is only the letter ${shown(answer)}, and the row has no options that it could stand for: add them, or write the answer as text`
})
export const letterBeyondOptions = (letters: string, count: number): Words => ({
  zh: `答案是 ${shown(letters)}，但只有 ${count} 个选项`,
  en: `the answer is ${shown(letters)}, but there are only ${count} options`
})
export const severalForSingle = (answer: string): Words => ({
  zh: `题型是单选，答案却有多个：${shown(answer)}`,
  en: `the type says single choice, but the answer names several options: ${shown(answer)}`
})
export const numberUnclear = (answer: string): Words => ({
  zh: `答案是数字 ${shown(answer)}，文件里看不出选项是从 0 还是从 1 数起：请用 --index-from 0 或 1（HTTP 为 index_from）说明，或改用字母`,
  en: `the answer is the number ${shown(answer)}, and nothing in the file tells whether options count from 0 or from 1: say it with --index-from 0 or 1 (index_from over HTTP), or use letters`
})
export const numberBothWays = (answer: string): Words => ({
  zh: `答案是数字 ${shown(answer)}：作为第几个选项和作为选项的文字，指的不是同一个选项`,
  en: `the answer is the number ${shown(answer)}: as an option's place and as an option's text it means two different options`
})
export const numberBeyondOptions = (answer: string, count: number): Words => ({
  zh: `答案是第 ${shown(answer)} 个选项，但只有 ${count} 个选项`,
  en: `the answer is option number ${shown(answer)}, but there are only ${count} options`
})
export const numberConflict = (answer: string): Words => ({
  zh: `答案是数字 ${shown(answer)}：文件里有的行从 0 数起，有的从 1 数起，无法判断`,
  en: `the answer is the number ${shown(answer)}: some rows of the file count options from 0, others from 1`
})
export const letterBothWays = (answer: string): Words => ({
  zh: `答案 ${shown(answer)} 既是一个选项的序号，又是另一个选项的文字，而文件里的答案两种写法都有`,
  en: `the answer ${shown(answer)} is one option's letter and another option's text, and the file's answers are written in both ways`
})
export const otherBlanks = (answer: string, blanks: number): Words => ({
  zh: `题目有 ${blanks} 个空，答案的个数不同：${shown(answer)}`,
  en: `the question has ${blanks} blanks, and the answer has another number of parts: ${shown(answer)}`
})
export const answersDiffer = (one: string, other: string): Words => ({
  zh: `两处答案不一致：${shown(one)} 与 ${shown(other)}`,
  en: `two answers of the row contradict each other: ${shown(one)} and ${shown(other)}`
})
export const holdsPicture: Words = {
  zh: "题目或选项里有图片，文件里的图片无法导入",
  en: "the question or an option holds a picture, which cannot be imported from a file"
}
export const partsUnclear: Words = {
  zh: "答案有几层列表，看不出哪些是同一空的不同写法",
  en: "the answer is a list of lists, and it is not clear which of them are other wordings of one blank"
}

export const rowTooLong = (most: number): Words => ({
  zh: `这一行超过 ${most} 个字符`,
  en: `the row is longer than ${most} characters`
})
export const tooManyColumns = (most: number): Words => ({
  zh: `超过 ${most} 列`,
  en: `there are more than ${most} columns`
})
export const formulaWithoutValue = (cell: string): Words => ({
  zh: `${cell} 的公式没有存下结果：请打开文件另存一次`,
  en: `the formula in ${cell} has no value stored: open the file and save it again`
})
export const missingText = (cell: string): Words => ({
  zh: `单元格 ${cell} 指向不存在的文字`,
  en: `the cell ${cell} refers to a text that is not there`
})
export const errorCell = (cell: string, error: string): Words => ({
  zh: `单元格 ${cell} 是错误值 ${error}`,
  en: `the cell ${cell} holds the error ${error}`
})
export const dateWithoutYear = (cell: string): Words => ({
  zh: `单元格 ${cell} 是没有年份的日期或时间，多半是 Excel 把 1/2、3-4、1:2 之类自动改成的：请把它改成文本`,
  en: `the cell ${cell} holds a date without a year or a time, which Excel makes of 1/2, 3-4 or 1:2: write it as text`
})

export const tooDeep = (most: number): Words => ({
  zh: `嵌套超过 ${most} 层`,
  en: `it is nested deeper than ${most} levels`
})
export const noJson = (detail: string): Words => ({
  zh: `不是有效的 JSON：${detail}`,
  en: `this is no JSON: ${detail}`
})
export const noObject: Words = {
  zh: "不是含有题目和答案的对象",
  en: "it is no object with a question and an answer"
}

export const answersTwice: Words = {
  zh: "这道题有两处答案，而且不一样",
  en: "the question has two answers, and they differ"
}
export const answerUnclear: Words = {
  zh: "文末的答案看不出属于哪一部分：题号有重复",
  en: "the answers at the end do not say which part they belong to: its number stands in several"
}
export const textTooLong = (most: number): Words => ({
  zh: `文字太长：超过 ${most} 个字符，请分成几个文件`,
  en: `the text is longer than ${most} characters: part it into several files`
})
export const noQuestions = (begins: string): Words => ({
  zh: `没有找到题目：题目要有题号（1. 或 1、），选项写成 A. B. C.，答案写成“答案：B”或写在题干的括号里。文件开头是：${beginning(begins).zh}`,
  en: `no question was found: they are numbered (1. or 1、), with options as A. B. C., and the answer as "Answer: B" or in the brackets of the question. The file begins with: ${beginning(begins).en}`
})
