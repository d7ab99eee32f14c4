import type { ServerResponse } from "node:http"
import { openAiErrorBody, errorFormOf } from "../ErrorForm.ts"

/** A body and its content type. */
export interface BusyBody {
  readonly contentType: string
  readonly body: string
}

const message = "The server is busy. Try again in a moment."

// Written out once: where there is too much to do, this is to cost next to nothing.
const bodies = {
  problem: {
    contentType: "application/problem+json",
    body: JSON.stringify({ type: "about:blank", status: 503, title: "Service Unavailable", detail: message })
  },
  openai: { contentType: "application/json", body: JSON.stringify(openAiErrorBody({ status: 503, message })) },
  anthropic: {
    contentType: "application/json",
    body: JSON.stringify({ type: "error", error: { type: "overloaded_error", message } })
  }
} satisfies Record<ReturnType<typeof errorFormOf>, BusyBody>

/** What is said at an address while there is too much to do. */
export const busyBody = (url: string): BusyBody => bodies[errorFormOf(url)]

/** Says so, in a second to be asked again. The connection stays: to make another one would be more work still. */
export const sayBusy = (response: ServerResponse, { body, contentType }: BusyBody): void => {
  response
    .writeHead(503, { "content-type": contentType, "content-length": Buffer.byteLength(body), "retry-after": "1" })
    .end(body)
}
