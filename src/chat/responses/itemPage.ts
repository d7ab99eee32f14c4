import type { StoredItem } from "./StoredItem.ts"

/** Which part of a list is asked for: at most `limit`, those behind the item `after`. */
export interface PageQuery {
  readonly limit?: number | undefined
  readonly after?: string | undefined
  readonly order?: "asc" | "desc" | undefined
}

const usualLimit = 20

/** A page of the items that went into a response. */
export const itemPage = (
  items: ReadonlyArray<StoredItem>,
  { after, limit = usualLimit, order = "desc" }: PageQuery
) => {
  const ordered = order === "asc" ? items : items.toReversed()
  const from = after === undefined ? 0 : ordered.findIndex(({ id }) => id === after) + 1
  const data = ordered.slice(from, from + limit)
  return {
    object: "list" as const,
    data,
    first_id: data[0]?.id ?? null,
    last_id: data.at(-1)?.id ?? null,
    has_more: from + limit < ordered.length
  }
}
