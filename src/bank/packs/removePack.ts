import { Clock, Effect } from "effect"
import { makeRowChanges } from "../admin/RowChanges.ts"
import type { StoredQuestion } from "../StoredQuestion.ts"
import type { Change } from "../write/questionRows.ts"
import { PackBusy, PackNotFound } from "./errors.ts"
import { immediate, immediately } from "./immediately.ts"
import type { OnProgress } from "./InstallOptions.ts"
import { type InstalledPack, makePackRows, type PackRow } from "./packRows.ts"

// Rows per transaction: each is read, written and goes into the history.
const rowsPerSlice = 50

/**
 * Takes a pack out of the bank, some rows at a time. A row is deleted or put back only if nobody has touched it since the
 * pack did, which its `updated_at` tells: every change sets a later one. What is put back has its old `updated_at` too.
 */
export const makeRemover = Effect.gen(function* () {
  const { change, flush, rows, sql } = yield* makeRowChanges
  const packRows = yield* makePackRows

  const begin = (name: string) =>
    Effect.gen(function* () {
      const pack = (yield* packRows.packs(name)).find(({ state }) => state !== "removed")
      if (pack === undefined) return yield* new PackNotFound({ name })
      if (pack.state !== "removing") yield* packRows.update(pack.id, { state: "removing" })
      return pack
    }).pipe(immediately(sql))

  /** The changes of one slice, with everything else of it written; `isLast` once nothing is left. */
  const slice = Effect.fnUntraced(function* (of: InstalledPack) {
    const pack = (yield* packRows.packs(of.name)).find(({ id }) => id === of.id)
    if (pack?.state !== "removing") return yield* new PackBusy({ name: of.name })
    const entries = yield* packRows.firstRows(pack.id, rowsPerSlice)
    const ids = entries.map(({ question_id }) => question_id)
    const standing = new Map((yield* rows.withIds(ids)).map((row) => [row.id, row]))
    const before = yield* packRows.before(pack.id, ids)
    const counts = { taken_out: 0, put_back: 0, kept: 0, gone: 0, untouched: 0 }
    const changes: Array<Change> = []
    const reopened: Array<string> = []
    for (const entry of entries) {
      const fate = fateOf(entry, standing.get(entry.question_id), before.get(entry.question_id))
      counts[fate.count]++
      if (fate.change === undefined) continue
      changes.push(fate.change)
      if (fate.count === "put_back") reopened.push(...(entry.feedback?.settled ?? []))
    }
    const withdrawn = yield* Effect.orDie(
      packRows.setFeedback(
        entries.flatMap(({ feedback }) => feedback?.made ?? []),
        "handled"
      )
    )
    yield* Effect.orDie(packRows.setFeedback(reopened, "open"))
    yield* Effect.orDie(packRows.deleteRows(pack.id, ids))
    const next: InstalledPack = {
      ...pack,
      taken_out: pack.taken_out + counts.taken_out,
      put_back: pack.put_back + counts.put_back,
      kept: pack.kept + counts.kept,
      gone: pack.gone + counts.gone,
      untouched: pack.untouched + counts.untouched,
      withdrawn: pack.withdrawn + withdrawn,
      ...(entries.length < rowsPerSlice
        ? { state: "removed" as const, removed_at: yield* Clock.currentTimeMillis }
        : {})
    }
    const { id, ...changed } = next
    yield* Effect.orDie(packRows.update(id, changed))
    return { changes, next }
  })

  return Effect.fn("Packs.remove")(function* (name: string, onProgress: OnProgress = () => Effect.void) {
    let pack = yield* begin(name)
    const author = { who: "admin", why: `pack ${pack.name} ${pack.version} removed`, reference: pack.id }
    do {
      let next = pack
      yield* immediate(
        change(author, () =>
          Effect.map(slice(pack), (done) => {
            next = done.next
            return done.changes
          })
        )
      )
      pack = next
      const { gone, kept, put_back, taken_out, untouched } = pack
      yield* onProgress(taken_out + put_back + kept + gone + untouched)
      yield* Effect.yieldNow
    } while (pack.state !== "removed")
    yield* flush
    return pack
  })
})

type Fate =
  | { readonly count: "gone" | "kept" | "untouched"; readonly change?: undefined }
  | { readonly count: "taken_out" | "put_back"; readonly change: Change }

const fateOf = (entry: PackRow, row: StoredQuestion | undefined, before: StoredQuestion | undefined): Fate => {
  if (entry.written_at === null) return { count: "untouched" }
  if (row === undefined) return { count: "gone" }
  if (row.updated_at !== entry.written_at) return { count: "kept" }
  if (entry.outcome === "added") return { count: "taken_out", change: { action: "deleted", before: row } }
  return before === undefined
    ? { count: "kept" }
    : { count: "put_back", change: { action: "edited", before: row, after: before } }
}
