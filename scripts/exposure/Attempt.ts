// What somebody without a key tries: every protected route, as raw bytes, so that nothing is put right on the way.
import { Effect } from "effect"
import { connect } from "node:net"
import { Api } from "../../src/Api.ts"
import { accessRulesOf } from "../../src/platform/describeAccess.ts"
import { readReply, type Reply } from "../fuzz/Reply.ts"

/** A protected route. */
export interface Attempt {
  readonly method: string
  readonly path: string
  /** Of the routes of quiz clients, which tell of a refusal under HTTP 200. */
  readonly isQuiz: boolean
}

/** All routes but the public ones. */
export const attempts: ReadonlyArray<Attempt> = accessRulesOf(Api)
  .filter(({ needs }) => needs !== "public")
  .map(({ method, needs, path }) => ({
    method,
    path: path.replace(/:\w+/g, "x").replace(/\*$/, "x"),
    isQuiz: needs === "ask"
  }))

/** How a request is written beside its route. */
export interface Manner {
  readonly version: "1.0" | "1.1"
  /** `undefined` sends none. */
  readonly host: string | undefined
  readonly headers?: ReadonlyArray<string>
}

/** The bytes of an attempt. */
export const requestOf = ({ method, path }: Pick<Attempt, "method" | "path">, manner: Manner): string => {
  const body = method === "GET" || method === "DELETE" ? "" : '{"title":"1+1=?","model":"demo"}'
  return [
    `${method} ${path} HTTP/${manner.version}`,
    ...(manner.host === undefined ? [] : [`Host: ${manner.host}`]),
    ...(manner.headers ?? []),
    ...(body === "" ? [] : ["Content-Type: application/json", `Content-Length: ${body.length}`]),
    "",
    body
  ].join("\r\n")
}

const patienceMillis = 20_000

/** Sends bytes to a port of this machine and reads one reply; `undefined` where there is none. */
export const exchange = (port: number, bytes: string): Effect.Effect<Omit<Reply, "millis"> | undefined> =>
  Effect.callback((resume) => {
    const socket = connect({ port, host: "127.0.0.1", noDelay: true })
    let received: Buffer = Buffer.alloc(0)
    const settle = (reply: Omit<Reply, "millis"> | undefined) => {
      socket.destroy()
      resume(Effect.succeed(reply))
    }
    const read = (isLast: boolean) => {
      const found = readReply(received, false, isLast)
      if (found.kind === "reply") settle(found.reply)
      else if (isLast) settle(undefined)
    }
    socket.setTimeout(patienceMillis, () => settle(undefined))
    socket.on("data", (piece: Buffer) => {
      received = Buffer.concat([received, piece])
      read(false)
    })
    // The end follows.
    socket.on("error", () => undefined)
    socket.on("close", () => read(true))
    socket.write(bytes)
    return Effect.sync(() => socket.destroy())
  })

/** Whether a reply refuses for want of a key; a 400 that the service itself did not write, as for want of a Host, is as good. */
export const isRefusal = ({ isQuiz }: Pick<Attempt, "isQuiz">, reply: Omit<Reply, "millis"> | undefined): boolean => {
  if (reply === undefined || reply.status === 401) return true
  if (reply.status === 400) return !reply.headers.has("x-request-id")
  return isQuiz && reply.status === 200 && /"code":0,"msg":"[^"]*需要密钥/.test(reply.body.toString("utf8"))
}
