// Exercises of several kinds, in Chinese and English, that can be read back from their words.
import { drawWhole } from "../oracle/draw.ts"

export type Language = "zh" | "en"

/** A number of the exercise by its place, or what an earlier line of the working comes to. */
export type Operand = { readonly given: number } | { readonly line: number } | number

/** One line of the working: two operands and what is done with them. */
export interface Line {
  readonly left: Operand
  readonly sign: "+" | "-" | "×" | "÷"
  readonly right: Operand
  readonly about: Readonly<Record<Language, string>>
}

/** How an exercise is worked out. */
export interface Working {
  readonly lines: ReadonlyArray<Line>
}

export interface Kind {
  readonly name: string
  /** The words, with `#` where a number stands. */
  readonly words: Readonly<Record<Language, string>>
  readonly numbers: (draw: (least: number, most: number, name: string) => number) => ReadonlyArray<number>
  readonly right: Working
  /** What whoever falls into the trap of the exercise does instead. */
  readonly trap: Working
}

/** An exercise as it was read from, or is to be put in, words. */
export interface Exercise {
  readonly kind: Kind
  readonly language: Language
  readonly numbers: ReadonlyArray<number>
  /** What an answer is compared with, where the question is whether the result is this. */
  readonly claim: number | undefined
  readonly options: ReadonlyArray<number>
}

const given = (place: number): Operand => ({ given: place })
const line = (place: number): Operand => ({ line: place })
const working = (...lines: ReadonlyArray<readonly [Operand, Line["sign"], Operand, string, string]>): Working => ({
  lines: lines.map(([left, sign, right, zh, en]) => ({ left, sign, right, about: { zh, en } }))
})

export const kinds: ReadonlyArray<Kind> = [
  {
    name: "trees",
    words: {
      zh: "一条路长 # 米，从一端到另一端每隔 # 米种一棵树，两端都种，每棵树 # 元，一共要花多少元？",
      en: "A road is # metres long. Trees are planted along it every # metres, at both ends too, and each costs # dollars. How many dollars do they cost in all?"
    },
    numbers: (draw) => {
      const gap = draw(3, 9, "gap")
      return [gap * draw(11, 39, "gaps"), gap, draw(12, 48, "price")]
    },
    right: working(
      [given(0), "÷", given(1), "间隔数", "gaps"],
      [line(0), "+", 1, "两端都种，树比间隔多一棵", "trees, one more than gaps"],
      [line(1), "×", given(2), "总价", "cost"]
    ),
    trap: working([given(0), "÷", given(1), "棵数", "trees"], [line(0), "×", given(2), "总价", "cost"])
  },
  {
    name: "discount",
    words: {
      zh: "一件大衣原价 # 元，先降价 #%，再在降价后的价格上降价 #%，现价多少元？",
      en: "A coat costs # dollars. Its price is cut by # %, and then the reduced price is cut by # %. How many dollars does it cost now?"
    },
    numbers: (draw) => [draw(3, 19, "price") * 100, draw(2, 4, "first") * 10, draw(1, 3, "second") * 10],
    right: working(
      [100, "-", given(1), "第一次后还剩百分之几", "per cent left after the first cut"],
      [given(0), "×", line(0), "乘以这个百分数", "times that"],
      [line(1), "÷", 100, "第一次降价后", "after the first cut"],
      [100, "-", given(2), "第二次后还剩百分之几", "per cent left after the second cut"],
      [line(2), "×", line(3), "乘以这个百分数", "times that"],
      [line(4), "÷", 100, "现价", "price now"]
    ),
    trap: working(
      [given(1), "+", given(2), "一共降百分之几", "per cent cut in all"],
      [100, "-", line(0), "还剩百分之几", "per cent left"],
      [given(0), "×", line(1), "乘以这个百分数", "times that"],
      [line(2), "÷", 100, "现价", "price now"]
    )
  },
  {
    name: "pair",
    words: {
      zh: "一支笔和一个本子共 # 元，笔比本子贵 # 元，买 # 个本子要多少元？",
      en: "A pen and a pad cost # dollars together, and the pen costs # dollars more than the pad. How many dollars do # pads cost?"
    },
    numbers: (draw) => {
      const pad = draw(3, 19, "pad")
      const more = draw(6, 40, "more")
      return [2 * pad + more, more, draw(4, 17, "count")]
    },
    right: working(
      [given(0), "-", given(1), "两个本子的价钱", "two pads"],
      [line(0), "÷", 2, "一个本子", "one pad"],
      [line(1), "×", given(2), "总价", "cost"]
    ),
    trap: working([given(0), "-", given(1), "一个本子", "one pad"], [line(0), "×", given(2), "总价", "cost"])
  },
  {
    name: "snail",
    words: {
      zh: "蜗牛要爬出 # 米深的井，白天爬 # 米，夜里滑下 # 米，第几天能爬出井口？",
      en: "A snail climbs out of a well # metres deep. By day it climbs # metres, by night it slips back # metres. On which day does it reach the top?"
    },
    numbers: (draw) => {
      const slip = draw(2, 5, "slip")
      const net = draw(2, 4, "net")
      return [net * draw(9, 29, "days") + slip + net, slip + net, slip]
    },
    right: working(
      [given(0), "-", given(1), "最后一天之前要爬的", "before the last day"],
      [given(1), "-", given(2), "每天净爬", "gained a day"],
      [line(0), "÷", line(1), "之前的天数", "days before"],
      [line(2), "+", 1, "加上最后一天", "and the last day"]
    ),
    trap: working([given(1), "-", given(2), "每天净爬", "gained a day"], [given(0), "÷", line(0), "天数", "days"])
  },
  {
    name: "stock",
    words: {
      zh: "仓库有 # 箱货，卖出 # 箱后，又进了 # 车，每车 # 箱，现在有多少箱？",
      en: "A store holds # crates. It sells # of them, then # trucks bring # crates each. How many crates does it hold now?"
    },
    numbers: (draw) => [draw(150, 480, "start"), draw(31, 97, "sold"), draw(4, 17, "trucks"), draw(13, 38, "each")],
    right: working(
      [given(0), "-", given(1), "卖出后", "after selling"],
      [given(2), "×", given(3), "新进的", "brought"],
      [line(0), "+", line(1), "现在", "now"]
    ),
    trap: working([given(0), "-", given(1), "卖出后", "after selling"], [line(0), "+", given(2), "现在", "now"])
  },
  {
    name: "pages",
    words: {
      zh: "小明从一本书的第 # 页读到第 # 页（两页都读），每页约 # 字，一共读了多少字？",
      en: "Ann reads a book from page # to page #, both pages included, with # words on each. How many words does she read?"
    },
    numbers: (draw) => {
      const from = draw(12, 60, "from")
      return [from, from + draw(11, 47, "more"), draw(6, 19, "words") * 20]
    },
    right: working(
      [given(1), "-", given(0), "页码之差", "difference of the page numbers"],
      [line(0), "+", 1, "两端都读，页数多一", "pages, with both ends"],
      [line(1), "×", given(2), "字数", "words"]
    ),
    trap: working([given(1), "-", given(0), "页数", "pages"], [line(0), "×", given(2), "字数", "words"])
  }
]

export const applied = (sign: Line["sign"], left: number, right: number): number => {
  switch (sign) {
    case "+":
      return left + right
    case "-":
      return left - right
    case "×":
      return left * right
    case "÷":
      return left / right
  }
}

/** What an operand stands for, given the numbers of the exercise and what the lines so far came to. */
export const valueOf = (operand: Operand, numbers: ReadonlyArray<number>, lines: ReadonlyArray<number>): number =>
  typeof operand === "number"
    ? operand
    : "given" in operand
      ? (numbers[operand.given] ?? 0)
      : (lines[operand.line] ?? 0)

/** What a working comes to when nothing goes wrong. */
export const resultOf = ({ lines }: Working, numbers: ReadonlyArray<number>): number => {
  const values: Array<number> = []
  for (const { left, right, sign } of lines) {
    values.push(applied(sign, valueOf(left, numbers, values), valueOf(right, numbers, values)))
  }
  return values.at(-1) ?? 0
}

/** An exercise by its number; the same for the same seed. */
export const makeExercise = (seed: number, id: number): Exercise & { readonly id: number } => {
  const draw = (least: number, most: number, name: string) => drawWhole(least, most, seed, id, name)
  const kind = kinds[id % kinds.length]
  if (kind === undefined) throw new RangeError("there is no kind of exercise")
  const numbers = kind.numbers(draw)
  const right = resultOf(kind.right, numbers)
  const wrong = resultOf(kind.trap, numbers)
  const form = draw(1, 4, "form")
  const options = form === 1 ? [right, wrong, right + draw(2, 9, "near"), Math.max(1, right - draw(11, 19, "far"))] : []
  return {
    id,
    kind,
    language: draw(1, 2, "language") === 1 ? "zh" : "en",
    numbers,
    claim: form === 2 ? (draw(1, 2, "claim") === 1 ? right : wrong) : undefined,
    options: [...new Set(options)].sort((a, b) => ((a * 7919) % 97) - ((b * 7919) % 97))
  }
}

const claimed = {
  zh: (claim: number) => `有人说答案是 ${claim}。这个说法对吗？`,
  en: (claim: number) => `Somebody says that the answer is ${claim}. Is this right?`
}

/** The exercise in words. */
export const questionOf = ({ claim, kind, language, numbers }: Exercise): string => {
  let at = 0
  const words = kind.words[language].replace(/#/g, () => String(numbers[at++]))
  return claim === undefined ? words : `${words}\n${claimed[language](claim)}`
}

const readers = kinds.flatMap((kind) =>
  (["zh", "en"] as const).map((language) => ({
    kind,
    language,
    pattern: new RegExp(kind.words[language].replace(/[.?()%]/g, "\\$&").replace(/#/g, "(\\d+)"))
  }))
)

/** The exercise that stands in a prompt, with the options that are listed there; undefined where there is none. */
export const readExercise = (text: string): Exercise | undefined => {
  for (const { kind, language, pattern } of readers) {
    const found = pattern.exec(text)
    if (found === null) continue
    const claim = /(?:有人说答案是|Somebody says that the answer is) (\d+(?:\.\d+)?)/.exec(text)?.[1]
    const options = [...text.matchAll(/^[A-F][.、．)] ?(\d+(?:\.\d+)?)$/gm)].map(([, value]) => Number(value))
    return {
      kind,
      language,
      numbers: found.slice(1).map(Number),
      claim: claim === undefined ? undefined : Number(claim),
      options
    }
  }
  return undefined
}
