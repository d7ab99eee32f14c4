// Replies out of bytes, as far as a judge needs them: any status, trailers dropped, a body until the end of the connection too.

/** A reply that has arrived. */
export interface Reply {
  readonly status: number
  /** Names in small letters; of a header given several times the last. */
  readonly headers: ReadonlyMap<string, string>
  readonly body: Buffer
  /** Whether the body has come to its end; a stream is left before. */
  readonly isWhole: boolean
  /** Milliseconds from the request to the headers. */
  readonly millis: number
}

/** What the start of some bytes is. */
export type Read =
  | { readonly kind: "reply"; readonly reply: Omit<Reply, "millis">; readonly length: number }
  /** The headers are there, the body is not, or not all of it. */
  | { readonly kind: "begun"; readonly reply: Omit<Reply, "millis"> }
  | { readonly kind: "nothing" }
  | { readonly kind: "malformed" }

/** Reads the reply at the start of these bytes; `isLast` says that no more will come. */
export const readReply = (bytes: Buffer, toHead: boolean, isLast: boolean): Read => {
  const headEnd = bytes.indexOf("\r\n\r\n")
  if (headEnd < 0) return { kind: bytes.length > longestHead || (isLast && bytes.length > 0) ? "malformed" : "nothing" }
  const [statusLine = "", ...lines] = bytes.toString("latin1", 0, headEnd).split("\r\n")
  const status = Number(/^HTTP\/1\.[01] (\d{3})(?: |$)/.exec(statusLine)?.[1])
  if (!(status >= 100)) return { kind: "malformed" }
  const start = headEnd + 4
  // A 100 Continue goes before the reply.
  if (status < 200)
    return status === 101 ? { kind: "malformed" } : after(readReply(bytes.subarray(start), toHead, isLast), start)
  const headers = new Map(lines.map(headerOf))
  const at = { status, headers }
  if (toHead || status === 204 || status === 304) return whole(at, bytes.subarray(start, start), start)
  const announced = headers.get("content-length")
  if (announced !== undefined) {
    const end = start + Number(announced)
    if (!/^\d{1,12}$/.test(announced)) return { kind: "malformed" }
    return end <= bytes.length ? whole(at, bytes.subarray(start, end), end) : begun(at, bytes.subarray(start))
  }
  if (headers.get("transfer-encoding") !== "chunked") {
    return isLast ? whole(at, bytes.subarray(start), bytes.length) : begun(at, bytes.subarray(start))
  }
  return readChunks(at, bytes, start)
}

const longestHead = 64 * 1024

type Head = Pick<Reply, "status" | "headers">

const whole = (head: Head, body: Buffer, length: number): Read => ({
  kind: "reply",
  reply: { ...head, body, isWhole: true },
  length
})

const begun = (head: Head, body: Buffer): Read => ({ kind: "begun", reply: { ...head, body, isWhole: false } })

const after = (read: Read, start: number): Read =>
  read.kind === "reply" ? { ...read, length: read.length + start } : read

const headerOf = (line: string): readonly [string, string] => {
  const colon = line.indexOf(":")
  return [line.slice(0, colon).toLowerCase(), line.slice(colon + 1).trim()]
}

const readChunks = (head: Head, bytes: Buffer, start: number): Read => {
  const pieces: Array<Buffer> = []
  const incomplete = (): Read => begun(head, Buffer.concat(pieces))
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf("\r\n", at)
    if (lineEnd < 0) return incomplete()
    const size = parseInt(bytes.toString("latin1", at, lineEnd), 16)
    if (!(size >= 0)) return { kind: "malformed" }
    const end = lineEnd + 2 + size
    if (bytes.length < end + 2) return incomplete()
    // node sends no trailers of its own accord
    if (size === 0) return whole(head, Buffer.concat(pieces), end + 2)
    pieces.push(bytes.subarray(lineEnd + 2, end))
    at = end + 2
  }
}
