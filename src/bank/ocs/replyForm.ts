import { HttpServerResponse } from "effect/http"
import type { AddressFault } from "../../platform/bounds/addressBounds.ts"
import { addressRefusedMessage } from "./messages.ts"
import { toAdapterReply } from "./AdapterReply.ts"
import { missReply } from "./OcsReply.ts"

/** Which of the two forms of replies is read at an address of quiz clients; `undefined` at all others. */
export const replyFormOf = (url: string): "query" | "adapter" | undefined => {
  if (/^\/api\/(?:v1\/)?query(?:[/?]|$)/.test(url)) return "query"
  return /^\/(?:api\/v1\/)?adapter-service\/search(?:[/?]|$)/.test(url) ? "adapter" : undefined
}

/** The reply to an address of quiz clients that holds too much, in their form; `undefined` at all others. */
export const ocsAddressRefused = (
  url: string,
  fault: AddressFault,
  requestId: string
): HttpServerResponse.HttpServerResponse | undefined => {
  const form = replyFormOf(url)
  if (form === undefined) return undefined
  const miss = missReply(undefined, addressRefusedMessage(fault), requestId)
  return HttpServerResponse.jsonUnsafe(form === "adapter" ? toAdapterReply(miss) : miss)
}
