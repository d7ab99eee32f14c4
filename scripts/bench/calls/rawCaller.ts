// What a call costs at the least: the same JSON is posted with undici, and the reply read to its end.
import { Effect } from "effect"
import type { Scope } from "effect"
import { Agent } from "undici"
import type { ChatRequest } from "../../../src/providers/ChatModel.ts"
import type { Target } from "../../../src/providers/Family.ts"
import { openAiFamily } from "../../../src/providers/openai/Family.ts"
import { doneEvent } from "../../upstream/Streaming.ts"
import { type Caller, makeJudge, shares } from "./Caller.ts"
import type { Form } from "./Result.ts"

/** Calls a target with undici alone, over connections of its own. A whole reply is parsed, a streamed one stays text. */
export const makeRawCaller = Effect.fnUntraced(function* (
  target: Target,
  request: ChatRequest,
  answer: string
): Effect.fn.Return<Caller, never, Scope.Scope> {
  const agent = yield* Effect.acquireRelease(
    Effect.sync(() => new Agent()),
    (agent) => Effect.promise(() => agent.destroy())
  )
  const whole = yield* postOf(target, request, "whole")
  const stream = yield* postOf(target, request, "stream")
  return {
    call: (form, calls, concurrency) =>
      Effect.promise(async () => {
        const { judge, verdict } = makeJudge(answer)
        const post = form === "whole" ? whole : stream
        const read = form === "whole" ? readWhole : readStream
        const loop = async (calls: number) => {
          for (let made = 0; made < calls; made++) {
            const { body } = await agent.request({ ...post, body: JSON.stringify(post.body) })
            judge(read(await body.text(), answer))
          }
        }
        await Promise.all(shares(calls, concurrency).map(loop))
        return verdict()
      })
  }
})

/** The request as the policy sends it. */
const postOf = Effect.fnUntraced(function* (target: Target, request: ChatRequest, form: Form) {
  const { body, headers, url } = yield* Effect.orDie(
    Effect.fromResult(openAiFamily.encode(target, request, { stream: form === "stream" }))
  )
  const { origin, pathname: path } = new URL(url)
  return { origin, path, method: "POST" as const, headers: { ...headers, "content-type": "application/json" }, body }
})

const readWhole = (text: string): string => {
  const {
    choices: [{ message }]
  } = JSON.parse(text)
  return message.content
}

const readStream = (text: string, answer: string): string => (text.endsWith(doneEvent) ? answer : text)
