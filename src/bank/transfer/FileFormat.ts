import { Schema } from "effect"

/** The files that questions come and go in. */
export const FileFormat = Schema.Literals(["xlsx", "csv", "tsv", "json", "jsonl"])
export type FileFormat = typeof FileFormat.Type

export const contentTypes: Readonly<Record<FileFormat, string>> = {
  xlsx: "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
  csv: "text/csv; charset=utf-8",
  tsv: "text/tab-separated-values; charset=utf-8",
  json: "application/json",
  jsonl: "application/x-ndjson"
}

const byEnding: Readonly<Record<string, FileFormat>> = {
  xlsx: "xlsx",
  csv: "csv",
  tsv: "tsv",
  json: "json",
  jsonl: "jsonl",
  ndjson: "jsonl"
}
const byType: Readonly<Record<string, FileFormat>> = {
  [contentTypes.xlsx]: "xlsx",
  "text/csv": "csv",
  "text/tab-separated-values": "tsv",
  "application/json": "json",
  "application/x-ndjson": "jsonl",
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

/** The format that a file's first bytes look like. */
export const formatOfContent = (head: Uint8Array): FileFormat => {
  if (head[0] === 0x50 && head[1] === 0x4b) return "xlsx"
  const text = new TextDecoder().decode(head).trimStart()
  if (text.startsWith("[")) return "json"
  const line = text.split(/\r?\n/, 1)[0] ?? ""
  if (text.startsWith("{"))
    return line.trimEnd().endsWith("}") && line.length < text.trimEnd().length ? "jsonl" : "json"
  return line.split("\t").length > line.split(",").length ? "tsv" : "csv"
}
