// Ids that the service has told of, by the path of their collection and by how they begin, for the requests to come.

export interface KnownIds {
  /** Takes the ids out of a reply of a collection, or of one of its things. */
  readonly learn: (path: string, reply: unknown) => void
  /** One of the last ids of what a part of a path is called, else of the collection; undefined where none is known. */
  readonly pick: (path: string, parameter: string, number: number) => string | undefined
}

const mostKept = 40
const deepest = 3

const beginnings: Readonly<Record<string, string>> = {
  account_id: "acc",
  user_id: "usr",
  key_id: "key",
  order_id: "ord"
}

export const makeKnownIds = (): KnownIds => {
  const known = new Map<string, Array<string>>()
  const keep = (name: string, id: string) => {
    const ids = known.get(name) ?? []
    if (!ids.includes(id)) known.set(name, [...ids, id].slice(-mostKept))
  }
  return {
    learn: (path, reply) => {
      for (const id of idsIn(reply, deepest)) {
        keep(collectionOf(path), id)
        keep(id.split("_", 1)[0] ?? "", id)
      }
    },
    pick: (path, parameter, number) => {
      const ids = known.get(beginnings[parameter] ?? collectionOf(path)) ?? []
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
