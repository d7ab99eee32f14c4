import type { BodyBounds } from "./BodyBounds.ts"

/** What a JSON text has too much of. */
export type ShapeFault = "depth" | "values"

type ShapeBounds = Pick<BodyBounds, "depth" | "keys" | "values">

const quote = 0x22
const backslash = 0x5c
const comma = 0x2c
const colon = 0x3a
const openList = 0x5b
const closeList = 0x5d
const openObject = 0x7b
const closeObject = 0x7d

/**
 * Looks over the bytes of a JSON text, given piece by piece, for more depth or more values than there may be: a pass that allocates nothing,
 * ends with the first fault, and takes about a millisecond a megabyte. Of a text that is no JSON it says what a parser would have
 * met before it gave up, at least.
 */
export const makeJsonShape = ({ depth, keys, values }: ShapeBounds) => {
  let level = 0
  let valuesSeen = 0
  let keysSeen = 0
  let isText = false
  let isEscaped = false
  return (bytes: Uint8Array, from = 0, to = bytes.length): ShapeFault | undefined => {
    for (let at = from; at < to; at++) {
      const byte = bytes[at]
      if (isText) {
        if (isEscaped) isEscaped = false
        else if (byte === backslash) isEscaped = true
        else if (byte === quote) isText = false
        continue
      }
      switch (byte) {
        case quote:
          isText = true
          break
        case openList:
        case openObject:
          if (++level > depth) return "depth"
          if (++valuesSeen > values) return "values"
          break
        case closeList:
        case closeObject:
          level--
          break
        case comma:
          if (++valuesSeen > values) return "values"
          break
        case colon:
          if (++keysSeen > keys) return "values"
          break
      }
    }
    return undefined
  }
}

/** The same of a whole text. */
export const shapeFault = (text: string, bounds: ShapeBounds): ShapeFault | undefined =>
  makeJsonShape(bounds)(Buffer.from(text))
