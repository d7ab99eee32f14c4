import { Array as Arr, Effect, Exit, Request, RequestResolver, type Schema } from "effect"
import type { SqlError } from "effect/sql"
import { type KnownKeyRow, makeKeyRows } from "./keyRows.ts"

class FindKey extends Request.Class<
  { readonly hash: string },
  KnownKeyRow | undefined,
  Schema.SchemaError | SqlError.SqlError
> {}

// A short stretch on the event loop.
const keysPerStatement = 50

/** Finds keys by their hashes, in one statement all that are looked for at the same time. */
export const makeFindKey = Effect.gen(function* () {
  const rows = yield* makeKeyRows
  const resolver = RequestResolver.make<FindKey>((entries) =>
    Effect.map(rows.withHashes([...new Set(Arr.map(entries, ({ request }) => request.hash))]), (found) => {
      const byHash = new Map(found.map((row) => [row.hash, row]))
      for (const entry of entries) entry.completeUnsafe(Exit.succeed(byHash.get(entry.request.hash)))
    })
  ).pipe(RequestResolver.batchN(keysPerStatement))
  return (hash: string) => Effect.request(new FindKey({ hash }), resolver)
})
