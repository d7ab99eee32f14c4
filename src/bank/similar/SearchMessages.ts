// What the service and the thread with the search index say to each other.
import type { Probe } from "./Probe.ts"

/** Both absolute. */
export interface SearchFiles {
  readonly bankFile: string
  readonly indexFile: string
}

export type ToSearch =
  | { readonly _tag: "Find"; readonly id: number; readonly probe: Probe }
  | { readonly _tag: "CatchUp"; readonly id: number }
  | { readonly _tag: "Stop" }

export type FromSearch =
  | { readonly _tag: "Found"; readonly id: number; readonly ids: ReadonlyArray<string> }
  | { readonly _tag: "UpToDate"; readonly id: number }

// Both sides are of one build: the tag tells all.
const hasTag = (value: unknown, tags: ReadonlyArray<string>): boolean =>
  typeof value === "object" && value !== null && "_tag" in value && tags.includes(String(value._tag))

export const isToSearch = (value: unknown): value is ToSearch => hasTag(value, ["Find", "CatchUp", "Stop"])
export const isFromSearch = (value: unknown): value is FromSearch => hasTag(value, ["Found", "UpToDate"])
export const isSearchFiles = (value: unknown): value is SearchFiles =>
  typeof value === "object" && value !== null && "bankFile" in value && "indexFile" in value
