import { HttpBody, HttpServerResponse } from "effect/http"

const largeBytes = 256 * 1024

/**
 * A large text as the bytes that it keeps once they are made. Sent as text it would be encoded anew for every client, and lie in memory
 * as often as there are clients that do not read it: two megabytes each, of the page of the API's description.
 */
export const sharedBytes = (reply: HttpServerResponse.HttpServerResponse): HttpServerResponse.HttpServerResponse => {
  const { body } = reply
  return body._tag === "Uint8Array" && body.text !== undefined && body.contentLength > largeBytes
    ? HttpServerResponse.setBody(reply, HttpBody.uint8Array(body.body, body.contentType))
    : reply
}
