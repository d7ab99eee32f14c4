import { TextDecoder } from "node:util"
import { createReadStream } from "node:fs"
import { UnreadableFile } from "../SourceRow.ts"

/** How a file's bytes are text. */
export type Encoding = "utf-8" | "utf-16le" | "utf-16be" | "gb18030" | "big5"

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
      const head = chunk.subarray(0, 4096)
      const wide = wideEncodingOf(head)
      if (wide !== undefined) return wide
      if (isBinary(head)) throw noText
    }
    if (!decodes(decoder, chunk)) return notUtf8(file, chunk)
  }
  return decodes(decoder, undefined) ? "utf-8" : notUtf8(file, new Uint8Array())
}

// A stray NUL in a cell does no harm.
const isBinary = (head: Uint8Array): boolean =>
  head.reduce((zeros, byte) => zeros + Number(byte === 0), 0) * 32 > head.length

/** UTF-16 without its mark: digits, letters and ends of lines have a NUL on one side, and hardly ever on the other. */
const wideEncodingOf = (head: Uint8Array): Encoding | undefined => {
  const zeros: [number, number] = [0, 0]
  for (const [at, byte] of head.entries()) if (byte === 0) zeros[at % 2 === 0 ? 0 : 1]++
  const few = head.length / 60
  if (zeros[1] > few && zeros[0] * 4 < zeros[1]) return "utf-16le"
  return zeros[0] > few && zeros[1] * 4 < zeros[0] ? "utf-16be" : undefined
}

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
    throw new UnreadableFile({
      zh: "这是 UTF-8 文本，但有损坏的字符：请把文件重新存为 UTF-8",
      en: "this is UTF-8 text with broken characters: save the file as UTF-8 again"
    })
  }
  for (const encoding of seemsBig5(chunk) ? (["big5", "gb18030"] as const) : (["gb18030"] as const)) {
    if (await decodesAll(file, encoding)) return encoding
  }
  throw neither
}

const decodesAll = async (file: string, encoding: Encoding): Promise<boolean> => {
  const decoder = new TextDecoder(encoding, { fatal: true })
  for await (const bytes of bytesOf(file)) if (!decodes(decoder, bytes)) return false
  return decodes(decoder, undefined)
}

// The second byte of a common character is at least A1 in GB18030, and in Big5 below it as often as not.
const seemsBig5 = (chunk: Uint8Array): boolean => {
  let pairs = 0
  let low = 0
  for (let at = 0; at + 1 < chunk.length; at++) {
    if ((chunk[at] ?? 0) < 0x81) continue
    at++
    pairs++
    const second = chunk[at] ?? 0
    if (second >= 0x40 && second < 0x80) low++
  }
  return pairs >= 4 && low * 5 > pairs
}

const noText = new UnreadableFile({
  zh: "这不是文本文件：里面有 NUL 字节",
  en: "this is no text: it holds NUL bytes"
})
const neither = new UnreadableFile({
  zh: "文件既不是 UTF-8 也不是 GB18030 文本：请存为 UTF-8",
  en: "this is neither UTF-8 nor GB18030 text: save the file as UTF-8"
})

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

const headCharacters = 64 * 1024

/** How the text of a file begins. */
export const headText = async (file: string, encoding: Encoding): Promise<string> => {
  let head = ""
  for await (const text of textOf(file, encoding, () => {})) {
    head += text
    if (head.length >= headCharacters) break
  }
  return head.slice(0, headCharacters)
}
