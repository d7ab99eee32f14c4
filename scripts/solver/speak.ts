import { drawWhole } from "../oracle/draw.ts"
import type { Exercise, Language } from "./Exercise.ts"
import type { Written } from "./workOut.ts"

const shown = (value: number): string => String(Math.round(value * 10_000) / 10_000)

/** A line of a working in words: the sum always as `12 × 7 = 84`. */
export const spokenLine = ({ left, line, right, value }: Written, language: Language): string => {
  const sum = `${shown(left)} ${line.sign} ${shown(right)} = ${shown(value)}`
  return language === "zh" ? `${line.about.zh}：${sum}。` : `For the ${line.about.en}: ${sum}.`
}

/** Sums in a text, as a reader takes them. */
export const sumsIn = (text: string) =>
  [...text.matchAll(/(-?\d+(?:\.\d+)?) ([+×÷-]) (-?\d+(?:\.\d+)?) = (-?\d+(?:\.\d+)?)/g)].map(
    ([, left, sign, right, value]) => ({ left: Number(left), sign, right: Number(right), value: Number(value) })
  )

/** The result put as the question wants it: a letter, right or wrong, or the number. */
export const answerOf = ({ claim, language, options }: Exercise, value: number): string => {
  if (claim !== undefined) {
    const isIt = Math.abs(claim - value) < 1e-6
    return language === "zh" ? (isIt ? "对" : "错") : isIt ? "true" : "false"
  }
  if (options.length === 0) return shown(value)
  const place = options.findIndex((option) => Math.abs(option - value) < 1e-6)
  // Whoever finds no option that fits takes the nearest.
  const nearest = options.reduce(
    (best, option, at) => (Math.abs(option - value) < Math.abs((options[best] ?? 0) - value) ? at : best),
    0
  )
  return String.fromCharCode(65 + (place >= 0 ? place : nearest))
}

const endings: Readonly<Record<Language, ReadonlyArray<(answer: string, sure: string) => string>>> = {
  en: [
    (answer, sure) => `STATUS: done\nANSWER: ${answer}\nCONFIDENCE: ${sure}`,
    (answer, sure) => `**STATUS:** done\n**ANSWER:** ${answer}\n**CONFIDENCE:** ${sure}`,
    (answer, sure) => `STATUS: done ANSWER: ${answer} CONFIDENCE: ${sure}`,
    (answer) => `So the result is \\boxed{${answer}}`,
    (answer, sure) => `Status: Done\nFinal answer: ${answer}.\nConfidence: ${Math.round(Number(sure) * 100)}%`
  ],
  zh: [
    (answer, sure) => `STATUS: done\nANSWER: ${answer}\nCONFIDENCE: ${sure}`,
    (answer, sure) => `状态：完成\n答案：${answer}\n置信度：${sure}`,
    (answer) => `所以结果是 \\boxed{${answer}}`,
    (answer, sure) => `STATUS: done\n**答案：** ${answer}\n把握：${Math.round(Number(sure) * 100)}%`,
    (answer, sure) => `STATUS：完成\nANSWER：${answer}\nCONFIDENCE：${sure}`
  ]
}

/** The end of a thinker's last step, in one of the dresses that models give it. */
export const ending = (
  language: Language,
  answer: string,
  confidence: number,
  ...key: ReadonlyArray<string | number>
): string => {
  const forms = endings[language]
  return forms[drawWhole(0, forms.length - 1, ...key, "ending")]?.(answer, confidence.toFixed(2)) ?? ""
}
