// Models that speak their roles, and a client that follows runs, over real sockets.
import { Effect, Schema } from "effect"
import type { ChatRequest } from "../../../scripts/upstream/ChatRequest.ts"
import { LoggedEvent } from "../../../src/thinking/ThoughtEvent.ts"
import type { Asked } from "../../providers/policy/ScriptedPlatform.ts"
import { send } from "../../support/siku.ts"

export const roles = ["planner", "thinker", "summarizer", "challenger", "voter", "fusion"] as const

/** A call to an upstream as those who speak roles read it. */
export const askedBy = ({ messages, model }: ChatRequest): Asked => ({
  model,
  messages: messages.map(({ text }) => ({ content: text }))
})

/** Takes a run on in the background; its id. */
export const submitRun = (base: string, body: unknown): Effect.Effect<string> =>
  Effect.flatMap(
    send(`${base}/v1/runs`, {
      method: "POST",
      headers: { "content-type": "application/json" },
      body: JSON.stringify(body)
    }),
    ({ json, status, text }) =>
      status === 202 ? Effect.succeed(String(json["id"])) : Effect.die(new Error(`${status}: ${text}`))
  )

const decode = Schema.decodeUnknownSync(Schema.fromJsonString(LoggedEvent))

/** Hears the events of a run behind number `after` as they come; `false` where the reply broke off. */
export const followRun = (
  base: string,
  id: string,
  { after = 0, hears }: { readonly after?: number; readonly hears: (logged: LoggedEvent) => void }
): Effect.Effect<boolean> =>
  Effect.promise(async (signal) => {
    const { body, status } = await fetch(`${base}/v1/runs/${id}/events`, {
      signal,
      headers: after === 0 ? {} : { "last-event-id": String(after) }
    })
    if (body === null || status !== 200) throw new Error(`a status ${status} in place of events`)
    let text = ""
    try {
      for await (const piece of body.pipeThrough(new TextDecoderStream())) {
        const blocks = (text + piece).split("\n\n")
        text = blocks.pop() ?? ""
        for (const data of blocks.flatMap((block) => /^data: (.*)$/m.exec(block)?.[1] ?? [])) hears(decode(data))
      }
      return true
    } catch {
      return false
    }
  })

/** All events of a run, once it has ended. */
export const eventsOfRun = (base: string, id: string): Effect.Effect<ReadonlyArray<LoggedEvent>> =>
  Effect.suspend(() => {
    const heard: Array<LoggedEvent> = []
    return Effect.as(followRun(base, id, { hears: (logged) => heard.push(logged) }), heard)
  })
