import { Schema } from "effect"

/** The files that questions go out in, and come in again. */
export const FileFormat = Schema.Literals(["xlsx", "csv", "tsv", "json", "jsonl"])
export type FileFormat = typeof FileFormat.Type

/** The files that questions come in. */
export const ImportFormat = Schema.Literals([...FileFormat.literals, "xls", "docx", "txt"])
export type ImportFormat = typeof ImportFormat.Type

export const contentTypes: Readonly<Record<ImportFormat, string>> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  csv: "text/csv; charset=utf-8",
  tsv: "text/tab-separated-values; charset=utf-8",
  json: "application/json",
  jsonl: "application/x-ndjson",
  xls: "application/vnd.ms-excel",
  docx: "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
  txt: "text/plain; charset=utf-8"
}

const byEnding: Readonly<Record<string, ImportFormat>> = {
  xlsx: "xlsx",
  xlsm: "xlsx",
  csv: "csv",
  tsv: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl",
  xls: "xls",
  et: "xls",
  docx: "docx",
  txt: "txt",
  md: "txt",
  gift: "txt"
}
const byType: Readonly<Record<string, ImportFormat>> = {
  ...Object.fromEntries(ImportFormat.literals.map((format) => [contentTypes[format].split(";")[0] ?? "", format])),
  "application/jsonl": "jsonl",
  "application/x-jsonlines": "jsonl"
}

/** The format that a file's name or content type says; `undefined` where they say nothing. */
export const namedFormat = (given: {
  readonly name?: string | undefined
  readonly contentType?: string | undefined
}) => {
  const ending = /\.([a-z]+)$/i.exec(given.name ?? "")?.[1]?.toLowerCase() ?? ""
  const type = (given.contentType ?? "").split(";")[0]?.trim().toLowerCase() ?? ""
  return byEnding[ending] ?? byType[type]
}

/** What a file's first bytes say that it is, whatever it is called; `text` where they say no more. */
export type Content = "zip" | "ole" | "pdf" | "rtf" | "picture" | "text"

const starts: ReadonlyArray<readonly [Content, ReadonlyArray<number>]> = [
  ["zip", [0x50, 0x4b]],
  ["ole", [0xd0, 0xcf]],
  ["pdf", [0x25, 0x50, 0x44, 0x46]],
  ["rtf", [0x7b, 0x5c, 0x72, 0x74, 0x66]],
  ["picture", [0x89, 0x50, 0x4e, 0x47]],
  ["picture", [0xff, 0xd8, 0xff]]
]

export const contentOf = (head: Uint8Array): Content =>
  starts.find(([, bytes]) => bytes.every((byte, at) => head[at] === byte))?.[0] ?? "text"
