// Faults of a body: first of the JSON value, then of its text, then of its bytes.
import type { Fault } from "./Fault.ts"
import { bodyLimitBytes, hostileName, hostileValue } from "./Hostile.ts"

/** The value with a fault in it; the value itself where the fault is of something else. */
export const withValueFault = (value: unknown, { at, kind, value: number }: Fault): unknown => {
  switch (kind) {
    case "root":
      return hostileValue(number)
    case "value":
      return changed(value, at, () => hostileValue(number))
    case "field":
      return isRecord(value) ? { ...value, [hostileName(at)]: hostileValue(number) } : value
    case "name":
      return isRecord(value) ? renamed(value, at, hostileName(number)) : value
    case "missing":
      return isRecord(value) ? without(value, at) : value
    default:
      return value
  }
}

/** The bytes of a JSON text with a fault in it. */
export const withTextFault = (bytes: Buffer, { at, kind, value }: Fault): Buffer => {
  const place = bytes.length === 0 ? 0 : at % bytes.length
  const inserted = (text: string | Buffer) =>
    Buffer.concat([bytes.subarray(0, place), Buffer.from(text), bytes.subarray(place)])
  switch (kind) {
    case "cut text":
      return bytes.subarray(0, place)
    case "literal":
      return inserted(literals[value % literals.length] ?? "")
    case "twice":
      return Buffer.from(bytes.toString("utf8").replace(/^\{"([^"]*)":/, '{"$1":null,"$1":'))
    case "bytes":
      return inserted(Buffer.from(badBytes[value % badBytes.length] ?? []))
    case "byte order mark":
      return Buffer.concat([
        Buffer.from([0xef, 0xbb, 0xbf]),
        value % 2 === 0 ? bytes : Buffer.from(bytes.toString(), "utf16le")
      ])
    case "empty":
      return Buffer.alloc(0)
    case "tail":
      return Buffer.concat([bytes, Buffer.from(value % 2 === 0 ? "}]" : "\u0000\n{}")])
    case "huge":
      return Buffer.concat([Buffer.alloc(bodyLimitBytes - (value % 3) * 4096 + (at % 2) * 8192, " "), bytes])
    default:
      return bytes
  }
}

const literals = [
  "NaN",
  "Infinity",
  "-",
  "1e9999",
  "undefined",
  "'",
  "/**/",
  "\\u",
  '"\\ud800"',
  "\t",
  ",",
  "0x1",
  "<xml/>"
]
const badBytes = [
  [0xff],
  [0xc3, 0x28],
  [0xed, 0xa0, 0x80],
  [0xf4, 0x90, 0x80, 0x80],
  [0x00],
  [0xc0, 0xaf],
  [0x1f, 0x8b]
]

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === "object" && value !== null && !Array.isArray(value)

/** The value with another at one of its places: the number says which way to go at each level, and 0 to stop. */
const changed = (value: unknown, at: number, change: () => unknown): unknown => {
  const keys = typeof value === "object" && value !== null ? Object.keys(value) : []
  const key = keys[at % Math.max(1, keys.length)]
  if (at === 0 || key === undefined) return change()
  const deeper = Math.floor(at / keys.length)
  if (Array.isArray(value)) {
    return value.map((item, index) => (String(index) === key ? changed(item, deeper, change) : item))
  }
  return isRecord(value) ? { ...value, [key]: changed(value[key], deeper, change) } : change()
}

const renamed = (value: Readonly<Record<string, unknown>>, at: number, name: string): unknown => {
  const entries = Object.entries(value)
  return Object.fromEntries(entries.map(([key, item], index) => [index === at % entries.length ? name : key, item]))
}

const without = (value: Readonly<Record<string, unknown>>, at: number): unknown => {
  const entries = Object.entries(value)
  return Object.fromEntries(entries.filter((_, index) => index !== at % entries.length))
}
