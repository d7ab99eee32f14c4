// A request as it goes over the wire, which need not be one that HTTP knows.

/**
 * How much of a request is as HTTP and the routes want it: all; all but the address, so that what it leads to is open; or
 * not even the form, so that nothing but a closed connection can be asked for.
 */
export type Soundness = "request" | "address" | "nothing"

/** How the body is sent. */
export type Delivery =
  /** With its length. */
  | "whole"
  /** In chunks. */
  | "chunked"
  /** In chunks, with a connection that is closed in the middle of one. */
  | "chunks that stop"
  /** With a length that is not reached before the connection is closed. */
  | "a body that stops"
  /** With a length that ends before the body does. */
  | "a body too long"
  /** After a `100 Continue`, or whatever comes instead. */
  | "continued"
  /** Twice in one go. */
  | "pipelined"

/** A request, ready to be written. */
export interface FuzzRequest {
  readonly method: string
  /** What stands in the request line. */
  readonly target: string
  /** Without those that frame the body. */
  readonly headers: ReadonlyArray<readonly [name: string, value: string]>
  readonly body: Buffer | undefined
  readonly delivery: Delivery
  readonly soundness: Soundness
}

/** The path of a request, without its query. */
export const pathOf = ({ target }: FuzzRequest): string => target.split("?", 1)[0] ?? ""

/** The first value of a header; names are in small letters. */
export const headerOf = ({ headers }: FuzzRequest, name: string): string | undefined =>
  headers.find(([given]) => given.toLowerCase() === name)?.[1]

/** The bytes to write, in the pieces to write them in. */
export const piecesOf = (request: FuzzRequest): ReadonlyArray<Buffer> => {
  const { body, delivery } = request
  const bytes = body ?? Buffer.alloc(0)
  const half = Math.ceil(bytes.length / 2)
  switch (delivery) {
    case "whole":
      return [Buffer.concat([headOf(request, body === undefined ? [] : [length(bytes.length)]), bytes])]
    case "pipelined": {
      const once = Buffer.concat([headOf(request, [length(bytes.length)]), bytes])
      return [Buffer.concat([once, once])]
    }
    case "chunked":
      return [headOf(request, [chunked]), chunk(bytes.subarray(0, half)), chunk(bytes.subarray(half)), lastChunk]
    case "chunks that stop":
      return [headOf(request, [chunked]), chunk(bytes).subarray(0, -2 - Math.floor(half / 2))]
    case "a body that stops":
      return [headOf(request, [length(bytes.length + 100)]), bytes]
    case "a body too long":
      return [headOf(request, [length(half)]), bytes]
    case "continued":
      return [headOf(request, [length(bytes.length), ["expect", "100-continue"]]), bytes]
  }
}

/** Whether it announces chunks and sends none: whoever wants its body waits for it, until its time is over. */
export const neverEnds = (request: FuzzRequest): boolean =>
  request.delivery === "whole" && request.body === undefined && headerOf(request, "transfer-encoding") === "chunked"

/** Whether the connection is closed behind the request, whatever comes. */
export const isBrokenOff = ({ delivery }: FuzzRequest): boolean =>
  delivery.endsWith("that stop") || delivery.endsWith("that stops")

const length = (bytes: number) => ["content-length", String(bytes)] as const
const chunked = ["transfer-encoding", "chunked"] as const
const lastChunk = Buffer.from("0\r\n\r\n")

const chunk = (bytes: Buffer): Buffer =>
  bytes.length === 0
    ? bytes
    : Buffer.concat([Buffer.from(`${bytes.length.toString(16)}\r\n`), bytes, Buffer.from("\r\n")])

const headOf = (
  { headers, method, target }: FuzzRequest,
  framing: ReadonlyArray<readonly [name: string, value: string]>
): Buffer =>
  Buffer.from(
    [
      `${method} ${target} HTTP/1.1`,
      ...[...headers, ...framing].map(([name, value]) => `${name}: ${value}`),
      "",
      ""
    ].join("\r\n"),
    "latin1"
  )

/** A command that sends the request again. */
export const commandOf = (request: FuzzRequest, port: number): string => {
  const { body, delivery, headers, method, soundness, target } = request
  if (delivery !== "whole" || soundness === "nothing") {
    const bytes = Buffer.concat(piecesOf(request)).toString("base64")
    return `base64 -d <<< ${bytes} | nc -q 5 127.0.0.1 ${port}`
  }
  return [
    `curl --path-as-is -i -X ${quoted(method)} ${quoted(`http://127.0.0.1:${port}${target}`)}`,
    ...headers.filter(([name]) => name !== "host").map(([name, value]) => `-H ${quoted(`${name}: ${value}`)}`),
    ...(body === undefined ? [] : [bodyOf(body)])
  ].join(" ")
}

const bodyOf = (body: Buffer): string => {
  const text = body.toString("utf8")
  return Buffer.from(text).equals(body) && !text.includes("\u0000")
    ? `--data-binary ${quoted(text)}`
    : `--data-binary @<(base64 -d <<< ${body.toString("base64")})`
}

const quoted = (text: string): string => `'${text.replaceAll("'", `'\\''`)}'`
