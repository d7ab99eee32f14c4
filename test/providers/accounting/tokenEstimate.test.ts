import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import {
  makeWeigher,
  mostTokensOf,
  tokensOfWeight,
  weightOfText
} from "../../../src/providers/accounting/tokenEstimate.ts"
import samples from "./tokenSamples.json" with { type: "json" }

const tokenizers = ["o200k", "qwen3", "deepseek_v3", "gemma3", "llama3"] as const
type Sample = (typeof samples.usual)[number]

const estimate = (text: string): number => tokensOfWeight(weightOfText(text))
const sumOf = (chosen: ReadonlyArray<Sample>, count: (sample: Sample) => number) =>
  chosen.reduce((sum, sample) => sum + count(sample), 0)
const medianOf = ({ tokens }: Sample): number =>
  tokenizers.map((name) => tokens[name]).toSorted((left, right) => left - right)[2] ?? 0

describe("the estimate of tokens", () => {
  for (const language of ["zh", "en"]) {
    const chosen = samples.usual.filter(({ name }) => name.startsWith(language))
    for (const tokenizer of tokenizers) {
      it(`is within a quarter of what ${tokenizer} counts of the samples in ${language}`, () => {
        const counted = sumOf(chosen, ({ tokens }) => tokens[tokenizer])
        const estimated = sumOf(chosen, ({ text }) => estimate(text))
        assert.isAtMost(Math.abs(estimated / counted - 1), 0.25, `${estimated} for ${counted}`)
      })
    }
  }

  it("is within a third of the median for every sample, in whatever language or form", () => {
    for (const sample of samples.usual) {
      const [estimated, counted] = [estimate(sample.text), medianOf(sample)]
      assert.isAtMost(Math.abs(estimated / counted - 1), 1 / 3, `${sample.name}: ${estimated} for ${counted}`)
    }
  })

  it.prop(
    "is the same of a text in pieces, wherever it is cut",
    { text: Schema.String, at: Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 40 })) },
    ({ at, text }) => {
      const weigh = makeWeigher()
      assert.strictEqual(weigh(text.slice(0, at)) + weigh(text.slice(at)), weightOfText(text))
    }
  )

  it("never exceeds what is held, and neither does any tokenizer, of texts that are hard to put into tokens", () => {
    for (const { name, text, tokens } of [...samples.hard, ...samples.usual]) {
      const held = mostTokensOf(text)
      for (const tokenizer of tokenizers) assert.isAtMost(tokens[tokenizer], held, `${name}, ${tokenizer}`)
    }
  })
})
