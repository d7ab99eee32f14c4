import { isUtf8 } from "node:buffer"
import type { Hash } from "node:crypto"
import { createReadStream } from "node:fs"
import { Result } from "effect"
import { PackInvalid } from "./errors.ts"
import { longestLine, type PackHeader, readHeader } from "./PackHeader.ts"
import { startDigest } from "./signing.ts"

/** A pack as it comes off the disk: the header, its questions some at a time, its signature. */
export type PackPart =
  | { readonly _tag: "Header"; readonly header: PackHeader }
  | {
      readonly _tag: "Lines"
      /** Questions before these. */
      readonly from: number
      readonly lines: ReadonlyArray<string>
      /** Of the whole file up to here. */
      readonly digest: string
    }
  | { readonly _tag: "Signature"; readonly signature: string; readonly digest: Buffer }

/** Questions per part; also what is written in one transaction. */
export const linesPerPart = 500

const chunkBytes = 256 * 1024
// A part ends here too, however few lines it has: memory holds one.
const mostCharactersPerPart = 4_000_000

/**
 * Reads a pack from its first byte to its last, never more than one part of it in memory. Throws `PackInvalid` at the first
 * fault of its form; the questions and the signature are for others to judge.
 */
export async function* readPack(file: string): AsyncGenerator<PackPart> {
  const hash = startDigest()
  const invalid = (detail: string, line?: number) =>
    new PackInvalid({ file, detail, ...(line === undefined ? {} : { line }) })
  let header: PackHeader | undefined
  let row = 0
  let count = 0
  let lines: Array<string> = []
  let characters = 0
  // Which line is the last is known only when no other comes.
  let held: Buffer | undefined

  const take = (line: Buffer): void => {
    row++
    const text = textOf(line)
    if (text === undefined) throw invalid("it is not UTF-8", row)
    if (header === undefined) {
      const read = readHeader(text)
      if (Result.isFailure(read)) throw invalid(read.failure)
      header = read.success
    } else {
      if (signatureLine.test(text)) throw invalid("something stands behind its signature")
      count++
      if (count > header.questions) throw invalid(`it holds more than the ${header.questions} questions it says`)
      lines.push(text)
      characters += text.length
    }
    hash.update(line)
  }
  const part = (): PackPart => {
    const full = { _tag: "Lines" as const, from: count - lines.length, lines, digest: digestSoFar(hash) }
    lines = []
    characters = 0
    return full
  }

  let isHeaderOut = false
  for await (const line of readLines(file, invalid)) {
    if (held !== undefined) {
      take(held)
      if (header !== undefined && !isHeaderOut) {
        isHeaderOut = true
        yield { _tag: "Header", header }
      }
      if (lines.length === linesPerPart || characters > mostCharactersPerPart) yield part()
    }
    held = line
  }
  const last = held === undefined ? undefined : signatureLine.exec(textOf(held) ?? "")?.[1]
  if (header === undefined) {
    // What is no pack at all is told so, before it is told that it lacks a signature.
    if (held !== undefined && last === undefined) take(held)
    throw invalid(held === undefined ? "it is empty" : "there is no header and signature")
  }
  if (last === undefined) throw invalid("its last line is no signature: it was cut off")
  if (lines.length > 0) yield part()
  if (count !== header.questions)
    throw invalid(`it says that it holds ${header.questions} questions, but there are ${count}`)
  yield { _tag: "Signature", signature: last, digest: hash.digest() }
}

const signatureLine = /^\{"signature":"([\w-]{86})"\}\n$/

const textOf = (line: Buffer): string | undefined => (isUtf8(line) ? line.toString("utf8") : undefined)

const digestSoFar = (hash: Hash): string => hash.copy().digest("base64url")

/** The lines of a file with their ends. */
async function* readLines(
  file: string,
  invalid: (detail: string, line?: number) => PackInvalid
): AsyncGenerator<Buffer> {
  let rest: Array<Buffer> = []
  let length = 0
  let row = 1
  const add = (piece: Buffer) => {
    length += piece.length
    if (length > longestLine) throw invalid(`it is longer than ${longestLine} bytes`, row)
    rest.push(piece)
  }
  for await (const read of createReadStream(file, { highWaterMark: chunkBytes })) {
    if (!(read instanceof Buffer)) continue
    let from = 0
    for (let end = read.indexOf(10); end >= 0; end = read.indexOf(10, from)) {
      add(read.subarray(from, end + 1))
      yield rest.length === 1 ? read.subarray(from, end + 1) : Buffer.concat(rest)
      rest = []
      length = 0
      row++
      from = end + 1
    }
    if (from < read.length) add(read.subarray(from))
  }
  if (length > 0) throw invalid("it ends in the middle of a line: it was cut off", row)
}
