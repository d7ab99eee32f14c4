import { Effect, FileSystem, Schema, Stream } from "effect"
import { EvaluationProblem } from "./EvaluationProblem.ts"

/** A problem with the id it goes by. */
export interface DatasetProblem extends EvaluationProblem {
  readonly id: string
}

/** A dataset that cannot be read; `line` counts from 1, and is 0 where it is the file itself. */
export class DatasetUnreadable extends Schema.TaggedError<DatasetUnreadable>()("DatasetUnreadable", {
  file: Schema.String,
  line: Schema.Int,
  detail: Schema.String
}) {
  override get message(): string {
    return `${this.file}${this.line === 0 ? "" : `, line ${this.line}`}: ${this.detail}`
  }
}

const decodeLine = Schema.decodeUnknownEffect(Schema.fromJsonString(EvaluationProblem))

/** The problems of a JSONL file, at most `limit` of them; blank lines do not count. An id may not come twice. */
export const readDataset = Effect.fn("Dataset.read")(function* (file: string, limit: number) {
  const files = yield* FileSystem.FileSystem
  const unreadable = (line: number, detail: string) => new DatasetUnreadable({ file, line, detail })
  const problems = yield* files.stream(file).pipe(
    Stream.decodeText,
    Stream.splitLines,
    Stream.mapError((error) => unreadable(0, error.message)),
    Stream.zipWithIndex,
    Stream.filter(([line]) => line.trim() !== ""),
    Stream.take(limit),
    Stream.mapEffect(([line, at]) =>
      decodeLine(line).pipe(
        Effect.mapError((error) => unreadable(at + 1, error.message)),
        Effect.map((problem): DatasetProblem => ({ ...problem, id: String(problem.id ?? at + 1) }))
      )
    ),
    Stream.runCollect
  )
  const ids = new Set<string>()
  for (const { id } of problems) {
    if (ids.has(id)) return yield* unreadable(0, `the id ${id} is there twice`)
    ids.add(id)
  }
  if (problems.length === 0) return yield* unreadable(0, "there is no problem in it")
  return problems
})
