// Reads HTTP/1.1 responses out of bytes. Knows no more than a load generator needs, and allocates little.

/** A response that has arrived whole. */
export interface HttpResponse {
  readonly status: number
  /** Without the framing of chunks; a view of the bytes it was read from, unless it came in chunks. */
  readonly body: Buffer
  /** Bytes taken up by the whole of it. */
  readonly length: number
  /** Whether the server will close the connection after it. */
  readonly closes: boolean
}

/** The response at the start of these bytes, or why there is none. */
export const readResponse = (bytes: Buffer): HttpResponse | "incomplete" | "malformed" => {
  const headEnd = bytes.indexOf("\r\n\r\n")
  if (headEnd < 0) return bytes.length > longestHead ? "malformed" : "incomplete"
  const head = bytes.toString("latin1", 0, headEnd).toLowerCase()
  const status = Number(head.slice(9, 12))
  if (!head.startsWith("http/1.") || !(status >= 200)) return "malformed"
  const body = readBody(bytes, headEnd + 4, head)
  if (typeof body === "string") return body
  return { status, body: body.body, length: body.end, closes: valueOf(head, "connection") === "close" }
}

const longestHead = 64 * 1024

const valueOf = (head: string, name: string): string | undefined => {
  const at = head.indexOf(`\r\n${name}:`)
  if (at < 0) return undefined
  const start = at + name.length + 3
  const end = head.indexOf("\r\n", start)
  return head.slice(start, end < 0 ? undefined : end).trim()
}

type Body = { readonly body: Buffer; readonly end: number } | "incomplete" | "malformed"

const readBody = (bytes: Buffer, start: number, head: string): Body => {
  const announced = valueOf(head, "content-length")
  if (announced === undefined) {
    return valueOf(head, "transfer-encoding") === "chunked" ? readChunks(bytes, start) : "malformed"
  }
  if (!/^\d{1,15}$/.test(announced)) return "malformed"
  const end = start + Number(announced)
  return end > bytes.length ? "incomplete" : { body: bytes.subarray(start, end), end }
}

const readChunks = (bytes: Buffer, start: number): Body => {
  const pieces: Array<Buffer> = []
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf("\r\n", at)
    if (lineEnd < 0) return "incomplete"
    const digits = /^[0-9a-f]{1,8}(?=$|[;\s])/i.exec(bytes.toString("latin1", at, lineEnd))?.[0]
    if (digits === undefined) return "malformed"
    const size = parseInt(digits, 16)
    if (size === 0) return afterTrailers(bytes, lineEnd + 2, Buffer.concat(pieces))
    const pieceStart = lineEnd + 2
    const pieceEnd = pieceStart + size
    if (bytes.length < pieceEnd + 2) return "incomplete"
    if (bytes[pieceEnd] !== carriageReturn) return "malformed"
    pieces.push(bytes.subarray(pieceStart, pieceEnd))
    at = pieceEnd + 2
  }
}

const carriageReturn = 13

const afterTrailers = (bytes: Buffer, start: number, body: Buffer): Body => {
  for (let at = start; ;) {
    const lineEnd = bytes.indexOf("\r\n", at)
    if (lineEnd < 0) return "incomplete"
    if (lineEnd === at) return { body, end: lineEnd + 2 }
    at = lineEnd + 2
  }
}
