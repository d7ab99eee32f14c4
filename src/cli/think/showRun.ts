import { Clock, Effect, Stream } from "effect"
import type { ReasoningError } from "../../thinking/ReasoningError.ts"
import { emptyRun, fold, type RunState } from "../../thinking/RunState.ts"
import type { LoggedEvent } from "../../thinking/ThoughtEvent.ts"
import { makeLiveBlock } from "./LiveBlock.ts"
import { runView } from "./runView.ts"
import type { Words } from "./words.ts"

const redrawEvery = "100 millis"

/** Where a run is shown. */
export interface Screen {
  readonly isTerminal: boolean
  readonly columns: number
  readonly rows: number
  readonly write: (text: string) => void
}

/**
 * Shows a run while it goes on, and gives what it came to: on a terminal as a block that is drawn anew, elsewhere a line for each
 * thing that happened.
 */
export const showRun = Effect.fnUntraced(function* (
  events: Stream.Stream<LoggedEvent, ReasoningError>,
  screen: Screen,
  words: Words
) {
  let state: RunState = emptyRun
  const block = makeLiveBlock(screen.write)
  const draw = Effect.map(Clock.currentTimeMillis, (now) => {
    const lines = runView(state, { columns: screen.columns - 1, now, words })
    block.draw(lines.length < screen.rows ? lines : [...lines.slice(0, screen.rows - 2), ...lines.slice(-1)])
  })
  const follow = Stream.runForEach(events, (event) =>
    Effect.sync(() => {
      state = fold(state, event)
      const line = screen.isTerminal ? undefined : lineOf(event)
      if (line !== undefined) screen.write(`${line}\n`)
    })
  )
  if (!screen.isTerminal) yield* follow
  else {
    yield* Effect.scoped(
      Effect.gen(function* () {
        yield* Effect.forkScoped(Effect.forever(Effect.andThen(draw, Effect.sleep(redrawEvery))))
        yield* follow
      })
    ).pipe(Effect.ensuring(draw))
  }
  return state
})

/** What is worth a line where nothing can be drawn anew. */
const lineOf = ({ event, seq }: LoggedEvent): string | undefined => {
  switch (event.type) {
    case "Planned":
      return `${seq} planned: ${event.difficulty}, ${event.form}`
    case "ThreadStarted":
      return `${seq} thread ${event.thread} starts: ${event.strategy.name}`
    case "StepProposed":
      return `${seq} thread ${event.thread} step ${event.step}${event.revision === 0 ? "" : `, revision ${event.revision}`}`
    case "StepRevised":
    case "StepRejected":
      return `${seq} thread ${event.thread} step ${event.step} lost its vote`
    case "ThreadConcluded":
      return `${seq} thread ${event.thread} concludes: ${event.answer}`
    case "ThreadFailed":
      return `${seq} thread ${event.thread} failed: ${event.reason}`
    case "ThreadStopped":
      return `${seq} thread ${event.thread} stopped: ${event.why}`
    case "Agreed":
      return `${seq} agreed: ${event.normalised}`
    case "Disagreed":
      return `${seq} differ: ${event.answers.map(({ normalised }) => normalised).join(" / ")}`
    case "Degraded":
      return `${seq} degraded: ${event.why} (${event.detail})`
    default:
      return undefined
  }
}
