import { Duration, Schema, Struct } from "effect"
import type { Settings } from "../platform/config/Settings.ts"
import type { ReasoningEffort } from "../providers/ChatModel.ts"
import { BudgetLimits, ThinkingSettings } from "./ThinkingSettings.ts"

const { budget: _, context, steps, threads, validation, ...single } = ThinkingSettings.fields
const anyOf = Schema.optionalKey

/** What a request may set of how it is thought through; what it leaves out is as its model's name says. */
export const ThinkingOverrides = Schema.Struct({
  ...Struct.map(single, anyOf),
  threads: anyOf(Schema.Struct(Struct.map(threads.fields, anyOf))),
  steps: anyOf(Schema.Struct(Struct.map(steps.fields, anyOf))),
  validation: anyOf(Schema.Struct(Struct.map(validation.fields, anyOf))),
  context: anyOf(Schema.Struct(Struct.map(context.fields, anyOf))),
  budget: anyOf(BudgetLimits)
}).annotate({ identifier: "ThinkingOverrides" })
export type ThinkingOverrides = typeof ThinkingOverrides.Type

/** A name under which questions are thought through, for lists of models. */
export interface PresetName {
  readonly name: string
  readonly description: string
}

/** All names but those that choose a model as well: `siku:<preset>@<provider>/<model>`, with `lite`, `standard` or `max`. */
export const presetNames: ReadonlyArray<PresetName> = [
  { name: "siku", description: "Thinks a question through as the settings say: few threads, more where they differ." },
  {
    name: "siku-lite",
    description: "One thread of few steps that nobody tests; a second one only where it is not sure."
  },
  { name: "siku-max", description: "More threads, and every step of theirs put to the test." },
  {
    name: "triple-thread-thinking",
    description: "Three threads from beginning to end, every step tested, and a model that makes one answer of them."
  },
  {
    name: "demo",
    description: "A scripted demonstration that needs neither key nor network. Its answers are not real."
  }
]

type Depth = (base: ThinkingSettings) => ThinkingSettings

const standard: Depth = (base) => base

const direct: Depth = (base) => ({ ...base, mode: "direct" })

const lite: Depth = (base) => ({
  ...base,
  mode: "adaptive",
  plan: false,
  threads: { ...base.threads, initial: 1, max: Math.min(2, base.threads.max), quorum: 2 },
  steps: { ...base.steps, max: Math.min(4, base.steps.max) },
  validation: { ...base.validation, policy: "off" }
})

const max: Depth = (base) => ({
  ...base,
  mode: "adaptive",
  plan: true,
  threads: {
    ...base.threads,
    initial: Math.max(3, base.threads.initial),
    max: Math.max(8, base.threads.max),
    quorum: Math.max(3, base.threads.quorum),
    certainty: Math.max(0.9, base.threads.certainty ?? 0)
  },
  validation: {
    ...base.validation,
    policy: "every",
    challengers: Math.max(3, base.validation.challengers),
    voters: Math.max(3, base.validation.voters),
    max_revisions: Math.max(2, base.validation.max_revisions)
  }
})

const triple: Depth = (base) => ({
  ...base,
  mode: "fixed",
  threads: { ...base.threads, initial: 3, max: 3 },
  validation: { ...base.validation, policy: "every" },
  fusion: "intelligent"
})

/** Short enough to watch, and with everything in it that there is to see. */
const demo: Depth = (base) => ({
  ...base,
  mode: "fixed",
  plan: true,
  threads: { ...base.threads, initial: 3, max: 3 },
  steps: { ...base.steps, max: 4 },
  validation: { ...base.validation, policy: "every", vote: "challenged", challengers: 2, voters: 3, max_revisions: 1 },
  fusion: "intelligent"
})

const depths: ReadonlyMap<string, Depth> = new Map([
  ["siku", standard],
  ["siku-lite", lite],
  ["siku-max", max],
  ["triple-thread-thinking", triple],
  ["demo", demo]
])
const depthsAt: ReadonlyMap<string, Depth> = new Map([
  ["lite", lite],
  ["standard", standard],
  ["max", max]
])

/** In place of the depth that the name says; `medium` leaves it as it is, for many clients send that unasked. */
const efforts: Partial<Record<ReasoningEffort, Depth>> = { none: direct, minimal: direct, low: lite, high: max }

/** Names of one depth, whatever the effort. */
const unchanging: ReadonlySet<Depth> = new Set([triple, demo])

interface Named {
  readonly depth: Depth
  /** The one model that plays every part. */
  readonly through: string | undefined
}

const named = (model: string): Named | undefined => {
  const at = /^siku:([a-z]+)@([^/]+(?:\/.+)?)$/.exec(model)
  const depth = at === null ? depths.get(model) : depthsAt.get(at[1] ?? "")
  if (depth === undefined) return undefined
  return { depth, through: at === null ? (model === "demo" ? "demo" : undefined) : at[2] }
}

const microUsd = (usd: number): number => Math.max(1, Math.round(usd * 1_000_000))

/** As they are configured. */
const configured = (thinking: Settings["thinking"]): ThinkingSettings => {
  const { budget, context, threads, validation } = thinking
  return {
    mode: thinking.mode,
    language: thinking.language,
    plan: thinking.plan,
    threads: {
      initial: threads.initial,
      max: threads.max,
      quorum: threads.quorum,
      certainty: threads.certainty,
      grace_ms: wholeMillis(threads.grace)
    },
    steps: { max: thinking.maxSteps, max_length: thinking.stepMaxLength },
    validation: {
      policy: validation.policy,
      early: validation.early,
      rate: validation.rate,
      confidence: validation.confidence,
      vote: validation.vote,
      challengers: validation.challengers,
      voters: validation.voters,
      pass_threshold: validation.passThreshold,
      max_revisions: validation.maxRevisions,
      arithmetic: validation.arithmetic,
      timeout_ms: wholeMillis(validation.timeout)
    },
    context: {
      strategy: context.strategy,
      preserve_first: context.preserveFirstStep,
      preserve_recent: context.preserveRecentSteps,
      window: context.window,
      compression: context.summaryCompressionTarget
    },
    fusion: thinking.fusion.strategy,
    budget: {
      ...(budget.calls === undefined ? {} : { calls: budget.calls }),
      ...(budget.tokens === undefined ? {} : { tokens: budget.tokens }),
      ...(budget.usd === undefined ? {} : { cost: microUsd(budget.usd) }),
      ...(budget.deadline === undefined ? {} : { deadline_ms: wholeMillis(budget.deadline) })
    }
  }
}

const wholeMillis = (duration: Duration.Duration): number => Math.round(Duration.toMillis(duration))

/** A request may ask for a smaller budget than the configured one, never for a larger. */
const smaller = (configured: BudgetLimits, asked: BudgetLimits): BudgetLimits => ({
  ...limit("calls", configured.calls, asked.calls),
  ...limit("tokens", configured.tokens, asked.tokens),
  ...limit("cost", configured.cost, asked.cost),
  ...limit("deadline_ms", configured.deadline_ms, asked.deadline_ms)
})

const limit = (name: keyof BudgetLimits, ...given: ReadonlyArray<number | undefined>): BudgetLimits => {
  const limits = given.filter((each) => each !== undefined)
  return limits.length === 0 ? {} : { [name]: Math.min(...limits) }
}

const override = (base: ThinkingSettings, own: ThinkingOverrides): ThinkingSettings => ({
  ...base,
  ...own,
  threads: { ...base.threads, ...own.threads },
  steps: { ...base.steps, ...own.steps },
  validation: { ...base.validation, ...own.validation },
  context: { ...base.context, ...own.context },
  budget: smaller(base.budget, own.budget ?? {})
})

/** No more threads than there may be are begun with or waited for. */
const fitted = (settings: ThinkingSettings): ThinkingSettings => {
  const { threads } = settings
  const most = threads.max
  const fitting = {
    ...settings,
    threads: { ...threads, initial: Math.min(threads.initial, most), quorum: Math.min(threads.quorum, most) }
  }
  return settings.mode === "sample" ? sampling(fitting) : fitting
}

/** Plain calls that are counted: threads of one step, all asked alike, that nobody plans or tests. */
export const sampling = (settings: ThinkingSettings): ThinkingSettings => ({
  ...settings,
  mode: "sample",
  plan: false,
  threads: { ...settings.threads, initial: Math.min(settings.threads.quorum, settings.threads.max) },
  steps: { ...settings.steps, max: 1 },
  validation: { ...settings.validation, policy: "off", arithmetic: false }
})

/**
 * How a question is thought through under a name, and the one model that is to play every part (`through`), where the name says
 * so. An effort other than medium decides the depth in place of the name, but for names of a depth of their own; what the request
 * sets wins over both. `undefined`: no such name.
 */
export const settingsFor = (
  thinking: Settings["thinking"],
  {
    effort,
    model,
    overrides = {}
  }: { readonly model: string; readonly effort?: ReasoningEffort; readonly overrides?: ThinkingOverrides }
): { readonly settings: ThinkingSettings; readonly through: string | undefined } | undefined => {
  const found = named(model)
  if (found === undefined) return undefined
  const { depth, through } = found
  const chosen = unchanging.has(depth) ? depth : ((effort && efforts[effort]) ?? depth)
  const deep = chosen(configured(thinking))
  const policy = thinking.validation.enabled ? deep.validation.policy : "off"
  const base = { ...deep, validation: { ...deep.validation, policy } }
  return { settings: fitted(override(base, overrides)), through }
}
