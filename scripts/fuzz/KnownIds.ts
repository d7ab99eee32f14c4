// Ids that the service has told of, by the path of their collection, for the requests to come.

export interface KnownIds {
  /** Takes the ids out of a reply of a collection, or of one of its things. */
  readonly learn: (path: string, reply: unknown) => void
  /** One of the last ids of a collection; undefined where none is known. */
  readonly pick: (path: string, number: number) => string | undefined
}

const mostKept = 40
const deepest = 3

export const makeKnownIds = (): KnownIds => {
  const known = new Map<string, Array<string>>()
  return {
    learn: (path, reply) => {
      const collection = collectionOf(path)
      const ids = known.get(collection) ?? []
      for (const id of idsIn(reply, deepest)) if (!ids.includes(id)) ids.push(id)
      known.set(collection, ids.slice(-mostKept))
    },
    pick: (path, number) => {
      const ids = known.get(collectionOf(path)) ?? []
      return ids[number % Math.max(1, ids.length)]
    }
  }
}

/** What stands before the id: `/v1/runs` of `/v1/runs/{id}/events`. */
const collectionOf = (path: string): string => path.replace(/\/\{.*$/, "")

const idsIn = (value: unknown, depth: number): ReadonlyArray<string> => {
  if (typeof value !== "object" || value === null || depth === 0) return []
  const inside = Object.values(value).flatMap((item) => idsIn(item, depth - 1))
  return "id" in value && typeof value.id === "string" ? [value.id, ...inside] : inside
}
