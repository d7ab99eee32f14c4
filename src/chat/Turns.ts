import { Clock, Context, Effect, Layer, Option, Schema, Stream } from "effect"
import { CurrentUser, mayName } from "../platform/Caller.ts"
import { RequestId } from "../platform/RequestContext.ts"
import { ProviderAdmin } from "../providers/admin/ProviderAdmin.ts"
import { LiveSettings } from "../platform/settings/LiveSettings.ts"
import { Catalog } from "../providers/Catalog.ts"
import type { ChatModel } from "../providers/ChatModel.ts"
import { settingsFor } from "../thinking/presets.ts"
import { Reasoner } from "../thinking/Reasoner.ts"
import { whoThinks } from "../thinking/whoThinks.ts"
import type { RunningTurn, Turn, TurnError, TurnEvent } from "./Turn.ts"
import { makeModelList, type ModelEntry } from "./turns/modelList.ts"
import { plainCall } from "./turns/plainCall.ts"
import { type Refusal, unsupportedAnywhere, unsupportedByCalls, unsupportedByRuns } from "./turns/refusals.ts"
import { runEvents } from "./turns/runEvents.ts"
import { runRequest } from "./turns/runRequest.ts"
import { severalCalls } from "./turns/severalCalls.ts"

/** There is no model of this name. */
export class UnknownModel extends Schema.TaggedError<UnknownModel>()("UnknownModel", { model: Schema.String }) {
  override get message(): string {
    return `The model \`${this.model}\` does not exist.`
  }
}

/** What the model cannot do; `option` is the name of the option in `ChatRequest`. */
export class Unsupported extends Schema.TaggedError<Unsupported>()("Unsupported", {
  option: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return this.detail
  }
}

/**
 * Turns of conversations: plain calls of `<provider>/<model>` through the call policy, and runs of the reasoning engine under its names.
 * What cannot be had is refused before anything is asked. Leaving the events ends every model call.
 */
export class Turns extends Context.Service<
  Turns,
  {
    readonly begin: (
      turn: Turn
    ) => Effect.Effect<
      RunningTurn & { readonly events: Stream.Stream<TurnEvent, TurnError> },
      UnknownModel | Unsupported
    >
    /** Those that `CurrentUser` may name, and so with one of them. */
    readonly models: Effect.Effect<ReadonlyArray<ModelEntry>>
    readonly model: (id: string) => Effect.Effect<ModelEntry, UnknownModel>
  }
>()("siku/chat/Turns") {
  static readonly layer: Layer.Layer<Turns, never, Catalog | LiveSettings | ProviderAdmin | Reasoner> = Layer.effect(
    Turns,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const live = yield* LiveSettings
  const catalog = yield* Catalog
  const providers = yield* ProviderAdmin
  const reasoner = yield* Reasoner
  const startedAt = yield* Clock.currentTimeMillis
  const list = makeModelList({ live, catalog, providers, created: Math.floor(startedAt / 1000) })

  const plain = Effect.fnUntraced(function* (turn: Turn) {
    const model = yield* catalog.find("chat", turn.model)
    if (Option.isNone(model)) return yield* new UnknownModel({ model: turn.model })
    yield* refuse(unsupportedByCalls(turn))
    return { run: undefined, model: turn.model, events: eventsOf(model.value, turn) }
  })

  const begin = Effect.fnUntraced(function* (turn: Turn) {
    const { effort, model, thinking: overrides } = turn
    if (!mayName(yield* CurrentUser, model)) return yield* new UnknownModel({ model })
    yield* refuse(unsupportedAnywhere(turn))
    const found = settingsFor(live.current.thinking, {
      model,
      ...(effort === undefined ? {} : { effort }),
      ...(overrides === undefined ? {} : { overrides })
    })
    if (found === undefined) return yield* plain(turn)
    const thinkers = yield* whoThinks(catalog, { model, through: found.through })
    if (thinkers === undefined) return yield* new UnknownModel({ model })
    yield* refuse(unsupportedByRuns(turn))
    const request = runRequest(turn, found.settings, thinkers.through)
    const id = yield* reasoner.makeId
    const logged = reasoner
      .run({ id, request, background: false })
      .pipe(Stream.provideService(RequestId, yield* RequestId))
    return { run: id, model: thinkers.model, events: runEvents(logged, request, turn.whole ?? false) }
  })

  return Turns.of({
    begin,
    models: Effect.gen(function* () {
      const caller = yield* CurrentUser
      return (yield* list.all).filter(({ id }) => mayName(caller, id))
    }),
    model: Effect.fnUntraced(function* (id) {
      const entry = mayName(yield* CurrentUser, id) ? yield* list.find(id) : undefined
      return entry ?? (yield* new UnknownModel({ model: id }))
    })
  })
})

const eventsOf = (model: ChatModel, turn: Turn) =>
  turn.choices === undefined ? plainCall(model, turn) : severalCalls(model, turn, turn.choices)

const refuse = (refusal: Refusal | undefined): Effect.Effect<void, Unsupported> =>
  refusal === undefined ? Effect.void : Effect.fail(new Unsupported(refusal))
