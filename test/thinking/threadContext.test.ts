import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { type StepSummary, threadContext } from "../../src/thinking/threadContext.ts"
import { ContextStrategy, type ThinkingSettings } from "../../src/thinking/ThinkingSettings.ts"

const context: ThinkingSettings["context"] = {
  strategy: "full",
  preserve_first: true,
  preserve_recent: 2,
  window: 3,
  compression: 0.3
}
const stepsOf = (...texts: ReadonlyArray<string>) => texts.map((text, place) => ({ step: place + 1, text }))
const six = stepsOf("one", "two", "three", "four", "five", "six")

const shown = (
  settings: Partial<ThinkingSettings["context"]>,
  steps = six,
  summary: StepSummary | undefined = undefined,
  language: "zh" | "en" = "en"
) => threadContext({ steps, summary, settings: { ...context, ...settings }, language })

describe("threadContext", () => {
  it("shows all steps with full, in either language", () => {
    assert.strictEqual(shown({}, stepsOf("a", "b")).text, "Step 1:\na\n\nStep 2:\nb")
    assert.strictEqual(shown({}, stepsOf("甲"), undefined, "zh").text, "第 1 步：\n甲")
    assert.strictEqual(shown({}, []).text, "")
  })

  it("shows the last few with window", () =>
    assert.strictEqual(shown({ strategy: "window", window: 2 }).text, "Step 5:\nfive\n\nStep 6:\nsix"))

  it("shows the last step whole and the first lines of the others with minimal", () =>
    assert.strictEqual(
      shown({ strategy: "minimal" }, stepsOf(`${"x".repeat(100)}\nmore`, "two\nmore", "three\nmore")).text,
      `Step 1:\n${"x".repeat(79)}…\n\nStep 2:\ntwo\n\nStep 3:\nthree\nmore`
    ))

  it("shows claims and drops prose with compress, the last step whole", () => {
    const first =
      "Let us look at this calmly. It is a nice question. Therefore x = 4. We are pleased with that result here."
    assert.strictEqual(
      shown({ strategy: "compress" }, stepsOf(first, "Only prose here.", "This is prose as well.")).text,
      "Step 1:\nTherefore x = 4.\n\nStep 3:\nThis is prose as well."
    )
    const zh = shown(
      { strategy: "compress", compression: 0.5 },
      stepsOf("先看题目的背景如何。因此 x=4。心情不错，继续努力吧！", "完")
    )
    assert.strictEqual(zh.text, "Step 1:\n因此 x=4。\n\nStep 2:\n完")
  })

  const long = (name: string) => `${name} `.repeat(300).trim()
  const steps = stepsOf("first", long("b"), long("c"), long("d"), "fifth", "sixth")

  it("asks for a summary of a middle that is worth it with smart, and shows it whole until then", () => {
    const { text, toSummarise } = shown({ strategy: "smart" }, steps)
    assert.strictEqual(toSummarise?.upTo, 4)
    assert.strictEqual(toSummarise?.text, `Step 2:\n${long("b")}\n\nStep 3:\n${long("c")}\n\nStep 4:\n${long("d")}`)
    assert.strictEqual(text, shown({}, steps).text)
    assert.isUndefined(shown({ strategy: "smart" }).toSummarise)
  })

  it("shows first step, summary and recent steps with smart", () =>
    assert.deepStrictEqual(shown({ strategy: "smart" }, steps, { upTo: 4, text: "b, c, d" }), {
      text: "Step 1:\nfirst\n\nSummary of the steps up to step 4:\nb, c, d\n\nStep 5:\nfifth\n\nStep 6:\nsixth",
      toSummarise: undefined
    }))

  it("sums up the last summary and the steps since together", () => {
    const { text, toSummarise } = shown({ strategy: "smart", preserve_first: false }, steps, { upTo: 1, text: "sum" })
    assert.strictEqual(toSummarise?.upTo, 4)
    assert.isTrue(toSummarise?.text.startsWith("Summary of the steps up to step 1:\nsum\n\nStep 2:"))
    assert.isTrue(text.startsWith("Summary of the steps up to step 1:\nsum\n\nStep 2:"))
    assert.isUndefined(shown({ strategy: "smart" }, steps.slice(0, 4), { upTo: 2, text: "s" }).toSummarise)
  })

  it("keeps the last step even where no recent ones are to be kept", () =>
    assert.isTrue(
      shown({ strategy: "smart", preserve_recent: 0, preserve_first: false }).text.endsWith("Step 6:\nsix")
    ))

  const Texts = Schema.Array(Schema.String.check(Schema.isMaxLength(400))).check(
    Schema.isMinLength(1),
    Schema.isMaxLength(12)
  )
  const Count = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 5 }))
  it.prop(
    "always shows the last step whole, all steps in order, and never more than there is",
    [Texts, ContextStrategy, Count, Schema.Boolean, Count],
    ([texts, strategy, preserve_recent, preserve_first, upTo]) => {
      const all = stepsOf(...texts)
      const summary = upTo === 0 ? undefined : { upTo, text: "S" }
      const settings = { strategy, preserve_recent, preserve_first, window: Math.max(1, preserve_recent) }
      const { text, toSummarise } = shown(settings, all, summary)
      assert.isTrue(text.endsWith(`Step ${all.length}:\n${texts.at(-1) ?? ""}`))
      assert.isAtMost(text.length, shown({}, all).text.length + 60)
      const own = [...text.matchAll(/^(?:Step |Summary of the steps up to step )(\d+):$/gm)].map(([, step]) =>
        Number(step)
      )
      if (texts.every((step) => !/^(?:Step|Summary)/m.test(step))) {
        assert.deepStrictEqual(
          own,
          own.toSorted((a, b) => a - b)
        )
      }
      if (toSummarise !== undefined) {
        assert.isAtLeast(toSummarise.upTo, 1)
        assert.isBelow(toSummarise.upTo, all.length)
      }
    }
  )
})
