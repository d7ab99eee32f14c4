import { keptClaims } from "./reading/keptClaims.ts"
import type { ThinkingSettings } from "./ThinkingSettings.ts"

export interface ContextStep {
  readonly step: number
  readonly text: string
}

/** Steps up to and including `upTo`, in fewer words. */
export interface StepSummary {
  readonly upTo: number
  readonly text: string
}

export interface ThreadContext {
  readonly text: string
  /** What a summary would be worth its call for: the last summary and the steps since, to be summed up together. */
  readonly toSummarise: StepSummary | undefined
}

interface ContextOptions {
  readonly steps: ReadonlyArray<ContextStep>
  readonly summary: StepSummary | undefined
  readonly settings: ThinkingSettings["context"]
  readonly language: "zh" | "en"
}

// Fewer characters than this are cheaper to send again than to sum up.
const worthSummarising = 1200
const longestOutlineLine = 80

/**
 * What a thinker sees of its own steps, the last of them always whole.
 * - `full`: all of them.
 * - `minimal`: the last one, and of those before it the first line.
 * - `smart`: the first (if it is to be preserved), a summary of the middle, the most recent. What is not summed up yet is shown whole.
 * - `window`: the last few.
 * - `compress`: of all but the last, what they claim (see `keptClaims`).
 */
export const threadContext = (options: ContextOptions): ThreadContext => {
  const { language, settings, steps } = options
  switch (settings.strategy) {
    case "full":
      return { text: written(steps, language), toSummarise: undefined }
    case "window":
      return { text: written(steps.slice(-settings.window), language), toSummarise: undefined }
    case "minimal":
      return { text: written(withLastWhole(steps, outlineOf), language), toSummarise: undefined }
    case "compress":
      return { text: written(withLastWhole(steps, claimsOf(settings.compression)), language), toSummarise: undefined }
    case "smart":
      return smart(options)
  }
}

const headings = {
  zh: { step: (step: number) => `第 ${step} 步：`, summary: (upTo: number) => `到第 ${upTo} 步为止的概要：` },
  en: { step: (step: number) => `Step ${step}:`, summary: (upTo: number) => `Summary of the steps up to step ${upTo}:` }
}

const written = (steps: ReadonlyArray<ContextStep>, language: "zh" | "en"): string =>
  steps.map(({ step, text }) => `${headings[language].step(step)}\n${text}`).join("\n\n")

/** Shortens all steps but the last; those of which nothing is left go. */
const withLastWhole = (
  steps: ReadonlyArray<ContextStep>,
  shorten: (text: string) => string
): ReadonlyArray<ContextStep> => [
  ...steps.slice(0, -1).flatMap(({ step, text }) => {
    const short = shorten(text)
    return short === "" ? [] : [{ step, text: short }]
  }),
  ...steps.slice(-1)
]

const outlineOf = (text: string): string => {
  const line = text.trim().split("\n", 1)[0] ?? ""
  return line.length > longestOutlineLine ? `${line.slice(0, longestOutlineLine - 1)}…` : line
}

const claimsOf = (share: number) => (text: string) => keptClaims(text, Math.ceil(text.length * share))

const smart = ({ language, settings, steps, summary }: ContextOptions): ThreadContext => {
  const recent = Math.max(1, settings.preserve_recent)
  const first = settings.preserve_first && steps.length > recent ? 1 : 0
  const middle = steps.slice(first, Math.max(first, steps.length - recent))
  // one that speaks of steps which are still shown, or of none that are left, is of another state of the thread
  const known = middle.some(({ step }) => step === summary?.upTo) ? summary : undefined
  const since = middle.filter(({ step }) => step > (known?.upTo ?? Number.NEGATIVE_INFINITY))
  const told = known === undefined ? [] : [`${headings[language].summary(known.upTo)}\n${known.text}`]
  const parts = (shown: ReadonlyArray<ContextStep>) => (shown.length === 0 ? [] : [written(shown, language)])
  const last = since.at(-1)
  const length = since.reduce((sum, { text }) => sum + text.length, 0)
  return {
    text: [
      ...parts(steps.slice(0, first)),
      ...told,
      ...parts(since),
      ...parts(steps.slice(first + middle.length))
    ].join("\n\n"),
    toSummarise:
      last === undefined || length < worthSummarising
        ? undefined
        : { upTo: last.step, text: [...told, ...parts(since)].join("\n\n") }
  }
}
