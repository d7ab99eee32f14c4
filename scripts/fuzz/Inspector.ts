// The inspector of another Node: the only way to have its garbage collected and to see what is left.
import { Data, Effect, Schema } from "effect"
import type { Scope } from "effect"

export interface Inspector {
  /** Bytes of the JavaScript heap in use after a collection of all garbage. */
  readonly heapBytes: Effect.Effect<number, InspectorGone>
}

/** The process ended, or its inspector does not speak as expected. */
export class InspectorGone extends Data.TaggedError("InspectorGone")<{ readonly why: string }> {
  override get message(): string {
    return `the inspector of the service: ${this.why}`
  }
}

const Answer = Schema.fromJsonString(
  Schema.Struct({
    id: Schema.Number,
    result: Schema.optionalKey(Schema.Struct({ usedSize: Schema.optionalKey(Schema.Number) }))
  })
)

const decodeAnswer = Schema.decodeUnknownOption(Answer)

/** Connects to the address that Node prints when it is started with `--inspect`. */
export const openInspector = (url: string): Effect.Effect<Inspector, InspectorGone, Scope.Scope> =>
  Effect.gen(function* () {
    const socket = yield* Effect.acquireRelease(open(url), (socket) => Effect.sync(() => socket.close()))
    let calls = 0
    const call = (method: string) =>
      Effect.callback<typeof Answer.Type, InspectorGone>((resume) => {
        const id = ++calls
        const stop = new AbortController()
        const fail = () => {
          stop.abort()
          resume(Effect.fail(new InspectorGone({ why: "it was closed" })))
        }
        socket.addEventListener(
          "message",
          ({ data }) => {
            const answer = decodeAnswer(data)
            if (answer._tag === "None" || answer.value.id !== id) return
            stop.abort()
            resume(Effect.succeed(answer.value))
          },
          { signal: stop.signal }
        )
        socket.addEventListener("close", fail, { signal: stop.signal })
        if (socket.readyState === WebSocket.OPEN) socket.send(JSON.stringify({ id, method }))
        else fail()
        return Effect.sync(() => stop.abort())
      })
    return {
      heapBytes: call("HeapProfiler.collectGarbage").pipe(
        // What finalizers let go of goes with the second.
        Effect.andThen(call("HeapProfiler.collectGarbage")),
        Effect.andThen(call("Runtime.getHeapUsage")),
        Effect.flatMap(({ result }) =>
          result?.usedSize === undefined
            ? Effect.fail(new InspectorGone({ why: "it does not tell the size of the heap" }))
            : Effect.succeed(result.usedSize)
        )
      )
    }
  })

const open = (url: string): Effect.Effect<WebSocket, InspectorGone> =>
  Effect.callback((resume) => {
    const socket = new WebSocket(url)
    socket.addEventListener("open", () => resume(Effect.succeed(socket)), { once: true })
    socket.addEventListener(
      "error",
      () => resume(Effect.fail(new InspectorGone({ why: `cannot connect to ${url}` }))),
      {
        once: true
      }
    )
    return Effect.sync(() => socket.close())
  })
