import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { ByteSize, Effect, FileSystem, Layer, Schema } from "effect"
import { FileReport } from "../../../src/bank/files/FileReport.ts"
import { ImportPreviewReply } from "../../../src/bank/transfer/Api.ts"
import { ImportLimit } from "../../../src/bank/transfer/receiveFile.ts"
import { JobProblem, TransferJob } from "../../../src/bank/transfer/TransferJob.ts"
import { adminKey } from "../../support/config.ts"
import { startSiku } from "../../support/siku.ts"
import { serveTransfer } from "./support.ts"

const authorization = `Bearer ${adminKey}`

const csv = "题目,A,B,答案\n中国的首都是哪里？,北京,上海,A\n没有答案的题,一,二,\n"

const decode =
  <S extends Schema.ConstraintDecoder<unknown>>(schema: S) =>
  (response: Response) =>
    Effect.flatMap(
      Effect.promise(() => response.json()),
      (body) => Schema.decodeUnknownEffect(schema)(body)
    )
const JobWithProblems = Schema.Struct({
  ...TransferJob.fields,
  row_problems: Schema.Array(JobProblem),
  report: Schema.NullOr(FileReport)
})
const Problem = Schema.Struct({ status: Schema.Finite, detail: Schema.String })

const served = <A, E>(
  use: (call: (path: string, init?: RequestInit) => Effect.Effect<Response>) => Effect.Effect<A, E>
) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const { base } = yield* serveTransfer(yield* files.makeTempDirectoryScoped())
    return yield* use((path, init) =>
      Effect.promise((signal) => fetch(`${base}${path}`, { headers: { authorization }, signal, ...init }))
    )
  }).pipe(Effect.provide(NodeServices.layer))

describe("the transfer routes", () => {
  it.live("import a raw body, tell of the job as it goes, and export what it brought", () =>
    served((call) =>
      Effect.gen(function* () {
        const accepted = yield* call("/api/v1/questions/import?policy=merge&name=quiz.csv", {
          method: "POST",
          body: csv
        })
        assert.strictEqual(accepted.status, 202)
        const job = yield* decode(TransferJob)(accepted)
        assert.deepInclude(job, { name: "quiz.csv", format: "csv", policy: "merge" })

        const events = yield* call(`/api/v1/jobs/${job.id}/events`)
        assert.include(events.headers.get("content-type"), "text/event-stream")
        const stream = yield* Effect.promise(() => events.text())
        const last = stream.trim().split("\n\n").at(-1) ?? ""
        const ended = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(TransferJob))(
          last
            .split("\n")
            .find((line) => line.startsWith("data:"))
            ?.slice(5)
        )
        assert.deepInclude(ended, { state: "done", added: 1, problems: 1, rows_read: 2 })

        const read = yield* decode(JobWithProblems)(yield* call(`/api/v1/jobs/${job.id}`))
        assert.deepStrictEqual(read.row_problems, [{ row: 3, message: "there is no answer", question: "没有答案的题" }])
        const all = yield* decode(Schema.Array(TransferJob))(yield* call("/api/v1/jobs"))
        assert.deepStrictEqual(
          all.map(({ id }) => id),
          [job.id]
        )
        const again = yield* call(`/api/v1/jobs/${job.id}/cancel`, { method: "POST" })
        assert.strictEqual(again.status, 409)

        const file = yield* call("/api/v1/questions/export?format=jsonl&source=import")
        assert.strictEqual(file.headers.get("content-disposition"), 'attachment; filename="siku-questions.jsonl"')
        const text = yield* Effect.promise(() => file.text())
        assert.include(text, '"question":"中国的首都是哪里？","options":["北京","上海"],"answer":["北京"]')
        const none = yield* call("/api/v1/questions/export?format=jsonl&tag=none")
        assert.strictEqual(yield* Effect.promise(() => none.text()), "")
      })
    )
  )

  it.live("preview a file of a form", () =>
    served((call) =>
      Effect.gen(function* () {
        const body = new FormData()
        body.set("file", new Blob([csv]), "quiz.csv")
        const reply = yield* call("/api/v1/questions/import?dry_run=true", { method: "POST", body })
        assert.strictEqual(reply.status, 200)
        const preview = yield* decode(ImportPreviewReply)(reply)
        assert.deepInclude(preview, { added: 1, problems: 1, error: null })
        assert.deepInclude(preview.rows[0], { row: 2, answer: ["北京"], outcome: "added" })
        assert.deepStrictEqual(yield* decode(Schema.Array(TransferJob))(yield* call("/api/v1/jobs")), [])
      })
    )
  )

  it.live("say in a preview why a file cannot be read", () =>
    served((call) =>
      Effect.gen(function* () {
        const reply = yield* call("/api/v1/questions/import?dry_run=1&format=xlsx", { method: "POST", body: csv })
        assert.strictEqual((yield* decode(ImportPreviewReply)(reply)).error, "this is no xlsx file")
      })
    )
  )

  it.live("want the admin key, and know only their own jobs", () =>
    served((call) =>
      Effect.gen(function* () {
        for (const path of ["/api/v1/jobs", "/api/v1/questions/export", "/api/v1/jobs/j_1/events"]) {
          assert.strictEqual((yield* call(path, { headers: {} })).status, 401, path)
        }
        assert.strictEqual(
          (yield* call("/api/v1/questions/import", { method: "POST", body: csv, headers: {} })).status,
          401
        )
        for (const path of ["/api/v1/jobs/j_1", "/api/v1/jobs/j_1/events"]) {
          assert.strictEqual((yield* decode(Problem)(yield* call(path))).status, 404, path)
        }
      })
    )
  )

  it.live("refuse a file that is too large, and keep nothing of it", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const home = yield* files.makeTempDirectoryScoped()
      const { base } = yield* serveTransfer(home)
      const reply = yield* Effect.promise(() =>
        fetch(`${base}/api/v1/questions/import`, {
          method: "POST",
          headers: { authorization },
          body: csv.repeat(100)
        })
      )
      assert.strictEqual((yield* decode(Problem)(reply)).status, 413)
      assert.deepStrictEqual(yield* files.readDirectory(`${home}/imports`), [])
    }).pipe(Effect.provide(Layer.merge(NodeServices.layer, Layer.succeed(ImportLimit, ByteSize.kibibytes(1)))))
  )

  it.live("stand in the whole service, behind the admin key", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const base = yield* startSiku({ home: yield* files.makeTempDirectoryScoped() })
      const call = (path: string, init: RequestInit = {}) =>
        Effect.promise(() => fetch(`${base}${path}`, { headers: { authorization }, ...init }))
      assert.strictEqual((yield* call("/api/v1/questions/export", { headers: {} })).status, 401)
      const job = yield* decode(TransferJob)(yield* call("/api/v1/questions/import", { method: "POST", body: csv }))
      yield* Effect.flatMap(call(`/api/v1/jobs/${job.id}/events`), (events) => Effect.promise(() => events.text()))
      const asked = yield* call(`/api/v1/query?title=${encodeURIComponent("中国的首都是哪里")}`)
      assert.include(yield* Effect.promise(() => asked.text()), '"answer":"北京"')
      const file = yield* call("/api/v1/questions/export?format=csv")
      assert.include(yield* Effect.promise(() => file.text()), "中国的首都是哪里")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})
