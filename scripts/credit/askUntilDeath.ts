// Clients that ask until nobody answers any more.
import { Effect, Predicate } from "effect"
import { model } from "./payingService.ts"

/** How requests ended. */
export interface Asked {
  readonly sent: number
  /** The ids of those whose reply came whole. */
  readonly whole: ReadonlyArray<string>
  /** Replies that said that there is none, by their code. */
  readonly refused: ReadonlyMap<string, number>
  /** Those that the connection did not outlive. */
  readonly cut: number
}

interface Clients {
  readonly port: number
  readonly key: string
  /** How the ids of the requests begin. */
  readonly name: string
  /** Requests at the same time. */
  readonly concurrency: number
  /** Called once, as soon as the first reply has come. */
  readonly onFirst: () => void
}

/** Asks, every other time for a stream, until the service is gone. */
export const askUntilDeath = ({ concurrency, key, name, onFirst, port }: Clients): Effect.Effect<Asked> =>
  Effect.promise(async (signal) => {
    const whole: Array<string> = []
    const refused = new Map<string, number>()
    let sent = 0
    let cut = 0

    const askOnce = async (): Promise<boolean> => {
      const number = ++sent
      const id = `${name}-${number}`
      const stream = number % 2 === 0
      let text = ""
      let hasEnded = false
      try {
        const reply = await fetch(`http://127.0.0.1:${port}/v1/chat/completions`, {
          method: "POST",
          headers: { authorization: `Bearer ${key}`, "content-type": "application/json", "x-request-id": id },
          body: JSON.stringify({ model, stream, messages: [{ role: "user", content: `What is 7 times 6? (${id})` }] }),
          signal
        })
        const decoder = new TextDecoder()
        for await (const bytes of reply.body ?? []) text += decoder.decode(bytes, { stream: true })
        hasEnded = true
      } catch {
        cut++
      }
      // What has come is what the client knows, however the connection ended.
      const code = stream ? endOfStream(text) : endOfReply(text)
      if (code === "stop") {
        whole.push(id)
        if (whole.length === 1) onFirst()
      } else if (code !== undefined) refused.set(code, (refused.get(code) ?? 0) + 1)
      return hasEnded
    }

    const client = async () => {
      while (await askOnce());
    }
    await Promise.all(Array.from({ length: concurrency }, client))
    return { sent, whole, refused, cut }
  })

/** Why a reply ended, or the code of its error; `undefined` where it has not ended. */
const endOfReply = (text: string): string | undefined => {
  try {
    return endIn(JSON.parse(text))
  } catch {
    return undefined
  }
}

/** The same for a stream: the first of its frames that says so. */
const endOfStream = (text: string): string | undefined => {
  if (!text.startsWith("data:")) return endOfReply(text)
  const frames = text.split("\n\n").slice(0, -1)
  return frames.map((frame) => endOfReply(frame.replace(/^data: /, ""))).find((end) => end !== undefined)
}

const endIn = (json: unknown): string | undefined => {
  if (!Predicate.isObject(json)) return undefined
  const { choices, error } = json
  if (Predicate.isObject(error)) return String(error["code"])
  const choice: unknown = Array.isArray(choices) ? choices[0] : undefined
  return Predicate.isObject(choice) && typeof choice["finish_reason"] === "string" ? choice["finish_reason"] : undefined
}
