// How long an address may be and how many parameters its query may have, declared by each route in its contract and looked at before
// the address is taken apart.
import { Context } from "effect"
import { countUpTo } from "./readForm.ts"
import type { HttpServerResponse } from "effect/http"

/** The most that an address may hold. */
export interface AddressBounds {
  /** In characters, path and query together. */
  readonly length: number
  /** Parameters in the query. */
  readonly parameters: number
}

export const usualAddress: AddressBounds = { length: 16 * 1024, parameters: 64 }

/** Annotation of an endpoint or a group, the endpoint's going first. */
export const AddressBound = Context.Reference<AddressBounds>("siku/platform/bounds/AddressBound", {
  defaultValue: () => usualAddress
})

/** Why an address is not taken apart. */
export type AddressFault = "length" | "parameters"

export const addressFault = (url: string, { length, parameters }: AddressBounds): AddressFault | undefined => {
  if (url.length > length) return "length"
  const query = url.indexOf("?")
  return query >= 0 && countUpTo(url, "&", parameters, query) >= parameters ? "parameters" : undefined
}

/** The reply to an address that is not taken apart, for clients that read no problems; `undefined` for all others. */
export const AddressRefusal = Context.Reference<
  (url: string, fault: AddressFault, requestId: string) => HttpServerResponse.HttpServerResponse | undefined
>("siku/platform/bounds/AddressRefusal", { defaultValue: () => () => undefined })
