// What is wrong with a cell, if anything.
import type { Cell } from "./Cell.ts"
import type { Found } from "./Found.ts"
import { tagOf } from "./Outcome.ts"

/** Until then what a call held has to be given back, in milliseconds. */
export const longestClose = 100

/** Each thing that is not as it has to be, as a sentence; none where the cell is right. */
export const problemsOf = (cell: Cell, found: Found): ReadonlyArray<string> => [
  ...(found.outcome === cell.expected ? [] : [`ended as ${found.outcome}, not as ${cell.expected}`]),
  ...problemsOfAttempts(cell, found),
  ...problemsOfFinish(cell, found),
  ...problemsOfClosing(cell, found),
  ...(found.fibers === 0 ? [] : [`${found.fibers} fibers were left`])
]

const problemsOfAttempts = (cell: Cell, { attempts, requests }: Found): ReadonlyArray<string> => {
  // A connection that is refused is an attempt that no upstream can count.
  const expectedRequests = cell.fault.upstream === "refused" ? 0 : 1
  const recorded = tagOf(cell.expected)
  return [
    ...(requests === expectedRequests ? [] : [`the upstream counted ${requests} requests, not ${expectedRequests}`]),
    ...(attempts.length === 1 ? [] : [`${attempts.length} attempts were recorded, not 1`]),
    ...attempts.filter((outcome) => outcome !== recorded).map((outcome) => `an attempt was recorded as ${outcome}`)
  ]
}

const problemsOfFinish = (cell: Cell, { finish }: Found): ReadonlyArray<string> => {
  const expected = cell.expected === "answered" ? "stop" : undefined
  return finish === expected ? [] : [`the caller was told of ${finish ?? "no end"}, not of ${expected ?? "no end"}`]
}

const problemsOfClosing = (cell: Cell, found: Found): ReadonlyArray<string> => {
  const { active, closeMillis, openSockets, socketsAfterClose } = found
  const kept = cell.fault.endedBy === "reply" ? 1 : 0
  return [
    ...(active === 0 ? [] : [`the upstream still held ${active} calls`]),
    ...(openSockets <= kept ? [] : [`${openSockets} connections stayed open, not ${kept}`]),
    ...(socketsAfterClose === 0 ? [] : [`${socketsAfterClose} connections outlived the client`]),
    ...(cell.fault.endedBy === "caller" && closeMillis === undefined ? ["the upstream saw no call broken off"] : []),
    ...(closeMillis === undefined || closeMillis <= longestClose
      ? []
      : [`the upstream saw the call closed ${closeMillis} ms late`])
  ]
}
