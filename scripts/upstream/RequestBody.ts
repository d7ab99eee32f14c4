// The body of a request, as text and as JSON.
import type { IncomingMessage } from "node:http"

/** Calls back with the whole body as text; never, where the client closes before its end. */
export const readText = (request: IncomingMessage, onText: (text: string) => void): void => {
  let text = ""
  request.setEncoding("utf8")
  request.on("data", (chunk: string) => {
    text += chunk
  })
  request.once("end", () => onText(text))
}

/** The value of a body that is JSON, else its text. */
export const parsedBody = (text: string): unknown => {
  try {
    return JSON.parse(text)
  } catch {
    return text
  }
}
