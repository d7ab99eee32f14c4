import { SECONDS_OF_A_DAY, type Setting, setting, YES_OR_NO } from "./Setting.ts"

const THREADS = "a whole number from 1 to 16"
const SHARE = "a number from 0 to 1"
const MODELS_ASKED = "a whole number from 0 to 9"

/** Where files of the other service may hold a setting of the validation. */
const inValidation = (...names: ReadonlyArray<string>): ReadonlyArray<string> =>
  names.flatMap((name) => [`validation.${name}`, `strategies.validation.${name}`])

/** The same of the context. */
const inContext = (name: string): ReadonlyArray<string> => [`context.${name}`, `strategies.context.${name}`]

/**
 * The settings about thinking questions through. Files of another service that reasons in threads hold the same settings at
 * the top level, which is where they are taken from as well.
 */
export const thinkingSettingsTable: ReadonlyArray<Setting> = [
  setting({
    path: "thinking.mode",
    default: "adaptive",
    allowed: '"direct", "sample", "adaptive" or "fixed"',
    description:
      "One model call (direct), plain calls whose answers are counted (sample), threads as they are needed (adaptive), or all threads from beginning to end (fixed)."
  }),
  setting({
    path: "thinking.language",
    default: "auto",
    allowed: '"auto", "zh" or "en"',
    description: "Language of the prompts for thinking; auto is that of the question."
  }),
  setting({
    path: "thinking.plan",
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether a model plans the threads first; without it they take their strategies in a fixed order."
  }),
  setting({
    path: "thinking.max_steps",
    default: "20",
    allowed: "a whole number from 1 to 100",
    description: "Most steps of a thread."
  }),
  setting({
    path: "thinking.step_max_length",
    default: "2000",
    allowed: "a whole number from 100 to 100000",
    description: "Most characters that a step is asked to have."
  }),
  setting({
    path: "thinking.threads.initial",
    default: "2",
    allowed: THREADS,
    description: "Threads that an adaptive run begins with; never more than thinking.threads.max."
  }),
  setting({
    path: "thinking.threads.max",
    elsewhere: ["thinking.num_threads"],
    default: "5",
    allowed: THREADS,
    description: "Most threads of a run, but for names that say it themselves; a fixed run has as many."
  }),
  setting({
    path: "thinking.threads.quorum",
    default: "2",
    allowed: THREADS,
    description: "Threads that must conclude the same for the others to be stopped; never more than there may be."
  }),
  setting({
    path: "thinking.threads.certainty",
    default: "0.8",
    allowed: SHARE,
    description:
      "Posterior probability, from the votes alone, at which the leading answer is taken: two to nothing give 0.88, three to one 0.81."
  }),
  setting({
    path: "thinking.threads.grace",
    default: "5",
    allowed: "a number of seconds from 0 to 86400",
    description: "Seconds that the last threads still get once enough have concluded."
  }),
  setting({
    path: "thinking.validation.enabled",
    elsewhere: inValidation("enabled"),
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether steps are put to the test at all."
  }),
  setting({
    path: "thinking.validation.policy",
    elsewhere: inValidation("policy"),
    default: "risk",
    allowed: '"off", "every", "early", "sampled" or "risk"',
    description:
      "Steps that are put to the test: none (off), all (every), the first ones (early), a share of all (sampled), or only where counting the threads' answers cannot decide (risk)."
  }),
  setting({
    path: "thinking.validation.vote",
    elsewhere: inValidation("vote"),
    default: "challenged",
    allowed: '"challenged" or "always"',
    description:
      "Whether voters are asked only about a step that a counterexample was found to, or about every one tested."
  }),
  setting({
    path: "thinking.validation.challengers",
    elsewhere: inValidation("num_counterexamples", "counterexample_count"),
    default: "3",
    allowed: MODELS_ASKED,
    description: "Models that look for a counterexample to a step, each from another side."
  }),
  setting({
    path: "thinking.validation.voters",
    elsewhere: inValidation("num_validators"),
    default: "3",
    allowed: MODELS_ASKED,
    description: "Models that vote on a step."
  }),
  setting({
    path: "thinking.validation.pass_threshold",
    elsewhere: inValidation("pass_threshold"),
    default: "0.6",
    allowed: SHARE,
    description: "Share of the votes that a step needs to stand; abstentions do not count."
  }),
  setting({
    path: "thinking.validation.timeout",
    elsewhere: inValidation("timeout"),
    default: "30",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds that testing one step may take; after it what was found so far decides."
  }),
  setting({
    path: "thinking.validation.max_revisions",
    elsewhere: inValidation("max_revisions"),
    default: "1",
    allowed: "a whole number from 0 to 5",
    description: "Times that a step which lost its vote is thought anew before it is dropped."
  }),
  setting({
    path: "thinking.validation.arithmetic",
    default: "true",
    allowed: YES_OR_NO,
    description:
      "Whether sums in steps are worked out by the service itself; a step with a wrong one is thought anew without asking a critic."
  }),
  setting({
    path: "thinking.validation.early",
    elsewhere: inValidation("early"),
    default: "2",
    allowed: "a whole number from 0 to 100",
    description: "First steps of a thread that the policy early tests."
  }),
  setting({
    path: "thinking.validation.rate",
    elsewhere: inValidation("rate"),
    default: "0.3",
    allowed: SHARE,
    description: "Share of all steps that the policy sampled tests."
  }),
  setting({
    path: "thinking.validation.confidence",
    elsewhere: inValidation("confidence"),
    default: "0.7",
    allowed: SHARE,
    description: "Confidence of the thinker below which the policy risk tests a step."
  }),
  setting({
    path: "thinking.context.strategy",
    elsewhere: [...inContext("strategy"), "strategies.context"],
    default: "smart",
    allowed: '"full", "minimal", "smart", "window" or "compress"',
    description:
      "What a thread sees of its own steps: all, the last, the first and last with a summary between, the last few, or their claims."
  }),
  setting({
    path: "thinking.context.preserve_first_step",
    elsewhere: inContext("preserve_first_step"),
    default: "true",
    allowed: YES_OR_NO,
    description: "Whether the strategy smart keeps the first step word for word."
  }),
  setting({
    path: "thinking.context.preserve_recent_steps",
    elsewhere: inContext("preserve_recent_steps"),
    default: "2",
    allowed: "a whole number from 0 to 20",
    description: "Last steps that the strategy smart keeps word for word."
  }),
  setting({
    path: "thinking.context.window",
    elsewhere: inContext("window"),
    default: "4",
    allowed: "a whole number from 1 to 50",
    description: "Last steps that the strategy window keeps."
  }),
  setting({
    path: "thinking.context.summary_compression_target",
    elsewhere: inContext("summary_compression_target"),
    default: "0.3",
    allowed: SHARE,
    description: "Share of its length that a summary aims at."
  }),
  setting({
    path: "thinking.fusion.strategy",
    elsewhere: ["fusion.strategy", "strategies.fusion", "strategies.fusion.strategy"],
    default: "auto",
    allowed: '"auto", "intelligent", "concat" ("simple_concat"), "consensus" or "vote"',
    description: "How threads become one answer; auto counts closed answers that agree and asks a model otherwise."
  }),
  setting({
    path: "thinking.budget.calls",
    allowed: "a whole number from 1 to 1000000",
    description: "Most requests to platforms for one run, retries included; without it no limit."
  }),
  setting({
    path: "thinking.budget.tokens",
    allowed: "a whole number from 1 to 1000000000",
    description: "Most tokens for one run; without it no limit."
  }),
  setting({
    path: "thinking.budget.usd",
    allowed: "a number of USD from 0.000001 to 1000000",
    description: "Most that one run may cost; it needs the prices of all models asked (ai.providers.<id>.prices)."
  }),
  setting({
    path: "thinking.budget.deadline",
    allowed: SECONDS_OF_A_DAY,
    description: "Seconds from the beginning of a run to its answer; without it no limit."
  }),
  setting({
    path: "thinking.runs_per_account",
    default: "256",
    allowed: "a whole number from 0 to 100000",
    description:
      "Most runs of one account in the background that have not ended; more get a 429. 0 is no limit but that of the service."
  }),
  setting({
    path: "thinking.runs_per_key",
    default: "128",
    allowed: "a whole number from 0 to 100000",
    description:
      "Most runs with one key or of one user in the background that have not ended; more get a 429. 0 is no limit."
  }),
  setting({
    path: "thinking.keep_days",
    default: "30",
    allowed: "a whole number from 0 to 36500",
    description:
      "Days that a run is kept after its end; 0 keeps all. One that a question of the bank comes from is kept as well."
  })
]
