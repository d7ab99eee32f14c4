import { createHash } from "node:crypto"
import type { HttpServerRequest } from "effect/http"
import type { Caller } from "../platform/Caller.ts"
import type { Retry } from "./SharedTurns.ts"

/** By what a request is known again: its key, its body and its caller, and whether the client counts it as a further try. */
export const retryOf = ({ headers, url }: HttpServerRequest.HttpServerRequest, body: string, caller: Caller): Retry => {
  const who = nameOf(caller) ?? headers["authorization"] ?? headers["x-api-key"] ?? ""
  const given = headers["idempotency-key"]
  const key = given === undefined || given === "" ? undefined : `${who} ${given.slice(0, 255)}`
  const isRetry = Number(headers["x-stainless-retry-count"] ?? "0") > 0
  const fingerprint = () =>
    createHash("sha256")
      .update(JSON.stringify([who, url, body]))
      .digest("base64")
  return { key, fingerprint, isRetry }
}

/** Somebody who is known is the same whatever token they show; of others all that tells them apart is the key they made up. */
const nameOf = ({ accountId, keyId, kind, userId }: Caller): string | undefined =>
  kind === "local" || kind === "anonymous" ? undefined : [kind, accountId, userId, keyId].join(" ")
