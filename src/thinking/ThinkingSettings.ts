import { Schema } from "effect"

const Count = (minimum: number, maximum: number) => Schema.Int.check(Schema.isBetween({ minimum, maximum }))
const Share = Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 }))
const Millis = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 86_400_000 }))

/**
 * `direct`: one call and no more. `sample`: plain calls, counted until one answer leads. `adaptive`: few threads first, more
 * where they differ, none longer than needed. `fixed`: all threads from the beginning to their ends.
 */
export const ThinkingMode = Schema.Literals(["direct", "sample", "adaptive", "fixed"])

/**
 * Which steps are put to the test. `early`: the first ones; `sampled`: a share of all; `risk`: conclusions that as many threads
 * hold as any other once no further thread may begin, and where answers cannot be counted, steps of a thinker who is not sure.
 */
export const ValidationPolicy = Schema.Literals(["off", "every", "early", "sampled", "risk"])

/** How much of a thread's own steps its thinker sees again. */
export const ContextStrategy = Schema.Literals(["full", "minimal", "smart", "window", "compress"])

/** How threads become one answer. `auto`: by rule where the answer is closed and threads agree, else by a model. */
export const FusionKind = Schema.Literals(["auto", "intelligent", "concat", "consensus", "vote"])

/** Most that a run may use; what is left out is not limited. */
export const BudgetLimits = Schema.Struct({
  /** Requests to platforms, retries included. */
  calls: Schema.optionalKey(Count(1, 1_000_000)),
  tokens: Schema.optionalKey(Count(1, 1_000_000_000)),
  /** In micro-USD. */
  cost: Schema.optionalKey(Count(1, 1_000_000_000_000)),
  /** From the beginning of the run to its answer. */
  deadline_ms: Schema.optionalKey(Millis)
}).annotate({ identifier: "BudgetLimits" })
export type BudgetLimits = typeof BudgetLimits.Type

/** Everything that decides how a question is thought through. Lengths are characters, times milliseconds. */
export const ThinkingSettings = Schema.Struct({
  mode: ThinkingMode,
  language: Schema.Literals(["auto", "zh", "en"]),
  /** Whether a model plans; without it threads take their strategies in a fixed order. */
  plan: Schema.Boolean,
  threads: Schema.Struct({
    initial: Count(1, 16),
    max: Count(1, 16),
    /** Threads that must conclude the same for the others to be stopped. */
    quorum: Count(1, 16),
    /** Posterior probability from which on the leading answer counts as the one that most further threads would give. */
    certainty: Schema.optionalKey(Share),
    /** What stragglers still get once enough threads have concluded. */
    grace_ms: Millis
  }),
  steps: Schema.Struct({ max: Count(1, 100), max_length: Count(100, 100_000) }),
  validation: Schema.Struct({
    policy: ValidationPolicy,
    /** Steps that `early` looks at. */
    early: Count(0, 100),
    /** Share of steps that `sampled` looks at. */
    rate: Share,
    /** Confidence below which `risk` looks at a step. */
    confidence: Share,
    /** Whether voters are asked even where no challenger found anything. */
    vote: Schema.Literals(["challenged", "always"]),
    challengers: Count(0, 9),
    voters: Count(0, 9),
    /** Share of the votes for or against that a step needs. */
    pass_threshold: Share,
    max_revisions: Count(0, 5),
    /** Whether sums in steps are worked out here; a step with a wrong one is thought anew without asking a critic. */
    arithmetic: Schema.optionalKey(Schema.Boolean),
    timeout_ms: Millis
  }),
  context: Schema.Struct({
    strategy: ContextStrategy,
    preserve_first: Schema.Boolean,
    preserve_recent: Count(0, 20),
    /** Steps that `window` keeps. */
    window: Count(1, 50),
    /** Share of its length that a summary, or what `compress` leaves, aims at. */
    compression: Share
  }),
  fusion: FusionKind,
  budget: BudgetLimits
}).annotate({ identifier: "ThinkingSettings" })
export type ThinkingSettings = typeof ThinkingSettings.Type
