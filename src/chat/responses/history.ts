import { Effect } from "effect"
import type { OutputItem, ResponseObject } from "./ResponseObject.ts"
import { hasEnded } from "./ResponseObject.ts"
import type { ResponseStore, StoredResponse } from "./ResponseStore.ts"
import { responseOf } from "./ids.ts"
import type { Reference } from "./itemsOf.ts"
import type { StoredItem } from "./StoredItem.ts"
import { BadBody } from "../BadBody.ts"

// What is read back for one request: more turns or characters are a conversation that no model takes.
const mostTurns = 1000
const mostCharacters = 16_000_000

type Item = StoredItem | OutputItem

/** Reads what was said in earlier responses. */
export const makeHistory = (
  store: ResponseStore["Service"],
  current: (stored: StoredResponse) => Effect.Effect<ResponseObject>
) => {
  /** The conversation that a stored response ended, its own input and output included. */
  const upTo = Effect.fnUntraced(function* (previous: string) {
    const turns: Array<ReadonlyArray<Item>> = []
    let characters = 0
    for (let id: string | null = previous; id !== null;) {
      characters += yield* store.sizeOf(id)
      if (turns.length >= mostTurns || characters > mostCharacters) {
        return yield* unusable("the conversation is too long to be gone on with")
      }
      const stored: StoredResponse | undefined = yield* store.find(id)
      if (stored === undefined) return yield* unusable(`Previous response with id '${id}' not found.`)
      const response = yield* current(stored)
      if (!hasEnded(response)) return yield* unusable(`the response ${id} has not ended yet`)
      turns.push([...stored.items, ...response.output])
      id = stored.previous_id
    }
    return turns.reverse().flat()
  })

  const itemsIn = Effect.fnUntraced(function* (owner: string) {
    const stored = yield* store.find(owner)
    const items: ReadonlyArray<Item> = stored === undefined ? [] : [...stored.items, ...(yield* current(stored)).output]
    return new Map(items.map((item) => [item.id, item]))
  })

  /** Finds items of stored responses for one request: reads each response once, and no more of them than a conversation may have. */
  const makeItemOf = () => {
    const known = new Map<string, ReadonlyMap<string, Item>>()
    let characters = 0
    return Effect.fnUntraced(function* ({ id, param }: Reference) {
      const owner = responseOf(id)
      if (owner !== undefined && !known.has(owner)) {
        characters += yield* store.sizeOf(owner)
        if (known.size >= mostTurns || characters > mostCharacters)
          return yield* new BadBody({ param, detail: "too much is referred to" })
        known.set(owner, yield* itemsIn(owner))
      }
      const found = known.get(owner ?? "")?.get(id)
      return found ?? (yield* new BadBody({ param, detail: "no item of this id is kept" }))
    })
  }

  return { upTo, makeItemOf }
}

const unusable = (detail: string) => Effect.fail(new BadBody({ param: "previous_response_id", detail }))
