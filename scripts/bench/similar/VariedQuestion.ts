// A million questions whose trigrams are spread as in real banks: a few stems that everybody uses, words by Zipf's law, and
// entities that are rare. The same number is always the same question.
import { soundAlikes } from "../../../src/bank/similar/homophones.ts"

export interface VariedQuestion {
  readonly title: string
  readonly options: ReadonlyArray<string>
  readonly answer: string
}

/** Numbers from 0 up to 1, the same ones for the same seed (mulberry32). */
export const randomFrom = (seed: number) => {
  let state = (seed * 0x9e3779b1) >>> 0
  return (): number => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state)
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
}

// Digits and negations stay out: they would make guards of chance.
const characters = soundAlikes.filter((char) => !/[一二三四五六七八九十百千万亿零两不非无未没否勿莫的是了]/.test(char))
const vocabularySize = 40_000
const vocabulary: ReadonlyArray<string> = (() => {
  const random = randomFrom(7)
  const char = () => characters[Math.floor(random() ** 2 * characters.length)] ?? ""
  return Array.from({ length: vocabularySize }, () => (random() < 0.8 ? char() + char() : char() + char() + char()))
})()

const stems: ReadonlyArray<(word: () => string) => string> = [
  (word) => `下列关于${word()}${word()}的说法正确的是（　）`,
  (word) => `${word()}${word()}的主要特征是什么？`,
  (word) => `在${word()}的过程中，${word()}与${word()}之间的关系是（ ）。`,
  (word) => `根据${word()}理论，${word()}${word()}应当如何处理`,
  (word) => `简述${word()}${word()}的基本原理`,
  (word) => `《${word()}${word()}》的作者是谁？`,
  (word) => `${word()}与${word()}的区别在于____`,
  (word) => `我国${word()}${word()}的基本任务是`,
  (word) => `影响${word()}${word()}的主要因素包括哪些`,
  (word) => `关于${word()}${word()}，下列叙述错误的是`,
  (word) => `某单位在${word()}工作中发现${word()}存在问题，${word()}部门首先应当采取的措施是${word()}`,
  (word) => `被称为“${word()}之父”的${word()}是`,
  (word) => `下列属于${word()}${word()}的是`,
  (word) => `${word()}的定义是${word()}${word()}的总和，它反映了${word()}的本质属性`,
  (word) => `小明在学习${word()}时遇到了${word()}，老师建议他先复习${word()}，这体现了${word()}原则`,
  () => "下列说法正确的是"
]

export const variedQuestion = (index: number): VariedQuestion => {
  const random = randomFrom(index + 1)
  const word = () => vocabulary[Math.min(vocabularySize - 1, Math.floor(vocabularySize ** random()))] ?? ""
  const stem = stems[Math.floor(random() * stems.length)]
  const options = Array.from({ length: 4 }, (_, place) => `${word()}${word()}${place === 0 ? "" : word()}`)
  return { title: stem?.(word) ?? "", options, answer: options[0] ?? "" }
}

/** The question as another site shows it: other marks, a particle, or one wrong character of the same sound. */
export const otherWording = (index: number, soundAlike: (char: string) => string | undefined): VariedQuestion => {
  const question = variedQuestion(index)
  const options = [...question.options].reverse()
  const kind = index % 3
  if (kind === 0) return { ...question, options, title: `请问，${question.title.replace(/[，。“”]/g, "")}呢？` }
  if (kind === 1)
    return { ...question, options, title: `${question.title.replace("下列", "以下").replace("的", "")}（2分）` }
  const chars = [...question.title]
  const at = chars.findIndex((char, place) => place >= Math.floor(chars.length / 3) && soundAlike(char) !== undefined)
  if (at >= 0 && chars.length >= 16) chars[at] = soundAlike(chars[at] ?? "") ?? ""
  return { ...question, options, title: `${chars.join("")}吗` }
}
