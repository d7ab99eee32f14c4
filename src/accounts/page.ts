import { Effect } from "effect"

export const usualLimit = 50

/** A page of a list: asks for one more than it shows, which tells whether there is a next page. */
export const page = <A extends { readonly id: string }, E, R>(
  limit: number | undefined,
  list: (limit: number) => Effect.Effect<ReadonlyArray<A>, E, R>
) =>
  Effect.map(list((limit ?? usualLimit) + 1), (found) => {
    const shown = found.slice(0, limit ?? usualLimit)
    return { shown, next: found.length > shown.length ? (shown.at(-1)?.id ?? null) : null }
  })
