import type { Strategy, ThoughtEvent, Vote } from "../ThoughtEvent.ts"

type Event<Type extends ThoughtEvent["type"]> = Extract<ThoughtEvent, { readonly type: Type }>

/** One wording of a step: a revised step is another. */
export interface StepState {
  readonly step: number
  readonly revision: number
  readonly text: string
  readonly isLast: boolean
  /** Of the last step. */
  readonly answer: string | undefined
  /** What the thinker said of itself, 0 to 1. */
  readonly confidence: number | undefined
  /** `revised`: another wording took its place. */
  readonly verdict: "open" | "accepted" | "revised" | "rejected"
  readonly tested: boolean
  readonly challenges: ReadonlyArray<Pick<Event<"Challenged">, "challenger" | "found" | "counterexample">>
  readonly votes: ReadonlyArray<{ readonly voter: number; readonly vote: Vote; readonly reason: string }>
}

/** A thread of a run, with all that was thought in it. */
export interface ThreadState {
  readonly thread: number
  readonly strategy: Strategy
  readonly status: "running" | "concluded" | "failed" | "stopped"
  /** In the order they were proposed. */
  readonly steps: ReadonlyArray<StepState>
  readonly summary: { readonly upTo: number; readonly text: string } | undefined
  readonly conclusion: Omit<Event<"ThreadConcluded">, "type" | "thread"> | undefined
  /** Why it failed, or was stopped. */
  readonly end: { readonly reason: string; readonly detail: string } | undefined
}

/** The events that tell of one thread after it has started. */
export type EventOfThread = Event<
  | "StepProposed"
  | "Challenged"
  | "Voted"
  | "StepAccepted"
  | "StepRevised"
  | "StepRejected"
  | "Summarised"
  | "ThreadConcluded"
  | "ThreadFailed"
  | "ThreadStopped"
>

export const newThread = ({ strategy, thread }: Event<"ThreadStarted">): ThreadState => ({
  thread,
  strategy,
  status: "running",
  steps: [],
  summary: undefined,
  conclusion: undefined,
  end: undefined
})

/** The thread with one more event of it. */
export const foldThread = (state: ThreadState, event: EventOfThread): ThreadState => {
  switch (event.type) {
    case "StepProposed":
      return { ...state, steps: proposed(state.steps, event) }
    case "Challenged": {
      const { challenger, counterexample, found } = event
      return withStep(state, event, (step) => ({
        ...step,
        challenges: [...step.challenges, { challenger, found, counterexample }]
      }))
    }
    case "Voted": {
      const { reason, vote, voter } = event
      return withStep(state, event, (step) => ({ ...step, votes: [...step.votes, { voter, vote, reason }] }))
    }
    case "StepAccepted":
      return withStep(state, event, (step) => ({ ...step, verdict: "accepted", tested: step.tested || event.tested }))
    case "StepRevised":
      return withStep(state, event, (step) => ({ ...step, verdict: "revised", tested: true }))
    case "StepRejected":
      return withStep(state, event, (step) => ({ ...step, verdict: "rejected", tested: true }))
    case "Summarised":
      return { ...state, summary: { upTo: event.upTo, text: event.text } }
    case "ThreadConcluded": {
      const { answer, confidence, normalised, tested } = event
      return { ...state, status: "concluded", conclusion: { answer, normalised, confidence, tested } }
    }
    case "ThreadFailed":
      return { ...state, status: "failed", end: { reason: event.reason, detail: event.detail } }
    case "ThreadStopped":
      return { ...state, status: "stopped", end: { reason: event.why, detail: "" } }
  }
}

const isAt =
  (place: { readonly step: number; readonly revision: number }) =>
  ({ revision, step }: StepState): boolean =>
    step === place.step && revision === place.revision

const proposed = (steps: ReadonlyArray<StepState>, event: Event<"StepProposed">): ReadonlyArray<StepState> => {
  const step: StepState = {
    step: event.step,
    revision: event.revision,
    text: event.text,
    isLast: event.isLast,
    answer: event.answer,
    confidence: event.confidence,
    verdict: "open",
    tested: false,
    challenges: [],
    votes: []
  }
  const at = steps.findLastIndex(isAt(event))
  return at === -1 ? [...steps, step] : steps.with(at, step)
}

const withStep = (
  state: ThreadState,
  place: { readonly step: number; readonly revision: number },
  change: (step: StepState) => StepState
): ThreadState => {
  const at = state.steps.findLastIndex(isAt(place))
  const step = state.steps[at]
  return step === undefined ? state : { ...state, steps: state.steps.with(at, change(step)) }
}
