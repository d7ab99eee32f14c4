import { Array as Arr, Context, Effect, Layer, Result } from "effect"
import type { SqlClient } from "effect/sql"
import type { Durability } from "../../platform/Durability.ts"
import type { AnswerCache } from "../AnswerCache.ts"
import type { QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"
import { newId } from "../write/newId.ts"
import type { Author, Change } from "../write/questionRows.ts"
import { changeRow } from "./changeRow.ts"
import { type Place, type QuestionFilter, QuestionSearch } from "./QuestionSearch.ts"
import { makeRowChanges } from "./RowChanges.ts"

export type BulkAction =
  | { readonly action: "delete" }
  | { readonly action: "add_tags" | "remove_tags"; readonly tags: ReadonlyArray<string> }
  | { readonly action: "set_status"; readonly status: QuestionStatus }

/** Which of the rows that a filter finds are left: ids behind `after`, up to the last there was when it started. */
export interface BulkRest {
  readonly after: string
  readonly upTo: string
}

/** Rows by their ids, or those that a filter finds at the time it starts; `rest` goes on where a portion of these ended. */
export type BulkTarget =
  | { readonly ids: ReadonlyArray<string> }
  | { readonly filter: QuestionFilter; readonly rest?: BulkRest | undefined }

export interface BulkResult {
  /** Rows there are, of this portion. */
  readonly matched: number
  /** Rows that were not so before, or would not be. */
  readonly changed: number
  /** What a filter has left for the next portion. */
  readonly rest: BulkRest | undefined
}

/** A portion of what a filter finds: so many rows are done, or so many looked at, a few seconds of work. */
export const bulkPortion = { matched: 10_000, scanned: 200_000 }

// Rows per transaction: each is read, written and goes into the history.
const rowsPerTransaction = 50

/**
 * Does to many questions what can be done to one, some at a time, so that everyone else gets on with theirs, and a portion a
 * call (`bulkPortion`). What is done when it is interrupted stays done; doing it again does the rest.
 */
export class BulkEdit extends Context.Service<
  BulkEdit,
  {
    readonly run: (
      target: BulkTarget,
      action: BulkAction,
      author: Author,
      options: { readonly dryRun: boolean }
    ) => Effect.Effect<BulkResult>
  }
>()("siku/bank/admin/BulkEdit") {
  static readonly layer: Layer.Layer<BulkEdit, never, SqlClient.SqlClient | Durability | AnswerCache | QuestionSearch> =
    Layer.effect(
      BulkEdit,
      Effect.suspend(() => make)
    )
}

const make = Effect.gen(function* () {
  const { change, flush, rows } = yield* makeRowChanges
  const search = yield* QuestionSearch

  const run = Effect.fn("BulkEdit.run")(function* (
    target: BulkTarget,
    action: BulkAction,
    author: Author,
    { dryRun }: { readonly dryRun: boolean }
  ) {
    let matched = 0
    let changed = 0
    let rest: BulkRest | undefined
    const work = Effect.fnUntraced(function* (ids: ReadonlyArray<string>) {
      for (const some of Arr.chunksOf(ids, rowsPerTransaction)) {
        const changes = dryRun
          ? Effect.flatMap(rows.withIds(some), (found) => {
              matched += found.length
              return Effect.succeed(found.flatMap((row) => changeOf(row, action, 0)))
            })
          : change(author, (now) =>
              Effect.map(rows.withIds(some), (found) => {
                matched += found.length
                return found.flatMap((row) => changeOf(row, action, now))
              })
            )
        changed += (yield* changes).length
        yield* Effect.yieldNow
      }
    })
    if ("ids" in target) yield* work([...new Set(target.ids)])
    else {
      // Rows that come in meanwhile have later ids.
      const upTo = target.rest?.upTo ?? newId()
      let scanned = 0
      let after: Place | undefined = target.rest === undefined ? undefined : { id: target.rest.after, confidence: 0 }
      do {
        const limit = Math.min(500, bulkPortion.matched - matched)
        const page = yield* search.page({ filter: target.filter, order: "oldest", limit, after, upTo })
        yield* work(page.rows.map(({ id }) => id))
        scanned += page.scanned
        after = page.next
      } while (after !== undefined && matched < bulkPortion.matched && scanned < bulkPortion.scanned)
      rest = after === undefined ? undefined : { after: after.id, upTo }
    }
    if (!dryRun) yield* flush
    return { matched, changed, rest }
  })

  return BulkEdit.of({ run })
})

const changeOf = (before: StoredQuestion, action: BulkAction, now: number): ReadonlyArray<Change> => {
  if (action.action === "delete") return [{ action: "deleted", before }]
  const changed = changeRow(before, fieldsOf(before, action), now)
  // Neither tags nor a status can be wrong.
  const after = Result.getOrElse(changed, () => before)
  return after === before ? [] : [{ action: "edited", before, after }]
}

const fieldsOf = (row: StoredQuestion, action: Exclude<BulkAction, { readonly action: "delete" }>) => {
  if (action.action === "set_status") return { status: action.status }
  const tags = new Set(action.tags.map((tag) => tag.trim()))
  return {
    tags: action.action === "add_tags" ? [...row.tags, ...tags] : row.tags.filter((tag) => !tags.has(tag))
  }
}
