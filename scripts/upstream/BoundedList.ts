/** Keeps the last `limit` of what was pushed. */
export interface BoundedList<A> {
  readonly push: (item: A) => void
  readonly recent: () => ReadonlyArray<A>
  readonly clear: () => void
}

/** An empty list with a limit. Old items go in batches, so that a push costs next to nothing. */
export const boundedList = <A>(limit: number): BoundedList<A> => {
  let items: Array<A> = []
  const trim = () => {
    if (items.length > limit) items = items.slice(items.length - limit)
  }
  return {
    push: (item) => {
      items.push(item)
      if (items.length >= 2 * limit + 1) trim()
    },
    recent: () => {
      trim()
      return items.slice()
    },
    clear: () => {
      items = []
    }
  }
}
