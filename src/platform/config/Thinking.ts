import { Schema } from "effect"
import { ListOf, NumberFrom, SecondsFrom, Switch, WholeNumberFrom, WordFrom } from "./SettingValues.ts"

const DAY = 86_400
const Share = NumberFrom(0, 1)

/** How questions are thought through. */
export const Thinking = Schema.Struct({
  mode: WordFrom({ direct: "direct", sample: "sample", adaptive: "adaptive", fixed: "fixed" }),
  language: WordFrom({ auto: "auto", zh: "zh", en: "en" }),
  plan: Switch,
  maxSteps: WholeNumberFrom(1, 100),
  /** In characters. */
  stepMaxLength: WholeNumberFrom(100, 100_000),
  threads: Schema.Struct({
    initial: WholeNumberFrom(1, 16),
    max: WholeNumberFrom(1, 16),
    quorum: WholeNumberFrom(1, 16),
    certainty: Share,
    grace: SecondsFrom(0, DAY)
  }),
  validation: Schema.Struct({
    enabled: Switch,
    policy: WordFrom({ off: "off", every: "every", early: "early", sampled: "sampled", risk: "risk" }),
    vote: WordFrom({ challenged: "challenged", always: "always" }),
    challengers: WholeNumberFrom(0, 9),
    voters: WholeNumberFrom(0, 9),
    passThreshold: Share,
    timeout: SecondsFrom(1, DAY),
    maxRevisions: WholeNumberFrom(0, 5),
    arithmetic: Switch,
    early: WholeNumberFrom(0, 100),
    rate: Share,
    confidence: Share
  }),
  context: Schema.Struct({
    strategy: WordFrom({ full: "full", minimal: "minimal", smart: "smart", window: "window", compress: "compress" }),
    preserveFirstStep: Switch,
    preserveRecentSteps: WholeNumberFrom(0, 20),
    window: WholeNumberFrom(1, 50),
    summaryCompressionTarget: Share
  }),
  fusion: Schema.Struct({
    strategy: WordFrom({
      auto: "auto",
      intelligent: "intelligent",
      concat: "concat",
      simple_concat: "concat",
      consensus: "consensus",
      vote: "vote"
    })
  }),
  /** Limits of one run; what is not set is not limited. */
  budget: Schema.Struct({
    calls: Schema.optionalKey(WholeNumberFrom(1, 1_000_000)),
    tokens: Schema.optionalKey(WholeNumberFrom(1, 1_000_000_000)),
    usd: Schema.optionalKey(NumberFrom(0.000001, 1_000_000)),
    deadline: Schema.optionalKey(SecondsFrom(1, DAY))
  }),
  /** Most background runs of one account, and with one key or of one user, that have not ended; 0 is no limit. */
  runsPerAccount: WholeNumberFrom(0, 100_000),
  runsPerKey: WholeNumberFrom(0, 100_000),
  /** Days that runs are kept after their end; 0 keeps them for ever. */
  keepDays: WholeNumberFrom(0, 36_500)
})

/** Whether the bank's questions that no row answers are thought through. */
export const AnsweringMode = WordFrom({ quick: "quick", think: "think", auto: "auto" })

/** Types of the bank's questions. */
export const QuestionTypes = ListOf(
  WordFrom({
    single: "single",
    multiple: "multiple",
    judgement: "judgement",
    completion: "completion",
    essay: "essay",
    unknown: "unknown"
  })
)
