// What models in each role say, by what they are asked.
import type { Asked } from "../../providers/policy/ScriptedPlatform.ts"

/** The words of a first step, by which a thinker knows that it has been there. */
export const firstStep = "Seven sixes are to be added."

export interface Words {
  readonly planner?: (asked: Asked) => string
  readonly thinker?: (asked: Asked) => string
  readonly challenger?: (asked: Asked) => string
  readonly voter?: (asked: Asked) => string
  readonly fusion?: (asked: Asked) => string
  readonly summarizer?: (asked: Asked) => string
}

export const textOf = ({ messages }: Asked): string => messages.map(({ content }) => content).join("\n")

export const plan = (difficulty = "medium") =>
  JSON.stringify({
    difficulty,
    form: "option",
    strategies: [
      { name: "direct", hint: "Calculate it." },
      { name: "backwards", hint: "Divide each option by 7." },
      { name: "estimate", hint: "Estimate first." },
      { name: "list", hint: "List the multiples." }
    ]
  })

export const step = (text: string, confidence = 0.8) => `${text}\nSTATUS: continue\nCONFIDENCE: ${confidence}`
export const conclusion = (text: string, answer: string, confidence = 0.8) =>
  `${text}\nSTATUS: done\nANSWER: ${answer}\nCONFIDENCE: ${confidence}`

const usual: Required<Words> = {
  planner: () => plan(),
  thinker: (asked) => (textOf(asked).includes(firstStep) ? conclusion("They make 42.", "B") : step(firstStep)),
  challenger: () => JSON.stringify({ found: false, counterexample: "" }),
  voter: () => JSON.stringify({ vote: "accept", reason: "It holds." }),
  fusion: () => "It is 42.\nANSWER: B",
  summarizer: () => "So far: sixes are added."
}

/** Says what its role says; the role is the model's name. */
export const speaking =
  (words: Words) =>
  (asked: Asked): string => {
    const all: Required<Words> = { ...usual, ...words }
    return Object.hasOwn(all, asked.model) ? (new Map(Object.entries(all)).get(asked.model)?.(asked) ?? "") : ""
  }
