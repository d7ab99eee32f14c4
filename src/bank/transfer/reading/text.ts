import { TextDecoder } from "node:util"
import { createReadStream } from "node:fs"
import { UnreadableFile } from "../SourceRow.ts"

/** How a file's bytes are text. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030"

const chunkBytes = 256 * 1024

/** Is told how many bytes of the file were read. */
export type OnRead = (bytes: number) => void

/** The bytes of a file, in parts. */
export async function* bytesOf(file: string, onRead?: OnRead): AsyncGenerator<Uint8Array> {
  const source: AsyncIterable<Uint8Array> = createReadStream(file, { highWaterMark: chunkBytes })
  for await (const chunk of source) {
    onRead?.(chunk.length)
    yield chunk
  }
}

/**
 * Which encoding a file is in: what its mark says, else UTF-8 where all of it is, else GB18030. Rejects with
 * `UnreadableFile` where it is none of these, or no text.
 */
export const encodingOf = async (file: string): Promise<Encoding> => {
  const decoder = new TextDecoder("utf-8", { fatal: true })
  let isFirst = true
  for await (const chunk of bytesOf(file)) {
    if (isFirst) {
      isFirst = false
      if (chunk[0] === 0xff && chunk[1] === 0xfe) return "utf-16le"
      if (chunk[0] === 0xfe && chunk[1] === 0xff) return "utf-16be"
      if (isBinary(chunk.subarray(0, 4096))) throw new UnreadableFile("this is no text: it holds NUL bytes")
    }
    if (!decodes(decoder, chunk)) return notUtf8(file, chunk)
  }
  return decodes(decoder, undefined) ? "utf-8" : notUtf8(file, new Uint8Array())
}

// A stray NUL in a cell does no harm.
const isBinary = (head: Uint8Array): boolean =>
  head.reduce((zeros, byte) => zeros + Number(byte === 0), 0) * 32 > head.length

const decodes = (decoder: TextDecoder, chunk: Uint8Array | undefined): boolean => {
  try {
    decoder.decode(chunk, { stream: chunk !== undefined })
    return true
  } catch {
    return false
  }
}

// A file of UTF-8 with a broken byte often passes for GB18030, all of it in the wrong characters.
const notUtf8 = async (file: string, chunk: Uint8Array): Promise<Encoding> => {
  const text = new TextDecoder("utf-8").decode(chunk)
  const broken = text.match(/\ufffd/g)?.length ?? 0
  const sound = text.match(/[\u0080-\ufffc]/g)?.length ?? 0
  if (chunk.length === 0 || sound > 10 * broken) {
    throw new UnreadableFile("this is UTF-8 text with broken characters: save the file as UTF-8 again")
  }
  const decoder = new TextDecoder("gb18030", { fatal: true })
  for await (const bytes of bytesOf(file)) {
    if (!decodes(decoder, bytes)) throw neither
  }
  if (!decodes(decoder, undefined)) throw neither
  return "gb18030"
}

const neither = new UnreadableFile("this is neither UTF-8 nor GB18030 text: save the file as UTF-8")

/** The text of a file, in parts, without its mark. */
export async function* textOf(file: string, encoding: Encoding, onRead: OnRead): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of bytesOf(file, onRead)) {
    const text = decoder.decode(chunk, { stream: true })
    if (text !== "") yield text
  }
  const rest = decoder.decode()
  if (rest !== "") yield rest
}
