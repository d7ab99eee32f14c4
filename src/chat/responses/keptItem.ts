import type { OutputItem } from "./ResponseObject.ts"
import type { StoredItem } from "./StoredItem.ts"

/** An item of an earlier response as part of this one's input; thoughts are no part of it. */
export const keptItem = (item: StoredItem | OutputItem): ReadonlyArray<StoredItem> => {
  if (item.type === "reasoning") return []
  if (item.type !== "message" || item.role !== "assistant") return [item]
  return [{ ...item, content: item.content.map(({ annotations, text, type }) => ({ type, text, annotations })) }]
}
