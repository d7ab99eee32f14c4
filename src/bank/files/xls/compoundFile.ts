// The streams of an OLE compound file, the container of Office's files before 2007. Every chain is bounded by the number of
// sectors that the file has, so that one that goes in circles ends.
import { UnreadableFile } from "../../transfer/SourceRow.ts"

const damaged = new UnreadableFile({
  zh: "文件已经损坏：请用 Excel 打开后另存为 .xlsx",
  en: "the file is damaged: open it in Excel and save it as .xlsx"
})

const endOfChain = 0xffff_fff8

/** The streams of a compound file, by their names. */
export const streamsOf = (bytes: Uint8Array): ReadonlyMap<string, () => Uint8Array> => {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (bytes.length < 1536) throw damaged
  const sectorSize = 2 ** view.getUint16(0x1e, true)
  const miniSize = 2 ** view.getUint16(0x20, true)
  if ((sectorSize !== 512 && sectorSize !== 4096) || miniSize !== 64) throw damaged
  const mostSectors = Math.ceil(bytes.length / sectorSize)
  const offsetOf = (sector: number): number => {
    const offset = (sector + 1) * sectorSize
    if (sector >= endOfChain || offset >= bytes.length) throw damaged
    return offset
  }
  const sectorAt = (sector: number) => bytes.subarray(offsetOf(sector), offsetOf(sector) + sectorSize)
  const numbersAt = (sector: number): ReadonlyArray<number> => {
    const offset = offsetOf(sector)
    const count = Math.floor(Math.min(sectorSize, bytes.length - offset) / 4)
    return Array.from({ length: count }, (_, at) => view.getUint32(offset + at * 4, true))
  }

  const fatSectors: Array<number> = []
  for (let at = 0; at < 109; at++) fatSectors.push(view.getUint32(0x4c + at * 4, true))
  let next = view.getUint32(0x44, true)
  for (let read = 0; next < endOfChain; read++) {
    if (read > mostSectors) throw damaged
    const numbers = numbersAt(next)
    fatSectors.push(...numbers.slice(0, -1))
    next = numbers.at(-1) ?? endOfChain
  }
  const fat = fatSectors
    .filter((sector) => sector < endOfChain)
    .slice(0, mostSectors)
    .flatMap(numbersAt)
  const chainOf = (start: number, table: ReadonlyArray<number>, most: number): ReadonlyArray<number> => {
    const chain: Array<number> = []
    for (let sector = start; sector < endOfChain; sector = table[sector] ?? endOfChain) {
      if (chain.length > most) throw damaged
      chain.push(sector)
    }
    return chain
  }
  const joined = (parts: ReadonlyArray<Uint8Array>): Uint8Array => new Uint8Array(Buffer.concat(parts))
  const streamAt = (start: number): Uint8Array => joined(chainOf(start, fat, mostSectors).map(sectorAt))

  const directory = streamAt(view.getUint32(0x30, true))
  const cutoff = view.getUint32(0x38, true)
  const entries = Array.from({ length: Math.floor(directory.length / 128) }, (_, at) => {
    const entry = directory.subarray(at * 128, at * 128 + 128)
    const fields = new DataView(entry.buffer, entry.byteOffset, 128)
    const length = Math.min(64, fields.getUint16(0x40, true))
    return {
      name: new TextDecoder("utf-16le").decode(entry.subarray(0, Math.max(0, length - 2))),
      type: fields.getUint8(0x42),
      start: fields.getUint32(0x74, true),
      size: fields.getUint32(0x78, true)
    }
  })
  const root = entries.find(({ type }) => type === 5)
  const lazyMini = () => {
    const container = root === undefined ? new Uint8Array() : streamAt(root.start)
    const table = chainOf(view.getUint32(0x3c, true), fat, mostSectors).flatMap(numbersAt)
    return { container, table }
  }
  const read = ({ size, start }: { readonly size: number; readonly start: number }): Uint8Array => {
    if (size >= cutoff) return streamAt(start).subarray(0, size)
    const { container, table } = lazyMini()
    const parts = chainOf(start, table, Math.ceil(container.length / miniSize)).map((sector) =>
      container.subarray(sector * miniSize, (sector + 1) * miniSize)
    )
    return joined(parts).subarray(0, size)
  }
  return new Map(entries.filter(({ type }) => type === 2).map((entry) => [entry.name, () => read(entry)]))
}
