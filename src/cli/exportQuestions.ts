import { NodeServices, NodeSink } from "@effect/platform-node"
import { Effect, FileSystem, Layer, Option, References, Schema, Stream } from "effect"
import { Command, Flag } from "effect/cli"
import { exportFile } from "../bank/transfer/exportFile.ts"
import { FileFormat, namedFormat } from "../bank/transfer/FileFormat.ts"
import { AnswerOrigin, QuestionStatus } from "../bank/StoredQuestion.ts"
import * as Sql from "../platform/Sql.ts"
import { configuration } from "./root.ts"

const bank = Sql.layer.pipe(
  Layer.provide(configuration),
  Layer.provideMerge(NodeServices.layer),
  Layer.provideMerge(Layer.succeed(References.MinimumLogLevel, "Warn" as const))
)

const isFileFormat = Schema.is(FileFormat)
const exported = (format: string | undefined) => (isFileFormat(format) ? format : undefined)

export const exportQuestions = Command.make(
  "export",
  {
    format: Flag.Literals("format", FileFormat.literals).pipe(
      Flag.withDescription("Without it the name of the output decides, else csv."),
      Flag.optional
    ),
    output: Flag.String("output").pipe(
      Flag.withAlias("o"),
      Flag.withDescription("The file to write; without it standard output."),
      Flag.optional
    ),
    status: Flag.Literals("status", QuestionStatus.literals).pipe(Flag.withDescription("Only these."), Flag.optional),
    source: Flag.Literals("source", AnswerOrigin.literals).pipe(Flag.withDescription("Only these."), Flag.optional),
    tag: Flag.String("tag").pipe(Flag.withDescription("Only questions with this tag."), Flag.optional)
  },
  Effect.fn("cli.export")(function* (given) {
    const output = Option.getOrUndefined(given.output)
    const format = Option.getOrUndefined(given.format) ?? exported(namedFormat({ name: output })) ?? "csv"
    const bytes = exportFile(format, {
      status: Option.getOrUndefined(given.status),
      source: Option.getOrUndefined(given.source),
      tag: Option.getOrUndefined(given.tag)
    })
    if (output === undefined) {
      return yield* Stream.run(
        bytes,
        NodeSink.fromWritable({
          evaluate: () => process.stdout,
          onError: (cause) => new Error("standard output was closed", { cause }),
          endOnDone: false
        })
      )
    }
    const files = yield* FileSystem.FileSystem
    // Whoever looks at the output sees all of it or nothing.
    const partial = `${output}.partial`
    yield* Stream.run(bytes, files.sink(partial)).pipe(
      Effect.andThen(files.rename(partial, output)),
      Effect.onError(() => Effect.ignore(files.remove(partial, { force: true })))
    )
  }, Effect.provide(bank))
).pipe(Command.withDescription("Writes the questions of the bank to a file or to standard output."))
