import type { HttpServerRequest } from "effect/http"
import type { AccessRule } from "./Access.ts"

/** What is wrong with a body before it is read: it is compressed, or of a type that the route does not take. */
export type UnusableBody = "encoded" | "other_type"

/**
 * Whether the body of a request, where it has one and the route reads it, can be used as it comes. A body without a type is of another
 * one: a web page may send that, too, without asking.
 */
export const unusableBody = (
  { headers }: Pick<HttpServerRequest.HttpServerRequest, "headers">,
  bodies: AccessRule["bodies"]
): UnusableBody | undefined => {
  if (bodies === "none" || !hasBody(headers)) return undefined
  const coding = headers["content-encoding"]?.trim().toLowerCase() ?? ""
  if (coding !== "" && coding !== "identity") return "encoded"
  return bodies === "any" || takes(bodies, headers["content-type"] ?? "") ? undefined : "other_type"
}

const hasBody = (headers: HttpServerRequest.HttpServerRequest["headers"]): boolean =>
  headers["transfer-encoding"] !== undefined || (headers["content-length"] ?? "0") !== "0"

const takes = (bodies: ReadonlySet<string>, contentType: string): boolean =>
  // As nearly all write it, first.
  bodies.has(contentType) || bodies.has(contentType.split(";", 1)[0]?.trim().toLowerCase() ?? "")
