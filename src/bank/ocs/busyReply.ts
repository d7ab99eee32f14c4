import type { BusyBody } from "../../platform/server/busyReply.ts"
import { toAdapterReply } from "./AdapterReply.ts"
import { missReply } from "./OcsReply.ts"

const message = "服务繁忙，请稍后重试"
const miss = missReply(undefined, message, "")
const contentType = "application/json"

const query: BusyBody = { contentType, body: JSON.stringify(miss) }
const adapter: BusyBody = { contentType, body: JSON.stringify(toAdapterReply(miss)) }

/** What quiz clients are told at their addresses while there is too much to do; `undefined` at all others. */
export const ocsBusyBody = (url: string): BusyBody | undefined => {
  if (/^\/api\/(?:v1\/)?query(?:[/?]|$)/.test(url)) return query
  return /^\/(?:api\/v1\/)?adapter-service\/search(?:[/?]|$)/.test(url) ? adapter : undefined
}
