import Anthropic from "@anthropic-ai/sdk"
import { Effect, Schema } from "effect"
import { send } from "../../support/siku.ts"
import { OfficialError, OfficialEvent } from "./official.ts"

/** Anthropic's own client, which sends a request once, unless told otherwise. */
export const sdk = (base: string, maxRetries = 0) =>
  new Anthropic({ baseURL: base, apiKey: "sk-of-a-test", maxRetries })

/** The SDK's promise; leaving it aborts the request. */
export const sdkCall = <A>(call: (options: { readonly signal: AbortSignal }) => PromiseLike<A>): Effect.Effect<A> =>
  Effect.promise((signal) => call({ signal }))

/** How a call of the SDK fails. */
export const sdkError = (call: () => PromiseLike<unknown>) =>
  Effect.promise(async () => {
    try {
      await call()
    } catch (error) {
      return error
    }
    throw new Error("the call did not fail")
  })

/** A plain request, as any client would send it. */
export const post = (base: string, path: string, body: unknown) =>
  send(`${base}${path}`, {
    method: "POST",
    headers: { "content-type": "application/json", "anthropic-version": "2023-06-01", "x-api-key": "sk-of-a-test" },
    body: typeof body === "string" ? body : JSON.stringify(body)
  })

const decodeEvent = Schema.decodeUnknownSync(Schema.fromJsonString(Schema.Union([OfficialEvent, OfficialError])))

/** The events of a stream, each held to the official form and to its own name. */
export const eventsIn = (text: string) =>
  text
    .split("\n\n")
    .filter((block) => block !== "")
    .map((block) => {
      const [, name = "", data = ""] = /^event: (\w+)\ndata: (.*)$/.exec(block) ?? []
      const event = decodeEvent(data)
      if (event.type !== name) throw new Error(`an event ${event.type} under the name "${name}"`)
      return event
    })
