import { execFile } from "node:child_process"
import { createWriteStream } from "node:fs"
import { once } from "node:events"
import { promisify } from "node:util"
import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema, Stream } from "effect"
import { Zip } from "effect/encoding"
import { projectFile } from "../../../src/platform/projectFile.ts"

// A process from the sources takes some 200 by itself.
const mostMegabytes = 500

const Outcome = Schema.Struct({
  rows: Schema.Finite,
  problems: Schema.Array(Schema.String),
  error: Schema.NullOr(Schema.String),
  megabytes: Schema.Finite
})
const run = promisify(execFile)

/** Writes the parts to a file and reads it in a process of its own. */
const outcomeOf = Effect.fnUntraced(
  function* (parts: Iterable<string | Uint8Array> | AsyncIterable<Uint8Array>) {
    const files = yield* FileSystem.FileSystem
    const file = `${yield* files.makeTempDirectoryScoped()}/file`
    yield* Effect.promise(async () => {
      const out = createWriteStream(file)
      for await (const part of parts) if (!out.write(part)) await once(out, "drain")
      out.end()
      await once(out, "close")
    })
    const { stdout } = yield* Effect.promise(() =>
      run(process.execPath, [projectFile("test", "bank", "transfer", "readProcess.ts"), file])
    )
    const outcome = yield* Schema.decodeUnknownEffect(Schema.fromJsonString(Outcome))(stdout)
    assert.isBelow(outcome.megabytes, mostMegabytes, "memory")
    return outcome
  },
  Effect.scoped,
  Effect.provide(NodeServices.layer)
)

const megabyte = "一二三四五六七八".repeat(43_691)
const times = function* (count: number, ...parts: ReadonlyArray<string>) {
  for (let at = 0; at < count; at++) yield* parts
}

/** A workbook whose sheet is this text over and over. */
const workbook = (path: string, chunk: string, count: number) => {
  const bytes = new TextEncoder().encode(chunk)
  const head = new TextEncoder().encode("<worksheet><sheetData><row><c t='inlineStr'><is><t>")
  const body = Stream.make(head).pipe(Stream.concat(Stream.fromIterable(Array.from({ length: count }, () => bytes))))
  return Stream.toAsyncIterable(
    Stream.make(Zip.fileStream(path, body)).pipe(Stream.pipeThroughChannel(Zip.encode<never, unknown, Zip.Entry>()))
  )
}

describe("a hostile file", { timeout: 120_000 }, () => {
  it.live("with a quotation mark that is not closed over 120 MB is refused at its row", () =>
    Effect.gen(function* () {
      const { error, rows } = yield* outcomeOf(
        (function* () {
          yield '题目,答案\n一,二\n"三'
          yield* times(120, megabyte)
        })()
      )
      assert.match(error ?? "", /^row 3: .*quotation mark/)
      assert.strictEqual(rows, 1)
    })
  )

  it.live("with a cell of 10 MB, or a million columns, is read but for that row", () =>
    Effect.gen(function* () {
      const { error, problems, rows } = yield* outcomeOf(
        (function* () {
          yield "题目,答案\n"
          yield* times(10, megabyte)
          yield ",二\n"
          yield* times(1000, "x,".repeat(1000))
          yield "\n三,四\n"
        })()
      )
      assert.isNull(error)
      assert.strictEqual(rows, 1)
      assert.lengthOf(problems, 2)
      assert.match(problems[0] ?? "", /^2: the question is too long/)
      assert.match(problems[1] ?? "", /^3: there are too many columns/)
    })
  )

  it.live("of JSON with an element of 100 MB, and one nested a million times, is read but for those", () =>
    Effect.gen(function* () {
      const { error, problems, rows } = yield* outcomeOf(
        (function* () {
          yield '[{"question":"'
          yield* times(100, megabyte)
          yield '","answer":"一"},'
          yield* times(1000, "[".repeat(1000))
          yield* times(1000, "]".repeat(1000))
          yield ',{"question":"一","answer":"二"}]'
        })()
      )
      assert.isNull(error)
      assert.strictEqual(rows, 1)
      assert.deepStrictEqual(problems, [
        "1: the row is longer than 16777216 characters",
        "2: it is nested deeper than 64 levels"
      ])
    })
  )

  it.live("that is a zip bomb is refused, in the sheet and in the texts", () =>
    Effect.gen(function* () {
      for (const path of ["xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/media/picture.png"]) {
        const { error, rows } = yield* outcomeOf(workbook(path, "</t></is></c><c><is><t>".repeat(40_000), 150))
        assert.match(error ?? "", /unpacks to more than \d+ MB/, path)
        assert.strictEqual(rows, 0)
      }
    })
  )
})
