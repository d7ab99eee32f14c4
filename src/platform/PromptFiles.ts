import { Context, Effect, FileSystem, Layer, Option, Path, Schema } from "effect"
import { AppConfig } from "./config/AppConfig.ts"
import { projectFile } from "./projectFile.ts"

/** A prompt file that is missing, or that names a variable which nothing fills. */
export class BadPrompt extends Schema.TaggedError<BadPrompt>()("BadPrompt", {
  file: Schema.String,
  detail: Schema.String
}) {
  override get message(): string {
    return `the prompt ${this.file} cannot be used: ${this.detail}`
  }
}

/** A filled prompt: what the model is, and what it is asked. */
export interface Prompt {
  readonly system: string
  readonly user: string
}

/** A prompt with its variables still open. */
export type PromptTemplate<Variable extends string> = (values: Readonly<Record<Variable, string>>) => Prompt

/**
 * Prompt templates: Markdown files with the system part, a line `---`, and the user part; `{{name}}` is a variable. A file
 * in the folder of the setting `prompts.folder` takes the place of the shipped one of the same name.
 */
export class PromptFiles extends Context.Service<
  PromptFiles,
  {
    /** Reads `<name>.md` and checks that it uses no variable but those given. */
    readonly load: <const Variable extends string>(
      name: string,
      variables: ReadonlyArray<Variable>
    ) => Effect.Effect<PromptTemplate<Variable>, BadPrompt>
  }
>()("siku/platform/PromptFiles") {
  static readonly layer: Layer.Layer<PromptFiles, never, AppConfig | FileSystem.FileSystem | Path.Path> = Layer.effect(
    PromptFiles,
    Effect.gen(function* () {
      const { prompts } = yield* AppConfig
      const files = yield* FileSystem.FileSystem
      const path = yield* Path.Path
      const shipped = projectFile("config", "prompts")

      const load = Effect.fn("PromptFiles.load")(function* <const Variable extends string>(
        name: string,
        variables: ReadonlyArray<Variable>
      ) {
        const relative = `${name}.md`
        const own = prompts.folder === undefined ? undefined : path.join(prompts.folder, relative)
        const ownText = own === undefined ? Option.none<string>() : yield* Effect.option(files.readFileString(own))
        const file = Option.isSome(ownText) && own !== undefined ? own : path.join(shipped, relative)
        const text = Option.isSome(ownText)
          ? ownText.value
          : yield* files
              .readFileString(file)
              .pipe(Effect.mapError((error) => new BadPrompt({ file, detail: error.message })))
        return yield* parsePrompt(file, text, variables)
      })

      return PromptFiles.of({ load })
    })
  )
}

const variable = /\{\{\s*(\w+)\s*\}\}/g

const parsePrompt = <const Variable extends string>(
  file: string,
  text: string,
  variables: ReadonlyArray<Variable>
): Effect.Effect<PromptTemplate<Variable>, BadPrompt> => {
  const [system, user, ...more] = text.split(/^---[ \t]*$/m)
  if (system === undefined || user === undefined || more.length > 0) {
    return Effect.fail(new BadPrompt({ file, detail: "it needs a system part, a line ---, and a user part" }))
  }
  const known = new Set<string>(variables)
  const unknown = [...text.matchAll(variable)].map((match) => match[1] ?? "").filter((name) => !known.has(name))
  if (unknown.length > 0) {
    const detail = `it uses {{${unknown.join("}}, {{")}}}; there are {{${variables.join("}}, {{")}}}`
    return Effect.fail(new BadPrompt({ file, detail }))
  }
  const fill = (part: string, values: Readonly<Record<string, string>>) =>
    part.replace(variable, (_, name: string) => values[name] ?? "").trim()
  return Effect.succeed((values) => ({ system: fill(system, values), user: fill(user, values) }))
}
