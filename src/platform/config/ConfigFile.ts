import { Effect, FileSystem, Path, type PlatformError, Result } from "effect"
import type { ConfigProblem } from "./ConfigProblems.ts"
import { LARGEST_FILE, parseConfigText, type TextError } from "./ConfigText.ts"

const DEFAULT_NAMES = ["config.json", "config.yaml", "config.yml"]

const ALLOWED = "a readable file in JSON or YAML"

/** A configuration file as it was found, or why it could not be read. */
export interface ConfigFile {
  /** Absolute; undefined when there is none. */
  readonly file: string | undefined
  readonly content: unknown
  readonly problems: ReadonlyArray<ConfigProblem>
  readonly warnings: ReadonlyArray<string>
}

/** Where the file was named, for people, and the path that was given there. */
export interface NamedFile {
  readonly source: string
  readonly path: string
}

const unreadable = (problem: ConfigProblem): ConfigFile => ({
  file: undefined,
  content: undefined,
  problems: [problem],
  warnings: []
})

const reasonOf = (error: PlatformError.PlatformError): string => {
  switch (error.reason._tag) {
    case "NotFound":
      return "no such file"
    case "PermissionDenied":
      return "a file this process may not read"
    default:
      return "something that cannot be read"
  }
}

const sourceOf = (file: string, error: TextError): string =>
  [file, error.line && `line ${error.line}`, error.column && `column ${error.column}`].filter(Boolean).join(", ")

const read = Effect.fnUntraced(function* (file: string, source: string) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  const problem = (found: string) =>
    unreadable({ path: "config", source, found: `${found}: ${file}`, allowed: ALLOWED })
  return yield* fs.stat(file).pipe(
    Effect.flatMap((info) => {
      if (info.type !== "File") return Effect.succeed(problem("a folder or device"))
      if (info.size > LARGEST_FILE * 4) return Effect.succeed(problem("a file too large for a configuration"))
      return Effect.map(fs.readFileString(file), (text): ConfigFile => {
        const parsed = parseConfigText(text, path.extname(file).toLowerCase() === ".json")
        if (Result.isSuccess(parsed)) return { file, content: parsed.success, problems: [], warnings: [] }
        const { reason, remedy } = parsed.failure
        return unreadable({
          path: "config",
          source: sourceOf(file, parsed.failure),
          found: reason,
          allowed: ALLOWED,
          ...(remedy === undefined ? {} : { remedy })
        })
      })
    }),
    Effect.catch((error) => Effect.succeed(problem(reasonOf(error))))
  )
})

/**
 * Reads the configuration file: the named one, which must exist, or the first of the default names in the home folder,
 * none of which must.
 */
export const readConfigFile = Effect.fnUntraced(function* (options: {
  readonly named: NamedFile | undefined
  readonly home: string
}) {
  const fs = yield* FileSystem.FileSystem
  const path = yield* Path.Path
  if (options.named !== undefined) return yield* read(options.named.path, options.named.source)
  const candidates = DEFAULT_NAMES.map((name) => path.join(options.home, name))
  // A file whose existence cannot be told is read, so that the reason is reported.
  const present = yield* Effect.filter(candidates, (file) => Effect.orElseSucceed(fs.exists(file), () => true))
  const [first, ...others] = present
  if (first === undefined)
    return { file: undefined, content: undefined, problems: [], warnings: [] } satisfies ConfigFile
  const result = yield* read(first, first)
  return {
    ...result,
    warnings: others.map((other) => `${other} is not read, because ${first} is`)
  } satisfies ConfigFile
})
