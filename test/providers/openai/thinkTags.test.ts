import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { makeThinkSplitter, splitThinking } from "../../../src/providers/openai/thinkTags.ts"
import { pieces } from "./streams.ts"

const split = (written: ReadonlyArray<string>) => {
  const splitter = makeThinkSplitter()
  const parts = [...written.map((piece) => splitter.push(piece)), splitter.end()]
  return {
    text: parts.map(({ text }) => text).join(""),
    reasoning: parts.map(({ reasoning }) => reasoning).join("")
  }
}

const Scraps = Schema.Array(
  Schema.Literals(["<think>", "</think>", "<think", "</", "think>", "<", ">", " ", "\n", "\t", "思", "a", "b c", "🙂"])
)
const Cuts = Schema.Array(Schema.Natural)

describe("the text of a reply", () => {
  it.prop("is split from its thoughts the same however the text was cut", [Scraps, Cuts], ([scraps, cuts]) => {
    const text = scraps.join("")
    const whole = split([text])
    assert.deepStrictEqual(split(pieces(text, cuts)), whole)
    assert.deepStrictEqual(split(text.split("")), whole)
  })

  it.prop("loses no letter and makes none up", [Scraps, Cuts], ([scraps, cuts]) => {
    const text = scraps.join("")
    const { reasoning, text: answer } = split(pieces(text, cuts))
    const letters = (from: string) => from.replace(/<\/?think>|\s/g, "")
    // one after the other: the end of a thought and the beginning of the answer may look like a tag together
    assert.strictEqual(letters(reasoning) + letters(answer), letters(text))
  })

  it.prop("is split as in a whole reply, where the tag was opened", [Scraps, Cuts], ([scraps, cuts]) => {
    const text = `<think>${scraps.join("")}`
    assert.deepStrictEqual(splitThinking(text), split(pieces(text, cuts)))
  })

  const cases: ReadonlyArray<readonly [string, string, { readonly text: string; readonly reasoning: string }]> = [
    ["is taken off the front", "<think>\nHm.\n</think>\n\nParis", { text: "Paris", reasoning: "Hm." }],
    ["may be empty", "<think>\n\n</think>\n\nParis", { text: "Paris", reasoning: "" }],
    ["may come in two goes", "<think>a</think>\n<think>b</think>c", { text: "c", reasoning: "a\n\nb" }],
    ["ends at the first closing tag", "<think>a</think>b</think>c", { text: "b</think>c", reasoning: "a" }],
    ["is all there is when its end is missing", "<think>Hm. Well", { text: "", reasoning: "Hm. Well" }],
    [
      "is not meant by a tag inside an answer",
      "Use <think>x</think>.",
      { text: "Use <think>x</think>.", reasoning: "" }
    ],
    ["is not meant by what only looks like a tag", "<thinking> so", { text: "<thinking> so", reasoning: "" }],
    ["is not meant by half a tag", "<thi", { text: "<thi", reasoning: "" }],
    ["leaves an answer's own white space alone", "  indented\n", { text: "  indented\n", reasoning: "" }]
  ]
  for (const [name, written, expected] of cases) {
    it(`thinking aloud ${name}`, () => {
      assert.deepStrictEqual(split([written]), expected)
      assert.deepStrictEqual(splitThinking(written), expected)
    })
  }

  it("gives out an answer and a thought as they come, not at the end", () => {
    const splitter = makeThinkSplitter()
    assert.deepStrictEqual(splitter.push("<think>one two"), { text: "", reasoning: "one two" })
    assert.deepStrictEqual(splitter.push(" three</th"), { text: "", reasoning: " three" })
    assert.deepStrictEqual(splitter.push("ink>fo"), { text: "fo", reasoning: "" })
    assert.deepStrictEqual(splitter.push("ur <"), { text: "ur <", reasoning: "" })
  })

  it("holds a thought without its opening tag, if it is whole: chat templates may keep it to themselves", () => {
    assert.deepStrictEqual(splitThinking("Hm.\n</think>\n\nParis"), { text: "Paris", reasoning: "Hm." })
    assert.deepStrictEqual(splitThinking("Hm.</think>"), { text: "", reasoning: "Hm." })
    const about = "A thought ends with </think> in the text."
    assert.deepStrictEqual(splitThinking(about), { text: about, reasoning: "" })
  })
})
