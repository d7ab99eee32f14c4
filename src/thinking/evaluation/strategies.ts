// The ways to think that an evaluation compares: each is the configured settings with what its name says changed.
import { sampling } from "../presets.ts"
import type { ThinkingSettings } from "../ThinkingSettings.ts"

/** A way to think, by name. */
export interface EvaluationStrategy {
  readonly name: string
  readonly description: string
  readonly settings: (configured: ThinkingSettings) => ThinkingSettings
}

type Validation = ThinkingSettings["validation"]

const fixed =
  (threads: number, changes: Partial<ThinkingSettings>, validation: Partial<Validation> = { policy: "off" }) =>
  (configured: ThinkingSettings): ThinkingSettings => ({
    ...configured,
    mode: "fixed",
    threads: { ...configured.threads, initial: threads, max: threads, quorum: threads },
    ...changes,
    validation: { ...configured.validation, ...validation }
  })

const adaptive =
  (validation: Partial<Validation> = {}) =>
  (configured: ThinkingSettings): ThinkingSettings => ({
    ...configured,
    mode: "adaptive",
    validation: { ...configured.validation, ...validation }
  })

const sample =
  (calls: number) =>
  (configured: ThinkingSettings): ThinkingSettings =>
    sampling({ ...configured, threads: { ...configured.threads, max: calls } })

const everyStep: Partial<Validation> = { policy: "every", vote: "always" }

/** All of them, in the order they are shown. */
export const strategies: ReadonlyArray<EvaluationStrategy> = [
  {
    name: "plain",
    description: "One call, as if the model were asked directly.",
    settings: (configured) => ({ ...configured, mode: "direct", plan: false })
  },
  {
    name: "sample-3",
    description: "Up to three plain calls, counted; fewer where the first agree.",
    settings: sample(3)
  },
  {
    name: "sample-5",
    description: "Up to five plain calls, counted; fewer where one answer leads.",
    settings: sample(5)
  },
  {
    name: "sample-9",
    description: "Up to nine plain calls, counted; fewer where one answer leads.",
    settings: sample(9)
  },
  {
    name: "fixed-1",
    description: "One thread, step by step, that nobody checks.",
    settings: fixed(1, { plan: false })
  },
  {
    name: "fixed-3",
    description: "Three threads to their ends; what most of them say is the answer.",
    settings: fixed(3, {})
  },
  {
    name: "fixed-3-every",
    description: "Three threads to their ends; every step is challenged and voted on.",
    settings: fixed(3, {}, everyStep)
  },
  {
    name: "adaptive",
    description: "As configured: few threads first, more where they differ, steps tested by the configured policy.",
    settings: adaptive()
  },
  {
    name: "adaptive-off",
    description: "Adaptive width; no step is tested.",
    settings: adaptive({ policy: "off" })
  },
  {
    name: "adaptive-early",
    description: "Adaptive width; the first steps of each thread are tested.",
    settings: adaptive({ policy: "early" })
  },
  {
    name: "adaptive-sampled",
    description: "Adaptive width; a share of all steps is tested.",
    settings: adaptive({ policy: "sampled" })
  },
  {
    name: "adaptive-risk",
    description: "Adaptive width; answers are tested where counting cannot decide between them.",
    settings: adaptive({ policy: "risk" })
  },
  {
    name: "adaptive-every",
    description: "Adaptive width; every step is challenged and voted on.",
    settings: adaptive(everyStep)
  },
  {
    name: "fusion-vote",
    description: "Three threads that nobody checks; their answers are counted.",
    settings: fixed(3, { fusion: "vote" })
  },
  {
    name: "fusion-consensus",
    description: "Three threads that nobody checks; a model is asked only where they differ.",
    settings: fixed(3, { fusion: "consensus" })
  },
  {
    name: "fusion-intelligent",
    description: "Three threads that nobody checks; a model always writes the answer.",
    settings: fixed(3, { fusion: "intelligent" })
  },
  {
    name: "fusion-concat",
    description: "Three threads that nobody checks; their texts are put one after the other.",
    settings: fixed(3, { fusion: "concat" })
  }
]

/** What is compared where nothing else is asked for; the others are compared with the first. */
export const usualStrategies: ReadonlyArray<string> = [
  "plain",
  "sample-5",
  "fixed-1",
  "fixed-3",
  "fixed-3-every",
  "adaptive",
  "adaptive-off"
]
