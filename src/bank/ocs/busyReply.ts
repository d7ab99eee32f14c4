import type { BusyBody } from "../../platform/server/busyReply.ts"
import { toAdapterReply } from "./AdapterReply.ts"
import { missReply } from "./OcsReply.ts"
import { replyFormOf } from "./replyForm.ts"

const message = "服务繁忙，请稍后重试"
const miss = missReply(undefined, message, "")
const contentType = "application/json"

const bodies: Readonly<Record<"query" | "adapter", BusyBody>> = {
  query: { contentType, body: JSON.stringify(miss) },
  adapter: { contentType, body: JSON.stringify(toAdapterReply(miss)) }
}

/** What quiz clients are told at their addresses while there is too much to do; `undefined` at all others. */
export const ocsBusyBody = (url: string): BusyBody | undefined => {
  const form = replyFormOf(url)
  return form === undefined ? undefined : bodies[form]
}
