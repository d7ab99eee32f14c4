import { createHash } from "node:crypto"
import type { HttpServerRequest } from "effect/http"
import type { SharedRequest } from "./SharedTurns.ts"

/** By what a request is known again: its key, its body and its caller, and whether the client counts it as a further try. */
export const retryOf = (
  { headers, url }: HttpServerRequest.HttpServerRequest,
  body: string
): Pick<SharedRequest, "key" | "fingerprint" | "isRetry"> => {
  const caller = headers["authorization"] ?? ""
  const given = headers["idempotency-key"]
  const key = given === undefined || given === "" ? undefined : `${caller} ${given.slice(0, 255)}`
  const isRetry = Number(headers["x-stainless-retry-count"] ?? "0") > 0
  const fingerprint = () =>
    createHash("sha256")
      .update(JSON.stringify([caller, url, body]))
      .digest("base64")
  return { key, fingerprint, isRetry }
}
