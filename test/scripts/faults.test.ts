import { assert, describe, it, layer } from "@effect/vitest"
import { Context, Effect, Fiber, Layer, Metric, Stream } from "effect"
import { execFile } from "node:child_process"
import { connect } from "node:net"
import { type Cell, cells, nameOf } from "../../scripts/faults/Cell.ts"
import { readCommandLine } from "../../scripts/faults/CommandLine.ts"
import { makeFiberCount } from "../../scripts/faults/FiberCount.ts"
import type { Found } from "../../scripts/faults/Found.ts"
import { problemsOf } from "../../scripts/faults/Judge.ts"
import { type CellReport, runMatrix } from "../../scripts/faults/Matrix.ts"
import { refusingPort } from "../../scripts/faults/RefusingPort.ts"
import { runCell } from "../../scripts/faults/RunCell.ts"
import { jsonOf, tableOf, wrongIn } from "../../scripts/faults/Table.ts"
import { projectFile } from "../../src/platform/projectFile.ts"
import { Malformed, ProviderError } from "../../src/providers/ProviderError.ts"

/** The whole matrix, run once. */
class Reports extends Context.Service<Reports, ReadonlyMap<Cell, CellReport>>()("siku/test/scripts/faults/Reports") {
  static readonly layer = Layer.effect(
    Reports,
    Effect.map(runMatrix(), (reports) => new Map(reports.map((report) => [report.cell, report])))
  )
}

const cellNamed = (name: string): Cell => {
  const cell = cells.find((cell) => nameOf(cell) === name)
  assert.isDefined(cell, `there is no cell "${name}"`)
  return cell
}

/** What a cell has to find, where the reply ended as HTTP says. */
const right: Found = {
  outcome: "RateLimited",
  detail: "openai/m: RateLimited: HTTP 429",
  attempts: ["RateLimited"],
  requests: 1,
  finish: undefined,
  active: 0,
  openSockets: 1,
  socketsAfterClose: 0,
  fibers: 0,
  closeMillis: undefined
}
const rateLimit = cellNamed("openai whole 429")

layer(Reports.layer, { excludeTestServices: true, timeout: "60 seconds" })("the fault matrix", (it) => {
  it("has at least 40 cells, and no two of one name", () => {
    assert.isAtLeast(cells.length, 40)
    assert.strictEqual(new Set(cells.map(nameOf)).size, cells.length)
    for (const { family, mode } of cells) assert.isDefined(cellNamed(`${family} ${mode} caller leaves mid body`))
  })

  for (const cell of cells) {
    it.effect(`${nameOf(cell)}: ends as ${cell.expected} and leaves nothing behind`, () =>
      Effect.gen(function* () {
        const report = (yield* Reports).get(cell)
        assert.isDefined(report)
        assert.deepStrictEqual(report.problems, [], report.found.detail)
      })
    )
  }

  it.effect("closes the connection of every caller who leaves within 100 ms, as the upstream saw it", () =>
    Effect.gen(function* () {
      const leaving = [...(yield* Reports).values()].filter(({ cell }) => cell.fault.callerLeaves)
      assert.lengthOf(leaving, 6)
      for (const { found } of leaving) assert.isAtMost(found.closeMillis ?? Number.POSITIVE_INFINITY, 100)
    })
  )
})

describe("the judge of the matrix", () => {
  it("finds nothing wrong where nothing is", () => {
    assert.deepStrictEqual(problemsOf(rateLimit, right), [])
  })

  const wrongs: ReadonlyArray<readonly [string, Partial<Found>, RegExp]> = [
    ["a wrong reason", { outcome: "Overloaded" }, /^ended as Overloaded, not as RateLimited$/],
    ["a pause that nobody asked for", { outcome: "RateLimited/2000ms" }, /^ended as RateLimited\/2000ms/],
    ["a fake end", { finish: "stop" }, /^the caller was told of stop, not of no end$/],
    ["an end of another kind", { finish: "other" }, /^the caller was told of other/],
    ["an attempt that was not recorded", { attempts: [] }, /^0 attempts/],
    ["an attempt recorded twice", { attempts: ["RateLimited", "RateLimited"] }, /^2 attempts/],
    ["an attempt recorded as something else", { attempts: ["answered"] }, /^an attempt was recorded as answered$/],
    ["a request too many", { requests: 2 }, /^the upstream counted 2 requests, not 1$/],
    ["a request that never came", { requests: 0 }, /^the upstream counted 0 requests, not 1$/],
    ["a call that goes on", { active: 1 }, /^the upstream still held 1 calls$/],
    ["more connections than one to keep", { openSockets: 2 }, /^2 connections stayed open, not 1$/],
    ["a leaked socket", { socketsAfterClose: 1 }, /^1 connections outlived the client$/],
    ["a leaked fiber", { fibers: 1 }, /^1 fibers were left$/],
    ["a close that took too long", { closeMillis: 101 }, /^the upstream saw the call closed 101 ms late$/]
  ]
  for (const [name, wrong, problem] of wrongs) {
    it(`calls ${name} wrong`, () => {
      const problems = problemsOf(rateLimit, { ...right, ...wrong })
      assert.lengthOf(problems, 1)
      assert.match(problems[0] ?? "", problem)
    })
  }

  it("wants an end where there was an answer", () => {
    const answered: Found = { ...right, outcome: "answered", attempts: ["answered"], finish: "stop" }
    const ok = cellNamed("openai stream ok")
    assert.deepStrictEqual(problemsOf(ok, answered), [])
    assert.deepStrictEqual(problemsOf(ok, { ...answered, finish: undefined }), [
      "the caller was told of no end, not of stop"
    ])
  })

  it("lets no connection be kept that a stall holds, and wants it to be seen closed", () => {
    const stalled: Found = { ...right, outcome: "Timeout/stall", attempts: ["Timeout"] }
    const stall = cellNamed("gemini stream stall mid body")
    assert.deepStrictEqual(problemsOf(stall, { ...stalled, openSockets: 0, closeMillis: 100 }), [])
    assert.deepStrictEqual(problemsOf(stall, stalled), [
      "1 connections stayed open, not 0",
      "the upstream saw no call broken off"
    ])
  })
})

describe("a run of a cell", () => {
  it.live("shows a stream that is given a fake end", () =>
    Effect.gen(function* () {
      const cell = cellNamed("openai stream cut between events")
      const found = yield* runCell(cell, (model) => ({
        ...model,
        stream: (request) => Stream.catch(model.stream(request), () => Stream.make({ _tag: "Finish", reason: "stop" }))
      }))
      assert.deepStrictEqual(problemsOf(cell, found), [
        "ended as answered, not as Network",
        "the caller was told of stop, not of no end"
      ])
    })
  )

  it.live("shows a call that goes on behind its caller's back: its fiber and its socket", () =>
    Effect.gen(function* () {
      const cell = cellNamed("gemini whole caller leaves mid body")
      const found = yield* runCell(cell, (model) => ({
        ...model,
        complete: (request) => Effect.flatMap(Effect.forkDetach(model.complete(request)), Fiber.join)
      }))
      assert.deepStrictEqual([found.active, found.openSockets, found.attempts], [1, 1, []])
      assert.isAtLeast(found.fibers, 1)
      assert.includeMembers(
        [...problemsOf(cell, found)],
        [
          "0 attempts were recorded, not 1",
          "the upstream still held 1 calls",
          "1 connections stayed open, not 0",
          "the upstream saw no call broken off"
        ]
      )
    })
  )

  it.live("shows a request too many, and a reason that was changed", () =>
    Effect.gen(function* () {
      const cell = cellNamed("anthropic whole 500")
      const reason = new Malformed({ detail: "changed" })
      const found = yield* runCell(cell, (model) => ({
        ...model,
        complete: (request) =>
          Effect.mapError(
            Effect.retry(model.complete(request), { times: 1 }),
            ({ model, provider }) => new ProviderError({ model, provider, reason })
          )
      }))
      assert.deepStrictEqual(problemsOf(cell, found), [
        "ended as Malformed, not as Unavailable",
        "the upstream counted 2 requests, not 1",
        "2 attempts were recorded, not 1"
      ])
    })
  )
})

describe("the parts of the matrix", () => {
  it.effect("the count of fibers follows them, attached or not, to their end", () =>
    Effect.gen(function* () {
      const count = makeFiberCount()
      const detached = yield* Effect.forkDetach(Effect.never).pipe(
        Effect.forkChild,
        Effect.flatMap(Fiber.join),
        (self) => Effect.provideService(self, Metric.FiberRuntimeMetrics, count.service)
      )
      yield* Effect.forkChild(Effect.never)
      assert.deepStrictEqual([count.started(), count.alive()], [2, 1])
      const none = yield* Effect.forkChild(count.none, { startImmediately: true })
      assert.isUndefined(none.pollUnsafe())
      yield* Fiber.interrupt(detached)
      yield* Fiber.join(none)
      yield* count.none
      assert.strictEqual(count.alive(), 0)
    })
  )

  it.effect("nobody is reached at the refusing port", () =>
    Effect.gen(function* () {
      const port = yield* refusingPort
      const code = yield* Effect.callback<string>((resume) => {
        const socket = connect({ host: "127.0.0.1", port })
        socket.on("connect", () => resume(Effect.succeed("connected")))
        socket.on("error", (error) => resume(Effect.succeed("code" in error ? String(error.code) : error.message)))
        return Effect.sync(() => socket.destroy())
      })
      assert.strictEqual(code, "ECONNREFUSED")
    })
  )

  it("the table has a row for each cell, says what is wrong, and counts it", () => {
    const leaked: CellReport = { cell: rateLimit, found: { ...right, fibers: 2 }, problems: ["2 fibers were left"] }
    const reports = [{ cell: rateLimit, found: right, problems: [] }, leaked]
    const [headings = "", first = "", second = ""] = tableOf(reports).split("\n")
    assert.match(first, /^openai\s+whole\s+429\s+RateLimited\s+RateLimited\s+1\/1\s+-\s+0\s+1 → 0\s+0\s+-\s+✓$/)
    assert.match(second, /\s2\s+-\s+✗$/)
    assert.strictEqual(headings.indexOf("fibers"), second.lastIndexOf("2"))
    assert.include(
      tableOf(reports),
      "✗ openai whole 429: 2 fibers were left (openai/m: RateLimited: HTTP 429)\n2 cells, 1 wrong\n"
    )
    assert.strictEqual(wrongIn(reports), 1)
    assert.strictEqual(JSON.parse(jsonOf(reports)).cells[1].problems[0], "2 fibers were left")
  })

  it("the command line chooses cells by a part of their names, and refuses what chooses none", () => {
    assert.deepStrictEqual(readCommandLine([]), { kind: "run", cells, json: false })
    assert.deepStrictEqual(readCommandLine(["--only", "Gemini stream RESET", "--json"]), {
      kind: "run",
      cells: [cellNamed("gemini stream reset on connect")],
      json: true
    })
    assert.deepStrictEqual(readCommandLine(["--only", "mistral"]), {
      kind: "wrong",
      message: 'no cell has "mistral" in its name'
    })
    assert.strictEqual(readCommandLine(["--all"]).kind, "wrong")
    assert.strictEqual(readCommandLine(["--help"]).kind, "help")
  })

  it.live("the command prints its table and ends well where no cell is wrong, and with 2 for a wrong argument", () =>
    Effect.gen(function* () {
      const good = yield* command("--only", "openai whole 4")
      assert.strictEqual(good.code, 0)
      assert.match(good.stdout, /\n5 cells, 0 wrong\n$/)
      const refused = yield* command("--only", "mistral")
      assert.deepStrictEqual([refused.code, refused.stdout], [2, ""])
      assert.match(refused.stderr, /^faults: no cell has "mistral" in its name\n/)
    })
  )
})

interface Ended {
  readonly code: number | string
  readonly stdout: string
  readonly stderr: string
}

const command = (...args: ReadonlyArray<string>): Effect.Effect<Ended> =>
  Effect.callback((resume) => {
    const child = execFile(
      process.execPath,
      [projectFile("scripts/faults/main.ts"), ...args],
      (error, stdout, stderr) => {
        resume(Effect.succeed({ code: error === null ? 0 : (error.code ?? "killed"), stdout, stderr }))
      }
    )
    return Effect.sync(() => child.kill())
  })
