import { createHash } from "node:crypto"
import { Option } from "effect"
import type { HttpServerRequest } from "effect/http"
import type { Caller } from "../platform/Caller.ts"
import type { Retry } from "./SharedTurns.ts"

/** By what a request is known again: its key, its body and its caller, and whether the client counts it as a further try. */
export const retryOf = (request: HttpServerRequest.HttpServerRequest, body: string, caller: Caller): Retry => {
  const { headers, url } = request
  const who = nameOf(caller, request)
  const given = headers["idempotency-key"]
  const key = given === undefined || given === "" ? undefined : `${who} ${given.slice(0, 255)}`
  const isRetry = Number(headers["x-stainless-retry-count"] ?? "0") > 0
  const fingerprint = () =>
    createHash("sha256")
      .update(JSON.stringify([who, url, body]))
      .digest("base64")
  return { key, fingerprint, isRetry, owner: caller.accountId ?? who }
}

/**
 * Somebody who is known is the same whatever token they show; of others all that tells them apart is the key they made up, and where they
 * come from. As a list: nothing that anybody sends is the name of somebody else.
 */
const nameOf = (
  { accountId, keyId, kind, userId }: Caller,
  { headers, remoteAddress }: HttpServerRequest.HttpServerRequest
): string => {
  if (kind !== "local" && kind !== "anonymous") return JSON.stringify([kind, accountId, userId, keyId])
  const madeUp = headers["authorization"] ?? headers["x-api-key"] ?? null
  const from = kind === "local" ? [] : [Option.getOrNull(remoteAddress), headers["x-forwarded-for"] ?? null]
  return JSON.stringify([kind, madeUp, ...from])
}
