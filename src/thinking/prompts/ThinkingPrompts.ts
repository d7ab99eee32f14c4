import { Effect } from "effect"
import { type BadPrompt, PromptFiles, type PromptTemplate } from "../../platform/PromptFiles.ts"
import type { ChatMessage } from "../../providers/ChatModel.ts"
import type { ReasoningRequest } from "../ReasoningRequest.ts"
import type { AnswerForm } from "../AnswerForm.ts"
import type { Strategy, ThinkingRole } from "../ThoughtEvent.ts"
import { asData } from "./asData.ts"
import { conversationFor } from "./conversationFor.ts"
import { defaultStrategies } from "./defaultStrategies.ts"
import { languageOf, type PromptLanguage } from "./language.ts"
import { type FusedThread, formWording, wordings } from "./wording.ts"

type Conversation = ReadonlyArray<ChatMessage>

/** What each role is asked with: whole conversations, in the request's language. All texts given count as data in them. */
export interface ThinkingPrompts {
  /** The settings' language; `auto`: that of the last thing the user said. */
  readonly languageOf: (request: ReasoningRequest) => PromptLanguage
  readonly planner: (o: {
    readonly request: ReasoningRequest
    readonly threads: number
    readonly form: AnswerForm | undefined
  }) => Conversation
  /** `step` counts from 1, `maxLength` is characters. */
  readonly thinker: (o: {
    readonly request: ReasoningRequest
    readonly strategy: Strategy
    readonly form: AnswerForm
    readonly context: string
    readonly step: number
    readonly steps: number
    readonly maxLength: number
    readonly mustConclude: boolean
    readonly objection: { readonly previous: string; readonly counterexample: string } | undefined
  }) => Conversation
  readonly summarizer: (o: {
    readonly request: ReasoningRequest
    readonly text: string
    readonly maxLength: number
  }) => Conversation
  /** Challengers, counted from 1, look from different angles; voters begin at different ones, or they would all say the same. */
  readonly challenger: (o: {
    readonly request: ReasoningRequest
    readonly context: string
    readonly step: string
    readonly challenger: number
  }) => Conversation
  readonly voter: (o: {
    readonly request: ReasoningRequest
    readonly context: string
    readonly step: string
    readonly counterexamples: ReadonlyArray<string>
    readonly voter: number
  }) => Conversation
  readonly fusion: (o: {
    readonly request: ReasoningRequest
    readonly form: AnswerForm
    readonly threads: ReadonlyArray<FusedThread>
    readonly isConflict: boolean
  }) => Conversation
  /** Ways to go about a question where no model plans, the most useful first. */
  readonly defaultStrategies: (language: PromptLanguage) => ReadonlyArray<Strategy>
}

/** The prompts of all roles, `think/<role>.<language>.md`, read once at start. */
export const ThinkingPrompts: { readonly load: Effect.Effect<ThinkingPrompts, BadPrompt, PromptFiles> } = {
  load: Effect.gen(function* () {
    const planner = yield* loadRole("planner", ["threads", "form"])
    const thinker = yield* loadRole("thinker", [
      "strategy",
      "hint",
      "context",
      "step",
      "steps",
      "max_length",
      "form",
      "conclude",
      "objection"
    ])
    const summarizer = yield* loadRole("summarizer", ["text", "max_length"])
    const challenger = yield* loadRole("challenger", ["context", "step", "angle"])
    const voter = yield* loadRole("voter", ["context", "step", "counterexamples", "angle"])
    const fusion = yield* loadRole("fusion", ["threads", "conflict", "ending"])

    return {
      languageOf,
      defaultStrategies,
      planner: ({ form, request, threads }) =>
        filled(planner, request, ({ knownForm, unknownForm }) => ({
          threads: String(threads),
          form: form === undefined ? unknownForm : knownForm(form)
        })),
      thinker: ({ context, form, maxLength, mustConclude, objection, request, step, steps, strategy }) =>
        filled(thinker, request, (wording, language) => ({
          strategy: asData(strategy.name),
          hint: asData(strategy.hint),
          context: shown(context, language),
          step: String(step),
          steps: String(steps),
          max_length: String(maxLength),
          form: formWording(language, form, request.choices),
          conclude: mustConclude ? wording.mustConclude : wording.mayConclude,
          objection: objection === undefined ? "" : wording.objection(objection.previous, objection.counterexample)
        })),
      summarizer: ({ maxLength, request, text }) =>
        filled(summarizer, request, () => ({ text: asData(text), max_length: String(maxLength) })),
      challenger: ({ challenger: place, context, request, step }) =>
        filled(challenger, request, ({ angles }, language) => ({
          context: shown(context, language),
          step: asData(step),
          angle: angleOf(angles, place)
        })),
      voter: ({ context, counterexamples, request, step, voter: place }) =>
        filled(voter, request, (wording, language) => ({
          angle: angleOf(wording.angles, place),
          context: shown(context, language),
          step: asData(step),
          counterexamples:
            counterexamples.map((text, place) => wording.counterexample(place + 1, asData(text))).join("\n\n") ||
            wording.noCounterexamples
        })),
      fusion: ({ form, isConflict, request, threads }) =>
        filled(fusion, request, (wording, language) => ({
          threads: threads.map(wording.thread).join("\n\n"),
          conflict: isConflict ? wording.conflict : wording.agreement,
          ending: endingOf(request, form, language)
        }))
    }
  })
}

type ByLanguage<Variable extends string> = Readonly<Record<PromptLanguage, PromptTemplate<Variable>>>

const loadRole = Effect.fnUntraced(function* <const Variable extends string>(
  role: ThinkingRole,
  variables: ReadonlyArray<Variable>
) {
  const files = yield* PromptFiles
  const zh = yield* files.load(`think/${role}.zh`, variables)
  const en = yield* files.load(`think/${role}.en`, variables)
  return { zh, en } satisfies ByLanguage<Variable>
})

const filled = <Variable extends string>(
  templates: ByLanguage<Variable>,
  request: ReasoningRequest,
  values: (wording: (typeof wordings)[PromptLanguage], language: PromptLanguage) => Readonly<Record<Variable, string>>
): Conversation => {
  const language = languageOf(request)
  return conversationFor(request, templates[language](values(wordings[language], language)), language)
}

const angleOf = (angles: readonly [string, ...Array<string>], place: number): string =>
  angles[Math.max(0, place - 1) % angles.length] ?? angles[0]

const shown = (text: string, language: PromptLanguage): string =>
  text.trim() === "" ? wordings[language].nothingYet : asData(text)

const endingOf = ({ choices, format }: ReasoningRequest, form: AnswerForm, language: PromptLanguage): string => {
  const wording = wordings[language]
  if (format !== undefined && format.type !== "text") return wording.jsonEnding(format)
  return form === "open" ? wording.openEnding : wording.ending(formWording(language, form, choices))
}
