import { Result } from "effect"
import * as Yaml from "effect/encoding/Yaml"
import { findJsonError } from "./JsonPosition.ts"

/**
 * Some forms of YAML take time that grows with the square of the length of the file or of a line. Within these bounds
 * the worst of them takes a fraction of a second, and no real configuration comes near.
 */
export const LARGEST_FILE = 64 * 1024
export const LONGEST_LINE = 2048

/** Why a text is no configuration, and where, counted from 1. Quotes nothing of the text but names of keys. */
export interface TextError {
  readonly reason: string
  readonly line?: number
  readonly column?: number
  readonly remedy?: string
}

const place = (text: string, offset: number): { readonly line: number; readonly column: number } => {
  const before = text.slice(0, offset)
  const lineStart = before.lastIndexOf("\n") + 1
  return { line: before.split("\n").length, column: offset - lineStart + 1 }
}

const remedyAt = (text: string, offset: number): string | undefined => {
  const rest = text.slice(offset)
  if (/^(?:\/\/|\/\*|#)/.test(rest)) return "JSON has no comments: remove it, or use a .yaml file"
  if (rest.startsWith("'") || rest.startsWith("“") || rest.startsWith("”")) return 'use straight double quotes (")'
  if (/^[：，]/.test(rest)) return "use : and , instead of the full-width characters"
  if (/^[}\]]/.test(rest) && text.slice(0, offset).trimEnd().endsWith(",")) return "remove the comma before it"
  return undefined
}

const parseJson = (text: string): Result.Result<unknown, TextError> =>
  Result.try({
    try: (): unknown => JSON.parse(text),
    catch: (): TextError => {
      const offset = findJsonError(text)
      const isEnd = offset >= text.length
      const remedy = remedyAt(text, offset)
      return {
        reason: isEnd ? "the file ends too soon" : "an unexpected character",
        ...place(text, offset),
        ...(remedy === undefined ? {} : { remedy })
      }
    }
  })

/** Messages quote pieces of the file; only the name of a repeated key is certain not to be a value. */
const withoutQuotes = (message: string): string =>
  message.startsWith("Duplicate key") ? message : message.replace(/ ?'[^']*'/g, "")

const yamlError = (cause: unknown): TextError => {
  if (!(cause instanceof SyntaxError)) return { reason: "it is nested too deeply" }
  const place = / at (?:line (\d+)|flow offset \d+)$/.exec(cause.message)
  const reason = withoutQuotes(cause.message.slice(0, place?.index))
  return place?.[1] === undefined ? { reason } : { reason, line: Number(place[1]) }
}

const parseYaml = (text: string): Result.Result<unknown, TextError> => {
  const longLine = text.split("\n").findIndex((line) => line.length > LONGEST_LINE)
  if (longLine !== -1)
    return Result.fail({ reason: `a line longer than ${LONGEST_LINE} characters`, line: longLine + 1 })
  return Result.try({ try: () => Yaml.parse(text), catch: yamlError })
}

/** Parses a configuration file. YAML that is written as JSON is read as JSON, which knows where its errors are. */
export const parseConfigText = (text: string, isJson: boolean): Result.Result<unknown, TextError> => {
  const content = text.replace(/^\uFEFF/, "")
  if (content.length > LARGEST_FILE)
    return Result.fail({ reason: `more than ${LARGEST_FILE} characters, too many for a configuration` })
  if (content.trim() === "") return Result.succeed({})
  const json = isJson || content.trimStart().startsWith("{") ? parseJson(content) : undefined
  return json !== undefined && (isJson || Result.isSuccess(json)) ? json : parseYaml(content)
}
