import type { PromptLanguage } from "../../thinking/prompts/language.ts"
import type { ThoughtEvent } from "../../thinking/ThoughtEvent.ts"
import { narration } from "./narration.ts"

const keyOf = ({
  revision,
  step,
  thread
}: {
  readonly thread: number
  readonly step: number
  readonly revision: number
}) => `${thread}/${step}/${revision}`

/**
 * Tells a run in words as it goes on: its plan, the steps that stand, what became of the others, and where threads differ. Of
 * most events there is nothing to tell.
 */
export const makeNarrator = (language: PromptLanguage): ((event: ThoughtEvent) => string | undefined) => {
  const words = narration[language]
  const proposed = new Map<string, string>()

  /** The text of a step whose fate is known now; a second verdict on the same step tells it no second time. */
  const decided = (place: Parameters<typeof keyOf>[0]): string | undefined => {
    const key = keyOf(place)
    const text = proposed.get(key)
    proposed.delete(key)
    return text
  }

  const tell = (event: ThoughtEvent): string | undefined => {
    switch (event.type) {
      case "Planned":
        return event.strategies.length === 0
          ? undefined
          : words.plan(
              words.difficulties[event.difficulty],
              event.strategies.map(({ name }) => name)
            )
      case "StepProposed":
        proposed.set(keyOf(event), event.text)
        return undefined
      case "StepAccepted": {
        const text = decided(event)
        return text === undefined ? undefined : words.step(event.thread, event.step, text)
      }
      case "StepRevised":
        decided(event)
        return words.revised(event.thread, event.step, event.counterexample)
      case "StepRejected":
        decided(event)
        return words.rejected(event.thread, event.step, event.counterexample)
      case "ThreadConcluded":
        return words.concluded(event.thread, event.answer)
      case "ThreadFailed":
        return words.failed(event.thread, event.detail)
      case "Agreed":
        return event.threads.length < 2 ? undefined : words.agreed(event.threads)
      case "Disagreed":
        return words.differ(event.answers)
      case "Degraded":
        return words.degraded(event.detail)
      default:
        return undefined
    }
  }

  return (event) => {
    const told = tell(event)
    return told === undefined ? undefined : `${told}\n\n`
  }
}
