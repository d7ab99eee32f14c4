import { ByteSize, Effect, FileSystem, Layer, Option, Path, PlatformError, Redacted } from "effect"
import { AppConfig, type ConfigSources } from "../../../src/platform/config/AppConfig.ts"
import type { ConfigProblem } from "../../../src/platform/config/ConfigProblems.ts"
import type { ModelRef, Settings } from "../../../src/platform/config/Settings.ts"

/** Files that exist in a test, by absolute path; null stands for a folder, an error for one that cannot be read. */
export type Files = Readonly<Record<string, string | null | PlatformError.SystemErrorTag>>

const FAILURES: ReadonlySet<string> = new Set(["PermissionDenied", "Unknown"])

const isFailure = (content: string | null): content is PlatformError.SystemErrorTag =>
  content !== null && FAILURES.has(content)

const infoOf = (content: string | null): FileSystem.File.Info => ({
  type: content === null ? "Directory" : "File",
  mtime: Option.none(),
  atime: Option.none(),
  birthtime: Option.none(),
  dev: 0n,
  ino: Option.none(),
  mode: 0o644,
  nlink: Option.none(),
  uid: Option.none(),
  gid: Option.none(),
  rdev: Option.none(),
  size: ByteSize.bytes(content?.length ?? 0),
  blksize: Option.none(),
  blocks: Option.none()
})

const fileSystem = (files: Files) => {
  const contents = new Map(Object.entries(files))
  const lookUp = (path: string): Effect.Effect<string | null, PlatformError.PlatformError> => {
    const content = contents.get(path)
    const failure = content === undefined ? "NotFound" : isFailure(content) ? content : undefined
    return content === undefined || failure !== undefined
      ? Effect.fail(PlatformError.systemError({ _tag: failure ?? "Unknown", module: "FileSystem", method: "test" }))
      : Effect.succeed(content)
  }
  return FileSystem.layerNoop({
    exists: (path) => (contents.has(path) ? Effect.as(lookUp(path), true) : Effect.succeed(false)),
    stat: (path) => Effect.map(lookUp(path), infoOf),
    readFileString: (path) => Effect.map(lookUp(path), (content) => content ?? "")
  })
}

export interface Given extends Partial<ConfigSources> {
  readonly files?: Files
  /** The content of the configuration file in the home folder, as an object. */
  readonly config?: unknown
}

/** Where the configuration file is when a test gives its content as an object. */
export const CONFIG_FILE = "/srv/data/config.json"

const sourcesOf = ({ cwd = "/srv", environment = {}, flags = {} }: Given): ConfigSources => ({
  cwd,
  environment,
  flags
})

const filesOf = ({ config, files = {} }: Given) =>
  Layer.merge(
    fileSystem(config === undefined ? files : { ...files, [CONFIG_FILE]: JSON.stringify(config) }),
    Path.layer
  )

/** Loads the configuration from the given sources alone. */
export const load = (given: Given = {}) =>
  Effect.map(AppConfig, (settings) => settings).pipe(
    Effect.provide(Layer.provide(AppConfig.layer(sourcesOf(given)), filesOf(given)))
  )

/** What the settings come to, as plain values to compare; not the entries of providers, ready or not, that led there. */
export const comparable = ({
  ai: { entries: _entries, ...ai },
  effective: _effective,
  resolve: _resolve,
  ...settings
}: Settings) => ({
  ...settings,
  ai
})

/** Keys in plain text. */
export const valuesOf = (keys: ReadonlyArray<Redacted.Redacted>): ReadonlyArray<string> =>
  keys.map((key) => Redacted.value(key))

/** Models as they are written. */
export const written = (models: ReadonlyArray<ModelRef>): ReadonlyArray<string> =>
  models.map(({ model, provider }) => (model === undefined ? provider : `${provider}/${model}`))

/** Loads a configuration that must be refused, and returns the reasons. */
export const loadProblems = (given: Given): Effect.Effect<ReadonlyArray<ConfigProblem>> =>
  load(given).pipe(
    Effect.flip,
    Effect.map(({ problems }) => problems),
    Effect.orDie
  )

/** The one problem at a path. */
export const problemAt = (problems: ReadonlyArray<ConfigProblem>, path: string): ConfigProblem => {
  const found = problems.filter((problem) => problem.path === path)
  const [problem] = found
  if (problem === undefined || found.length > 1)
    throw new Error(`${found.length} problems at ${path}, among ${problems.map((each) => each.path).join(", ")}`)
  return problem
}
