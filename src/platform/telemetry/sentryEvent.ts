import type { Cause } from "effect"
import { sortableUuid } from "./../sortableUuid.ts"
import { scrub } from "./scrub.ts"

/** What is known of a fault beside its cause. */
export interface FaultContext {
  /** Milliseconds since 1970. */
  readonly at: number
  readonly level: "error" | "fatal"
  readonly message: string
  readonly release: string
  readonly environment: string | undefined
  readonly serviceName: string
  /** Short texts such as the request's id. */
  readonly tags: Readonly<Record<string, string>>
}

const mostCauses = 5
const mostFrames = 50

const framePattern = /^\s*at (?:(.*?) \()?((?:file:\/\/|node:|\/|[A-Za-z]:\\)[^()]*?):(\d+):(\d+)\)?$/

/** The frames of a stack as the protocol wants them: the oldest first. */
export const framesOf = (stack: string) =>
  stack
    .split("\n")
    .flatMap((line) => {
      const match = framePattern.exec(line)
      if (match === null) return []
      const [, name, file = "", row, column] = match
      return [
        {
          ...(name === undefined ? {} : { function: name }),
          // Where the service is installed is nobody's business.
          filename: file.replace(/^.*?\/(?=(?:src|dist|node_modules)\/)/, ""),
          lineno: Number(row),
          colno: Number(column),
          in_app: !/node_modules|^node:/.test(file)
        }
      ]
    })
    .slice(0, mostFrames)
    .reverse()

/** An error and what caused it, the cause first. */
const chainOf = (error: unknown): ReadonlyArray<unknown> => {
  const chain: Array<unknown> = []
  for (let at = error; at !== undefined && at !== null && chain.length < mostCauses && !chain.includes(at);) {
    chain.push(at)
    at = at instanceof Error ? at.cause : undefined
  }
  return chain.reverse()
}

const exceptionOf = (error: unknown) =>
  error instanceof Error
    ? {
        type: "_tag" in error && typeof error._tag === "string" ? error._tag : error.name,
        value: scrub(error.message),
        stacktrace: { frames: framesOf(error.stack ?? "") }
      }
    : { type: typeof error, value: scrub(typeof error === "string" ? error : "not an error") }

/** The report of a fault: exceptions with their stacks, and nothing of any request but its id and route. */
export const eventOf = (cause: Cause.Cause<unknown>, context: FaultContext) => ({
  event_id: sortableUuid().replaceAll("-", ""),
  timestamp: context.at / 1000,
  platform: "node",
  level: context.level,
  logger: context.serviceName,
  logentry: { formatted: scrub(context.message) },
  release: context.release,
  ...(context.environment === undefined ? {} : { environment: context.environment }),
  ...("route" in context.tags ? { transaction: context.tags["route"] } : {}),
  tags: context.tags,
  exception: {
    values: cause.reasons.flatMap((reason) => {
      const error = reason._tag === "Fail" ? reason.error : reason._tag === "Die" ? reason.defect : undefined
      return error === undefined ? [] : chainOf(error).map(exceptionOf)
    })
  }
})
export type SentryEvent = ReturnType<typeof eventOf>

/** The event as an envelope, which is how servers take them. */
export const envelopeOf = (event: SentryEvent): string => {
  const payload = JSON.stringify(event)
  const header = { event_id: event.event_id, sent_at: new Date(event.timestamp * 1000).toISOString() }
  const item = { type: "event", content_type: "application/json", length: Buffer.byteLength(payload) }
  return `${JSON.stringify(header)}\n${JSON.stringify(item)}\n${payload}\n`
}
