import { createServer } from "node:http"
import { Effect, Schedule } from "effect"

/** What a server was sent. */
export interface Received {
  readonly path: string
  readonly headers: Readonly<Record<string, string | ReadonlyArray<string> | undefined>>
  readonly text: string
}

/**
 * A server on a free port of 127.0.0.1 that keeps what it is sent, and answers as it is told: with a status, or never
 * (`undefined`).
 */
export const collector = (answer: (received: Received, count: number) => number | undefined = () => 200) =>
  Effect.map(
    Effect.acquireRelease(
      Effect.promise(
        () =>
          new Promise<{ readonly url: string; readonly received: Array<Received>; readonly close: () => void }>(
            (resolve) => {
              const received: Array<Received> = []
              const server = createServer((request, response) => {
                let text = ""
                request.setEncoding("utf8").on("data", (piece: string) => (text += piece))
                request.on("end", () => {
                  const one = { path: request.url ?? "", headers: request.headers, text }
                  received.push(one)
                  const status = answer(one, received.length)
                  if (status !== undefined) response.writeHead(status, { "content-type": "application/json" }).end("{}")
                })
              })
              server.listen(0, "127.0.0.1", () => {
                const address = server.address()
                const port = typeof address === "object" && address !== null ? address.port : 0
                resolve({
                  url: `http://127.0.0.1:${port}`,
                  received,
                  close: () => server.close().closeAllConnections()
                })
              })
            }
          )
      ),
      ({ close }) => Effect.sync(close)
    ),
    ({ received, url }) => ({ received, url })
  )

/** Waits until something holds, for ten seconds at most. */
export const until = <A>(look: () => A | undefined): Effect.Effect<A> =>
  Effect.suspend(() => {
    const found = look()
    return found === undefined ? Effect.fail("not yet") : Effect.succeed(found)
  }).pipe(Effect.retry(Schedule.upTo(Schedule.spaced("10 millis"), { duration: "10 seconds" })), Effect.orDie)
