import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Context, Effect, Exit, FileSystem, Layer, Scope, Stream } from "effect"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { Importer, mostOpenImports } from "../../../src/bank/transfer/Importer.ts"
import { hasEnded, type JobId } from "../../../src/bank/transfer/TransferJob.ts"
import { TransferJobs } from "../../../src/bank/transfer/TransferJobs.ts"
import { contentOfBank, transferBank } from "./support.ts"

const lines = (count: number) =>
  Array.from(
    { length: count },
    (_, at) => `${JSON.stringify({ question: `第 ${at} 号问题`, answer: `答案 ${at}` })}\n`
  ).join("")

const request = { name: "a.jsonl", format: "jsonl", policy: "skip", how: plainReading } as const

const submit = Effect.fnUntraced(function* (content: string) {
  const importer = yield* Importer
  const files = yield* FileSystem.FileSystem
  const { file, id } = yield* importer.place
  yield* files.writeFileString(file, content)
  return yield* importer.submit(id, { ...request, bytes: content.length })
})

const ended = (id: JobId) =>
  Effect.flatMap(Importer, (importer) =>
    importer.changes(id).pipe(
      Stream.filter(hasEnded),
      Stream.runHead,
      Effect.flatMap((job) => Effect.fromOption(job))
    )
  )

const inBank = <A, E, R>(effect: Effect.Effect<A, E, R>) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const home = yield* files.makeTempDirectoryScoped()
    return yield* Effect.provide(effect, transferBank(home))
  }).pipe(Effect.provide(NodeServices.layer))

describe("an import", () => {
  it.live("stores every row, counts what became of each, and names the rows that are wrong", () =>
    inBank(
      Effect.gen(function* () {
        const good = lines(3)
        const job = yield* submit(`${good}{"question":"没有答案"}\nno json\n${good}`)
        const done = yield* ended(job.id)
        assert.deepInclude(done, { state: "done", rows_read: 8, added: 3, unchanged: 3, problems: 2, error: null })
        const problems = yield* Effect.flatMap(TransferJobs, (jobs) => jobs.problemsOf(job.id))
        assert.deepStrictEqual(
          problems.map(({ row }) => row),
          [4, 5]
        )
        assert.strictEqual(problems[0]?.message, "there is no answer")
        assert.lengthOf(yield* contentOfBank, 3)
      })
    )
  )

  it.live("says what it would do without doing it", () =>
    inBank(
      Effect.gen(function* () {
        yield* Effect.flatMap(submit(lines(2)), ({ id }) => ended(id))
        const importer = yield* Importer
        const files = yield* FileSystem.FileSystem
        const { file, id } = yield* importer.place
        yield* files.writeFileString(file, `${lines(30)}[]\n`)
        const preview = yield* importer.preview(id, request)
        assert.lengthOf(preview.rows, 10)
        assert.deepInclude(preview.tally, { rows_read: 31, added: 28, unchanged: 2, problems: 1 })
        assert.deepStrictEqual(
          preview.problems.map(({ row }) => row),
          [31]
        )
        assert.lengthOf(yield* contentOfBank, 2)
      })
    )
  )

  it.live("goes on where it stood when the service ended in the middle, without doubling a row", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const home = yield* files.makeTempDirectoryScoped()
      const count = 8000
      const scope = yield* Scope.make()
      const first = yield* Layer.buildWithScope(transferBank(home), scope)
      const job = yield* submit(lines(count)).pipe(Effect.provide(first))
      const seen = yield* Context.get(first, Importer)
        .changes(job.id)
        .pipe(
          Stream.filter(({ rows_read }) => rows_read > 0),
          Stream.runHead,
          Effect.flatMap((job) => Effect.fromOption(job))
        )
      yield* Scope.close(scope, Exit.void)
      const { done, stored } = yield* Effect.gen(function* () {
        return { done: yield* ended(job.id), stored: yield* contentOfBank }
      }).pipe(Effect.provide(transferBank(home)))
      assert.isBelow(seen.rows_read, count, "it was not in the middle")
      assert.deepInclude(done, { state: "done", rows_read: count, added: count, unchanged: 0, skipped: 0, problems: 0 })
      assert.lengthOf(stored, count)
      assert.deepStrictEqual(yield* files.readDirectory(`${home}/imports`), [])
    }).pipe(Effect.provide(NodeServices.layer))
  )

  it.live("stops when it is cancelled, and keeps what it wrote", () =>
    inBank(
      Effect.gen(function* () {
        const importer = yield* Importer
        const running = yield* submit(lines(50_000))
        const waiting = yield* submit(lines(1))
        yield* importer.changes(running.id).pipe(
          Stream.filter(({ rows_read }) => rows_read > 0),
          Stream.runHead
        )
        assert.strictEqual((yield* importer.cancel(waiting.id)).state, "cancelled")
        const cancelled = yield* importer.cancel(running.id)
        assert.strictEqual(cancelled.state, "cancelled")
        assert.isBelow(cancelled.rows_read, 50_000)
        assert.lengthOf(yield* contentOfBank, cancelled.rows_read)
        assert.strictEqual((yield* Effect.flip(importer.cancel(running.id)))._tag, "JobEnded")
        assert.strictEqual((yield* Effect.flip(importer.cancel("j_none")))._tag, "UnknownJob")
      })
    )
  )

  it.live("is refused when too many wait", () =>
    inBank(
      Effect.gen(function* () {
        yield* submit(lines(50_000))
        yield* Effect.replicateEffect(submit(lines(1)), mostOpenImports - 1)
        const error = yield* Effect.flip(submit(lines(1)))
        assert.strictEqual(error._tag, "TooManyImports")
      })
    )
  )

  it.live("fails with the reason when the file cannot be read, and keeps the rows before the fault", () =>
    inBank(
      Effect.gen(function* () {
        const importer = yield* Importer
        const files = yield* FileSystem.FileSystem
        const { file, id } = yield* importer.place
        yield* files.writeFileString(file, '[{"question":"一","answer":"二"},{"question":"三","ans')
        yield* importer.submit(id, { name: "a.json", format: "json", policy: "skip", bytes: 10, how: plainReading })
        const failed = yield* ended(id)
        assert.deepInclude(failed, { state: "failed", added: 1, error: "row 2: the file ends before its JSON does" })
        assert.lengthOf(yield* contentOfBank, 1)
      })
    )
  )
})
