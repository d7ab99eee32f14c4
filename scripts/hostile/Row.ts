// A request that is sent in order to do harm, or one that is large for good reasons.

/** A request as it is written to the socket. */
export interface SentRequest {
  readonly method: string
  /** With the query. */
  readonly path: string
  readonly headers?: Readonly<Record<string, string>>
  readonly body?: string | Buffer
}

/** What must come of it. */
export interface Wanted {
  readonly status: number | ReadonlyArray<number>
  /** What the reply must say. */
  readonly text?: RegExp
}

export interface Row {
  /** The operation of the API's description, such as `ocs.queryByPost`; `wire` for what is none. */
  readonly operation: string
  readonly name: string
  /** The request; another one for each number, so that nothing that is remembered makes the next one cheap. */
  readonly request: (number: number) => SentRequest
  readonly wanted: Wanted
  /** Large for good reasons: it may take a longer stretch. */
  readonly isLarge?: boolean
}

const json = { "content-type": "application/json" }

/** A JSON body, given as a value or, where no program would write it, as the text itself. */
export const post = (path: string, body: unknown, method = "POST"): SentRequest => ({
  method,
  path,
  headers: json,
  body: typeof body === "string" || Buffer.isBuffer(body) ? body : JSON.stringify(body)
})

/** A form. */
export const form = (path: string, body: string): SentRequest => ({
  method: "POST",
  path,
  headers: { "content-type": "application/x-www-form-urlencoded" },
  body
})

export const get = (path: string): SentRequest => ({ method: "GET", path })

/** `text` as often as it fits into so many characters. */
export const filled = (text: string, length: number): string => text.repeat(Math.floor(length / text.length))

/** So many times `[`, or what `open` says, closed again. */
export const nested = (depth: number, open = "[", close = "]", inside = "1"): string =>
  open.repeat(depth) + inside + close.repeat(depth)
