// Where a request says who sends it, and what the words look like.
import type { HttpServerRequest } from "effect/http"
import { keyPrefix } from "../ApiKeys.ts"

const bearer = /^bearer +(\S.*)$/i
const inQuery = /[?&](?:token|key)=([^&#]*)/

/**
 * The credential of a request: `Authorization: Bearer …`, else `x-api-key`, else, where the route takes it, `token` or `key` of the query.
 * The first of these counts and the others are not looked at: a header is set on purpose, while an address is copied about with whatever
 * it had; and Anthropic's clients send both headers where both are configured. Another scheme than Bearer is somebody else's business,
 * such as that of a proxy in between.
 */
export const credentialOf = (
  { headers, url }: Pick<HttpServerRequest.HttpServerRequest, "headers" | "url">,
  takesQuery: boolean
): string | undefined => {
  const authorization = headers["authorization"]
  const token = authorization === undefined ? undefined : bearer.exec(authorization)?.[1]?.trim()
  if (token !== undefined) return token
  const apiKey = headers["x-api-key"]?.trim()
  if (apiKey !== undefined && apiKey !== "") return apiKey
  const given = takesQuery ? inQuery.exec(url)?.[1] : undefined
  return given === undefined || given === "" ? undefined : decoded(given)
}

const decoded = (text: string): string => {
  try {
    return decodeURIComponent(text)
  } catch {
    return text
  }
}

const jwt = /^eyJ[^.]*\.[^.]*\.[^.]*$/

/** What a credential claims to be; `other` may be the admin key, or something that a client made up. */
export const kindOf = (credential: string): "key" | "token" | "other" =>
  credential.startsWith(keyPrefix) ? "key" : jwt.test(credential) ? "token" : "other"
