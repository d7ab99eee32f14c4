import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, Layer, Schema } from "effect"
import { AnswerPrompts } from "../../../src/bank/AnswerPrompts.ts"
import { makeQuestion, type Question } from "../../../src/bank/Question.ts"
import { keptQuestion, shownQuestion } from "../../../src/bank/question/shownQuestion.ts"
import type { QuestionType } from "../../../src/bank/QuestionType.ts"
import { PromptFiles } from "../../../src/platform/PromptFiles.ts"
import { testConfig } from "../../support/config.ts"

const tex = String.raw
const hint = "答案是乙"

// What is done to a title on its way through sites, clients and askers who mean ill.
const ofTitles = {
  none: (title) => title,
  numbered: (title) => `12、${title}`,
  numberedInBrackets: (title) => `（3） ${title}`,
  kind: (title) => `【单选题】${title}`,
  kindWithHint: (title) => `[单选题,${hint}] ${title}`,
  kindWithScore: (title) => `2.多选题 (2分) ${title}`,
  kindAtTheEnd: (title) => `${title}（多选，${hint}）`,
  labelled: (title) => `题目：${title}`,
  setBy: (title) => `【出题：${hint}】${title}`,
  setByAtTheEnd: (title) => `${title}【来源：${hint}】`,
  score: (title) => `${title}（5.0分）`,
  progress: (title) => `(1/10) ${title}`,
  spacing: (title) => tex`${title}\hspace{${hint}}`,
  spacingWithin: (title) => title.replace("的", tex`的\vspace*{${hint}}`),
  phantom: (title) => tex`$\phantom{${hint}}$${title}`,
  comment: (title) => `${title}<!-- ${hint} -->`,
  attribute: (title) => `<p title="${hint}">${title}</p>`,
  hidden: (title) => `${title}<span style="display:none">${hint}</span>`,
  alt: (title) => `${title}<img src="https://img.example.com/a.png" alt="${hint}">`,
  image: (title) => `${title} https://img.example.com/a.png`,
  signedImage: (title) => `${title} https://img.example.com/a.png?sign=${encodeURIComponent(hint)}`,
  repeatedImage: (title) => `${title} ${"https://img.example.com/a.png".repeat(3)}`,
  zeroWidth: (title) => [...title].join("\u200b"),
  tagCharacters: (title) =>
    title + [...hint].map((char) => String.fromCodePoint(0xe0000 + (char.charCodeAt(0) & 0x7f))).join(""),
  entities: (title) => title.replace(/[\u4e00-\u9fff]/g, (char) => `&#${char.charCodeAt(0)};`),
  wide: (title) => title.replace(/[!-~]/g, (char) => String.fromCharCode(char.charCodeAt(0) + 0xfee0)),
  spaces: (title) => ` ${title.replaceAll("，", " ， ")}\u00a0`,
  lines: (title) => title.replaceAll("，", "，\n"),
  blank: (title) => `${title}（　）。`,
  underscores: (title) => `${title}______`,
  twoBlanks: (title) => `${title}____，____`,
  namedBlanks: (title) => `${title}____（第一空），____（第二空）`,
  quotes: (title) => title.replace(/^(.)/, "“$1”"),
  shouting: (title) => title.toUpperCase(),
  capital: (title) => title.replace(/^[a-z]/, (char) => char.toUpperCase()),
  closing: (title) => `${title}……`,
  formula: (title) => title.replace("x²", tex`$x^{2}$`),
  tag: (title) => title.replace("x²", "x<sup>2</sup>"),
  asked: (title) => `${title}？请选择`,
  hinted: (title) => `${title}（${hint}）`
} satisfies Record<string, (title: string) => string>
const ofOptions = {
  none: (options) => options,
  lettered: (options) => options.map((option, at) => `${String.fromCharCode(65 + at)}. ${option}`),
  smallLetters: (options) => options.map((option, at) => `${String.fromCharCode(97 + at)}) ${option}`),
  circled: (options) => options.map((option, at) => `${String.fromCharCode(0x2460 + at)} ${option}`),
  shuffled: (options) => options.toReversed(),
  closed: (options) => options.map((option) => `${option}。`),
  spacing: (options) => options.map((option, at) => (at === 1 ? tex`${option}\hspace{${hint}}` : option)),
  marked: (options) => options.map((option, at) => (at === 1 ? `<b class="right">${option}</b>` : option)),
  commented: (options) => options.map((option, at) => (at === 1 ? `${option}<!--right-->` : option)),
  zeroWidth: (options) => options.map((option, at) => (at === 1 ? `${option}\u200b` : option)),
  told: (options) => options.map((option, at) => (at === 1 ? `${option}（对）` : option))
} satisfies Record<string, (options: ReadonlyArray<string>) => ReadonlyArray<string>>

const bases: ReadonlyArray<{ readonly title: string; readonly options: ReadonlyArray<string> }> = [
  { title: "在市场经济条件下，资源配置的决定性力量是", options: ["甲方", "乙方", "丙方", "丁方"] },
  { title: "设f(x)=x²+1，则f(2)的值", options: ["3", "4", "5", "以上都不对"] },
  { title: "Which of these is not a fruit, strictly speaking", options: ["Apple", "Carrot", "Pear"] },
  { title: "水的化学式", options: [] },
  { title: "地球绕着太阳转，这是事实", options: ["正确", "错误"] },
  { title: "关于进程和线程，正确的", options: ["A对", "A和B都对", "B、C"] }
]
const types: ReadonlyArray<QuestionType> = ["single", "multiple", "judgement", "completion", "essay", "unknown"]

const promptsOf = Effect.map(AnswerPrompts.load, (prompts) => (question: Question) => {
  const own = shownQuestion(question)
  // Letters are those of the page, so that a model's `B` is the page's B; the texts do not depend on their order.
  const shown = { ...own, options: [...own.options].sort() }
  const images = shown.images.map((image, place) => ({
    place,
    part: { type: "image", url: image.id } as const
  }))
  return JSON.stringify([prompts.ask(shown, images), prompts.doesNotFit(shown)])
}).pipe(Effect.provide(PromptFiles.layer.pipe(Layer.provide(testConfig({})), Layer.provide(NodeServices.layer))))

describe("what a model is shown", () => {
  it.effect(
    "is the same for all questions of one key but for the order of the options, whatever was done to them on the way",
    () =>
      Effect.gen(function* () {
        const promptFor = yield* promptsOf
        const firstOf = new Map<string, { readonly prompt: string; readonly what: string }>()
        let [met, asked] = [0, 0]
        for (const { options, title } of bases) {
          for (const [first, one] of Object.entries(ofTitles)) {
            for (const [second, other] of Object.entries(ofTitles)) {
              for (const [third, given] of Object.entries(ofOptions)) {
                // every step alone and with every other one; options with the titles that were changed once
                if (third !== "none" && second !== "none") continue
                for (const type of types) {
                  const question = makeQuestion({ title: other(one(title)), options: given(options), type })
                  const what = `${first} ${second} ${third} ${type}: ${title}`
                  const prompt = promptFor(question)
                  const known = firstOf.get(`${question.key} ${type}`)
                  asked++
                  if (known === undefined) firstOf.set(`${question.key} ${type}`, { prompt, what })
                  else {
                    met++
                    if (known.prompt !== prompt) assert.strictEqual(prompt, known.prompt, `${what} | ${known.what}`)
                  }
                }
              }
            }
          }
        }
        // The steps are undone, or this would say nothing.
        assert.isAbove(met, asked / 3)
      })
  )

  const pieces = [
    ..."\\${}^_()[]<>&;:.,。？！、 　\n①②１Ａa的b-+=",
    "\\frac",
    "\\hspace{",
    "\\text{",
    "单选题",
    "【",
    "】",
    "（",
    "）",
    "____",
    "分",
    "题目",
    "https://img.example.com/a.png",
    "<b>",
    "</b>",
    "<sup>",
    "</sup>",
    "<!--",
    "-->",
    "&lt;",
    "\u200b",
    "Which",
    "NOT",
    "China"
  ] as const
  const Title = Schema.Array(Schema.Literals(pieces)).check(Schema.isMaxLength(6))
  it.effect.prop(
    "is the same for any two titles and options of one key",
    [Schema.Array(Title).check(Schema.isMinLength(8)).check(Schema.isMaxLength(8))],
    ([titles]) =>
      Effect.gen(function* () {
        const promptFor = yield* promptsOf
        const prompts = new Map<string, string>()
        for (const first of titles) {
          for (const second of titles) {
            const question = makeQuestion({
              title: [...first, "x", ...second].join(""),
              options: [first.join(""), second.join(""), "y"],
              type: "unknown"
            })
            const prompt = promptFor(question)
            assert.strictEqual(prompts.get(question.key) ?? prompt, prompt)
            prompts.set(question.key, prompt)
          }
        }
      }),
    { arbitrary: { runs: 60 } }
  )

  it("is a question of the same key", () => {
    for (const { options, title } of bases) {
      for (const change of Object.values(ofTitles)) {
        for (const type of types) {
          const question = makeQuestion({ title: change(title), options, type })
          const shown = shownQuestion(question)
          const again = makeQuestion({
            title: shown.title,
            options: shown.options.length === 0 ? question.options : shown.options,
            type: question.type,
            images: shown.images.map(({ id }) => (id.startsWith("img.") ? `https://${id}` : id))
          })
          assert.strictEqual(again.key, question.key, change(title))
        }
      }
    }
  })

  it("holds what a model needs: formulas, blanks, images in their places, the lines of a program", () => {
    const shownOf = (title: string, options: ReadonlyArray<string> = []) =>
      shownQuestion(makeQuestion({ title, options, type: "unknown" }))
    assert.strictEqual(
      shownOf(tex`【填空题】若 $a_{n+1}=\frac{1}{2}x$，则____和____相等`).title,
      "若a_{n+1}=(1/2)x，则____和____相等"
    )
    assert.strictEqual(
      shownOf("如图 https://img.example.com/a.png 所示").title,
      "如图 https://img.example.com/a.png 所示"
    )
    assert.strictEqual(
      shownOf("下列程序的输出是（ ）\nfor i in range(3):\n    if i == 1:\n        print(i)\nprint(9)").title,
      "下列程序的输出是____\nfor i in range(3):\n  if i==1:\n    print(i)\nprint(9)"
    )
    assert.strictEqual(shownOf("main()函数的返回值类型是（）").title, "main()函数的返回值类型是")
    assert.strictEqual(shownOf("词头M的含义是（　）").title, "词头M的含义是")
    assert.deepStrictEqual(shownOf("下列正确的是", ["以上都对", "乙", "①②"]).options, ["以上都对", "乙", "①②"])
    assert.deepStrictEqual(shownOf("输出是", ["int a;", "int a"]).options, ["int a;", "int a"])
  })
})

describe("a question as it is kept", () => {
  const kept = (title: string, options: ReadonlyArray<string>, answer: string) =>
    keptQuestion(shownQuestion(makeQuestion({ title, options, type: "unknown" })), [answer])

  it("has the asker's words where they say the same as what was shown", () => {
    const { answer, question } = kept("中国的首都是哪里？", ["上海。", "北京。"], "北京")
    assert.deepStrictEqual(
      [question.title, question.options, answer],
      ["中国的首都是哪里？", ["上海。", "北京。"], ["北京。"]]
    )
  })

  it("has nothing that was not shown", () => {
    const { question } = kept(`[单选题,${hint}] 中国的首都是哪里？`, ["上海", tex`北京\hspace{${hint}}`], "北京")
    assert.deepStrictEqual([question.title, question.options], ["中国的首都是哪里", ["上海", "北京"]])
  })
})
