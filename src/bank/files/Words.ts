import { Schema } from "effect"

/** The languages that an import speaks. */
export const Language = Schema.Literals(["zh", "en"])
export type Language = typeof Language.Type

/** What is said to a person, in each of the languages. */
export type Words = Readonly<Record<Language, string>>

/** The same words in every language: names, numbers, texts of a file. */
export const sameWords = (text: string): Words => ({ zh: text, en: text })

/**
 * The first of these languages that an import speaks (`zh-CN,en;q=0.8`, `zh_CN.UTF-8`), read from the most wanted to the
 * least; `undefined` where it speaks none of them.
 */
export const languageOf = (wanted: string | undefined): Language | undefined => {
  const ranked = (wanted ?? "").split(",", 32).map((part, place) => {
    const [tag = "", ...parameters] = part.trim().toLowerCase().split(";")
    const quality = parameters.map((text) => /^\s*q=([\d.]+)$/.exec(text)?.[1]).find((found) => found !== undefined)
    return { tag, place, quality: Number(quality ?? 1) }
  })
  ranked.sort((a, b) => b.quality - a.quality || a.place - b.place)
  return ranked
    .filter(({ quality }) => quality > 0)
    .map(({ tag }) => (/^zh\b|^zh_/.test(tag) ? "zh" : /^en\b|^en_/.test(tag) ? "en" : undefined))
    .find((language) => language !== undefined)
}
