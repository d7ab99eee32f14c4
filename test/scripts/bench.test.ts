import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem, Schema } from "effect"
import { NodeServices } from "@effect/platform-node"
import { once } from "node:events"
import type { Server as HttpServer } from "node:http"
import { createServer } from "node:net"
import type { Server, Socket } from "node:net"
import { fileURLToPath } from "node:url"
import { readCommandLine } from "../../scripts/bench/CommandLine.ts"
import { generatedQuestion } from "../../scripts/bench/GeneratedQuestion.ts"
import { makeHistogram } from "../../scripts/bench/Histogram.ts"
import { readResponse } from "../../scripts/bench/HttpResponse.ts"
import { generateLoad } from "../../scripts/bench/loadGenerator.ts"
import type { Load } from "../../scripts/bench/loadGenerator.ts"
import { measure } from "../../scripts/bench/Measurement.ts"
import { parseCpuList } from "../../scripts/bench/Pinning.ts"
import { parseProc, parsePs, usageOf } from "../../scripts/bench/ProcessUsage.ts"
import { makeRawServer } from "../../scripts/bench/rawServer.ts"
import { cycle, requestBytes } from "../../scripts/bench/Requests.ts"
import type { AskedQuestion, Method } from "../../scripts/bench/Requests.ts"
import { startServer } from "../../scripts/bench/ServerProcess.ts"
import { statOf } from "../../scripts/bench/Stat.ts"
import { makeQuestion } from "../../src/bank/Question.ts"
import { OcsReply } from "../../src/bank/ocs/OcsReply.ts"

const question: AskedQuestion = { title: "1 + 1 = ？ & 为什么", options: ["A. 二", "B. 三"], type: "single" }
const asking = requestBytes(question, "get")
const noMistakes = { status: 0, body: 0, broken: 0, late: 0 }

/** Listens on a free port until the test is over; a raw server counts the requests it got. */
const listening = (server: Server | HttpServer) =>
  Effect.acquireRelease(
    Effect.promise(async () => {
      const sockets = new Set<Socket>()
      server.on("connection", (socket: Socket) => {
        sockets.add(socket)
        socket.on("error", () => {}).on("close", () => sockets.delete(socket))
      })
      server.listen(0, "127.0.0.1")
      await once(server, "listening")
      const address = server.address()
      return { sockets, port: typeof address === "object" && address !== null ? address.port : 0 }
    }),
    ({ sockets }) =>
      Effect.promise(async () => {
        for (const socket of sockets) socket.destroy()
        server.close()
        await once(server, "close")
      })
  )

const load = (port: number, changes: Partial<Load> = {}) =>
  Effect.promise((signal) =>
    generateLoad(
      {
        port,
        connections: 4,
        next: () => asking,
        expected: ['"code":1'],
        warmUpMillis: 0,
        measureMillis: 10_000,
        ...changes
      },
      signal
    )
  )

/** Answers the requests in turn with these pieces of bytes, each piece in a packet of its own; "" closes the socket. */
const scripted = (replies: ReadonlyArray<ReadonlyArray<string>>) => {
  let answered = 0
  return createServer({ noDelay: true }, (socket) => {
    const sendFrom = (pieces: ReadonlyArray<string>) => {
      const [piece, ...rest] = pieces
      if (piece === undefined) return
      if (piece === "") socket.destroy()
      else socket.write(piece, () => setImmediate(sendFrom, rest))
    }
    socket.on("data", () => sendFrom(replies[answered++] ?? []))
  })
}

const whole = (body: string, status = 200, headers = "") =>
  `HTTP/1.1 ${status} Text\r\n${headers}Content-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`
const right = '{"code":1,"data":"二"}'

describe("the load generator", () => {
  it.effect("counts every request that a raw server has got, right answers within the time it measures", () =>
    Effect.gen(function* () {
      const server = makeRawServer()
      let got = 0
      server.on("request", () => got++)
      const { port } = yield* listening(server)
      const edges: Array<string> = []
      const result = yield* load(port, {
        warmUpMillis: 100,
        measureMillis: 200,
        expected: ['"code":1', '"source":"memory"', '"question":"1 + 1 = ？ & 为什么"', '"answers":["A. 二"]'],
        onEdge: (edge) => edges.push(edge)
      })
      assert.deepStrictEqual([result.sent, result.answered], [got, got])
      assert.deepStrictEqual(result.mistakes, noMistakes)
      assert.isAbove(result.right, 0)
      assert.isBelow(result.right, result.answered)
      assert.strictEqual(result.latency.count(), result.right)
      assert.deepStrictEqual(edges, ["start", "end"])
    })
  )

  it.effect("sends no more requests than it is told, and measures all of them without a warm-up", () =>
    Effect.gen(function* () {
      const { port } = yield* listening(makeRawServer())
      const next = cycle([asking, requestBytes(question, "post")])
      const { answered, mistakes, right, sent } = yield* load(port, { next, mostRequests: 501 })
      assert.deepStrictEqual(
        { answered, mistakes, right, sent },
        { answered: 501, mistakes: noMistakes, right: 501, sent: 501 }
      )
    })
  )

  it.effect("tells wrong statuses, wrong bodies and broken connections apart, and goes on after each", () =>
    Effect.gen(function* () {
      const replies = [
        [whole(right)],
        [whole("no", 500)],
        [whole('{"code":0}')],
        [whole(right).slice(0, -3), ""],
        [""],
        ["SSH-2.0-OpenSSH\r\n\r\n"],
        [whole(right) + whole(right)],
        [whole(right)]
      ]
      const { port } = yield* listening(scripted(replies))
      const result = yield* load(port, { connections: 1, mostRequests: replies.length })
      assert.deepStrictEqual(result.mistakes, { status: 1, body: 1, broken: 4, late: 0 })
      assert.deepStrictEqual([result.sent, result.answered, result.right], [8, 4, 2])
      assert.strictEqual(result.firstWrong, "status 500: no")
    })
  )

  it.effect("reads answers that come in pieces or in chunks, and follows a server that closes after one", () =>
    Effect.gen(function* () {
      const head = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
      const replies = [
        [...whole(right)],
        [`${head}1\r\n{\r\n`, `${(Buffer.byteLength(right) - 1).toString(16)}\r\n${right.slice(1)}\r`, "\n0\r\n\r\n"],
        [whole(right, 200, "Connection: close\r\n"), ""],
        [whole(right)]
      ]
      const { port } = yield* listening(scripted(replies))
      const result = yield* load(port, { connections: 1, mostRequests: replies.length })
      assert.deepStrictEqual([result.right, result.mistakes], [4, noMistakes])
    })
  )

  it.effect("gives up on answers that do not come, and counts them", () =>
    Effect.gen(function* () {
      const { port } = yield* listening(scripted([[whole(right)]]))
      const result = yield* load(port, { connections: 3, mostRequests: 3, measureMillis: 50, drainMillis: 50 })
      assert.deepStrictEqual([result.answered, result.mistakes], [1, { ...noMistakes, late: 2 }])
    })
  )

  it.effect("stops and closes its connections when it is interrupted", () =>
    Effect.gen(function* () {
      const server = makeRawServer()
      const asked = new Set<Socket>()
      const allAsked = new Promise<void>((resolve) => {
        server.on("request", ({ socket }) => asked.add(socket).size === 4 && resolve())
      })
      const { port } = yield* listening(server)
      yield* Effect.raceFirst(
        load(port, { measureMillis: 3_600_000 }),
        Effect.promise(() => allAsked)
      )
      // Without an end of the connections, this does not end.
      const closed = [...asked].map(
        (socket) => socket.closed || new Promise((resolve) => socket.once("close", resolve))
      )
      yield* Effect.promise(() => Promise.all(closed))
      assert.isTrue([...asked].every((socket) => socket.closed))
    })
  )
})

describe("reading responses", () => {
  const Sizes = Schema.Array(Schema.Int.check(Schema.isBetween({ minimum: 1, maximum: 40 })))

  it.prop(
    "a chunked body is what was cut into chunks, wherever they were cut, and needs every byte",
    { text: Schema.String, sizes: Sizes },
    ({ sizes, text }) => {
      const body = Buffer.from(text)
      let framed = ""
      let at = 0
      for (const size of [...sizes, Infinity]) {
        const piece = body.subarray(at, at + size)
        if (piece.length > 0) framed += `${piece.length.toString(16)};note=1\r\n${piece.toString("latin1")}\r\n`
        at += piece.length
      }
      const bytes = Buffer.from(
        `HTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n${framed}0\r\nTrailer: x\r\n\r\n`,
        "latin1"
      )
      const response = readResponse(bytes)
      assert.isObject(response)
      if (typeof response === "string") return
      assert.deepStrictEqual([response.body.toString("hex"), response.length], [body.toString("hex"), bytes.length])
      for (let length = 0; length < bytes.length; length++) {
        assert.strictEqual(readResponse(bytes.subarray(0, length)), "incomplete")
      }
    }
  )

  it("a body without a length, and a length that is none, are no responses", () => {
    for (const header of ["", "content-length: many\r\n", "transfer-encoding: gzip\r\n"]) {
      assert.strictEqual(readResponse(Buffer.from(`HTTP/1.1 200 OK\r\n${header}\r\nbody`)), "malformed")
    }
  })
})

describe("the histogram", () => {
  const Micros = Schema.Int.check(Schema.isBetween({ minimum: 0, maximum: 2 ** 31 - 1 }))

  it.prop(
    "gives quantiles that are exact up to 256 µs, else less than 0.8 % above",
    { times: Schema.NonEmptyArray(Micros), q: Schema.Finite.check(Schema.isBetween({ minimum: 0, maximum: 1 })) },
    ({ q, times }) => {
      const histogram = makeHistogram()
      for (const micros of times) histogram.record(micros / 1000)
      const exact = times.toSorted((a, b) => a - b)[Math.max(1, Math.ceil(q * times.length)) - 1] ?? NaN
      const given = Math.round(histogram.quantile(q) * 1000)
      assert.strictEqual(histogram.count(), times.length)
      assert.isAtLeast(given, exact)
      assert.isAtMost(given, exact < 256 ? exact : exact * 1.008)
    }
  )

  it("knows no quantile of nothing", () => {
    assert.isNaN(makeHistogram().quantile(0.5))
  })
})

describe("questions and requests", () => {
  it("the generated questions are all different ones, and each has its answer among four different options", () => {
    const questions = Array.from({ length: 3000 }, (_, index) => generatedQuestion(index))
    const keys = questions.map(({ options, title }) => makeQuestion({ title, options, type: "single" }).titleKey)
    assert.strictEqual(new Set(keys).size, questions.length)
    for (const { answer, options } of questions) {
      assert.strictEqual(new Set(options).size, 4)
      assert.include(options, answer)
    }
  })

  it.effect.each<Method>(["get", "post"])("the raw server answers a %s with the fields of Siku's reply", (method) =>
    Effect.gen(function* () {
      const { port } = yield* listening(makeRawServer())
      const [path, init] =
        method === "get"
          ? [`/?${new URLSearchParams({ title: "题目", options: "甲\n乙", type: "single" })}`, {}]
          : ["/", { method: "POST", body: JSON.stringify({ title: "题目", options: "甲\n乙", type: "single" }) }]
      const reply = yield* Effect.promise(async () => (await fetch(`http://127.0.0.1:${port}${path}`, init)).json())
      const decoded = yield* Schema.decodeUnknownEffect(OcsReply)(reply, { onExcessProperty: "error" })
      assert.deepInclude(decoded, { code: 1, question: "题目", answers: ["甲"], type: "single" })
    })
  )
})

describe("a server in a process of its own", () => {
  const rawServer = fileURLToPath(new URL("../../scripts/bench/rawServer.ts", import.meta.url))

  it.live("is measured while its scope is open, and gone after it", () =>
    Effect.gen(function* () {
      const files = yield* FileSystem.FileSystem
      const folder = yield* files.makeTempDirectoryScoped()
      const server = (args: ReadonlyArray<string>) =>
        startServer({
          name: "the raw server",
          command: [process.execPath, ...args],
          cwd: folder,
          environment: {},
          logFile: `${folder}/raw.log`,
          ready: /^http:\/\/127\.0\.0\.1:(\d+)/m
        })
      const { measured, pid } = yield* Effect.scoped(
        Effect.gen(function* () {
          const started = yield* server([rawServer])
          const expected = ['"code":1']
          const times = { warmUpMillis: 0, measureMillis: 10_000, mostRequests: 200 }
          const measured = yield* measure(started, { connections: 2, next: () => asking, expected, ...times })
          return { measured, pid: started.pid }
        })
      )
      assert.deepStrictEqual([measured.answered, measured.mistakes], [200, noMistakes])
      assert.isTrue(measured.rssMegabytes === undefined || measured.rssMegabytes > 1)
      assert.isUndefined(usageOf(pid))
      const failure = yield* Effect.flip(Effect.scoped(server(["-e", "process.stderr.write('why'); process.exit(3)"])))
      assert.include(failure.message, "the raw server ended with code 3")
      assert.include(failure.message, "why")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

describe("what the machine and the command line say", () => {
  it("CPU time and memory are read from /proc and from ps", () => {
    const stat = `42 (a b) c) S ${Array.from({ length: 40 }, (_, i) => i + 4).join(" ")}`
    assert.deepStrictEqual(parseProc(stat, "Name:\tx\nVmRSS:\t  2048 kB\n"), {
      cpuMicros: (14 + 15) * 10_000,
      rssBytes: 2048 * 1024
    })
    assert.isUndefined(parseProc(stat, "Name:\tx\n"))
    for (const [time, seconds] of [
      ["0:01.50", 1.5],
      ["00:02:03", 123],
      ["1-00:00:01", 86_401]
    ] as const) {
      assert.deepStrictEqual(parsePs(`  ${time}  1024\n`), { cpuMicros: seconds * 1e6, rssBytes: 1024 ** 2 })
    }
    assert.isUndefined(parsePs(""))
  })

  it("lists of CPUs may have ranges", () => {
    assert.deepStrictEqual(parseCpuList("0-2,8"), [0, 1, 2, 8])
    assert.deepStrictEqual(parseCpuList("5"), [5])
  })

  it("a figure over rounds is its median, least and most; there is none of nothing", () => {
    assert.deepStrictEqual(statOf([3, 1, 10]), { median: 3, min: 1, max: 10 })
    assert.deepStrictEqual(statOf([4, 1, 2, undefined, 10]), { median: 3, min: 1, max: 10 })
    assert.isNull(statOf([undefined, NaN]))
  })

  it("the command line is read with its defaults, and wrong values are refused by name", () => {
    const read = readCommandLine(["--quick", "--seconds", "2.5", "--only", "miss", "--json", "out.json"], "/base")
    assert.deepStrictEqual(read, {
      kind: "run",
      options: {
        rounds: 1,
        seconds: 2.5,
        warmUp: 0.3,
        connections: 32,
        rows: 2000,
        callRounds: 1,
        calls: 100,
        streams: 100,
        method: "get",
        only: ["miss"],
        json: "/base/out.json",
        profiles: undefined
      }
    })
    assert.deepStrictEqual(readCommandLine(["--help"], "/"), { kind: "help" })
    for (const args of [["--rounds", "0"], ["--seconds", "x"], ["--only", "all"], ["--unknown"]]) {
      const wrong = readCommandLine(args, "/")
      assert.include(wrong.kind === "wrong" ? wrong.message : "", args[0] ?? "nothing")
    }
  })
})
