// Readings of a title that may be what a page made of a stored one, but need not be: too little to call them one question, and
// enough to look whether the bank has it with the very same options.
import { replaceReferences } from "../imageAddress.ts"
import { imageReferences, makeQuestion, type Question } from "../Question.ts"
import { joinLines } from "./optionList.ts"

type Reading = (title: string) => string | undefined

// 第3章 线性表 …, 第二单元 …: the name of a chapter before the question.
const chapter = /^第[\d一二三四五六七八九十百]{1,4}(?:章|节|讲|单元|课|部分)\s*\S{1,20}\s+(?=\S{8})/
const withoutChapter: Reading = (title) => (chapter.test(title) ? title.replace(chapter, "") : undefined)

// The text of a formula whose raised or lowered signs stand on lines of their own: `x 2 +1`.
const script = /(?<=[A-Za-z)\]])\s(\d{1,2}|[n+-]|\d?[+-])\s?(?=$|[\s+\-=×·*/)\],，。;；的为是、(（\u4e00-\u9fff])/g
const raised: Reading = (title) => (title.search(script) < 0 ? undefined : title.replace(script, "^{$1}"))
const lowered: Reading = (title) => (title.search(script) < 0 ? undefined : title.replace(script, "_{$1}"))

// An image under another query: of another size, or with a mark of the time.
const withoutQueries: Reading = (title) =>
  title.includes("?")
    ? replaceReferences(title, (_, literal) =>
        /\.(?:png|jpe?g|gif|webp|bmp|svg)\?/i.test(literal) ? literal.replace(/\?.*$/, "") : undefined
      )
    : undefined

const readings: ReadonlyArray<Reading> = [withoutChapter, raised, lowered, withoutQueries]

/** Questions that this one may be, to be looked for with the same options. */
export const otherWordings = (question: Question): ReadonlyArray<Question> => {
  const { options, title, type } = question
  if (options.length === 0) return withOptionsInTitle(question)
  return readings.flatMap((read) => {
    const other = read(title)
    if (other === undefined || other === title) return []
    const again = makeQuestion({ title: other, options, type, images: besideOnly(question) })
    return again.titleKey === question.titleKey ? [] : [again]
  })
}

/** The images that stand in no text: those of the texts are found there. */
const besideOnly = (question: Question): ReadonlyArray<string> =>
  imageReferences(question).filter(
    (reference) => !question.title.includes(reference) && !question.options.some((option) => option.includes(reference))
  )

const inlineLetters = /\s+(?=[A-H]\s*[.、．:：)）]\s*\S)/

/** A title that was typed or copied with its options behind it. */
const withOptionsInTitle = ({ title, type }: Question): ReadonlyArray<Question> => {
  const [stem = "", ...parts] = title.split(inlineLetters)
  if (parts.length < 2 || stem === "" || joinLines(parts).length !== parts.length) return []
  const question = makeQuestion({ title: stem, options: parts, type })
  return question.options.every((option, at) => option !== parts[at]) ? [question] : []
}
