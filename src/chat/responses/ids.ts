import { sortableUuid } from "../../platform/sortableUuid.ts"

const response = "resp_"
const pattern = /^(?:msg|fc|rs|fco)_(.+)_[io]\d+$/

/** A name that no one can guess: who knows it may read, go on from and delete the response. */
export const makeResponseId = (): string => `${response}${sortableUuid()}`

/** The id of an item that a response was given (`i`) or gave (`o`): it tells which response that was. */
export const itemId = (kind: "msg" | "fc" | "fco" | "rs", responseId: string, side: "i" | "o", index: number): string =>
  `${kind}_${responseId.slice(response.length)}_${side}${index}`

/** The response that an item's id belongs to; `undefined` where it is none of ours. */
export const responseOf = (item: string): string | undefined => {
  const own = pattern.exec(item)?.[1]
  return own === undefined ? undefined : `${response}${own}`
}
