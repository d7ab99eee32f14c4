import { assert, describe, it, layer } from "@effect/vitest"
import { NodeServices } from "@effect/platform-node"
import { Arbitrary, Context, Effect, Layer } from "effect"
import { OpenApi } from "effect/http-api"
import { createServer } from "node:http"
import { readCommandLine } from "../../scripts/fuzz/CommandLine.ts"
import { makeConnection, type Outcome } from "../../scripts/fuzz/Connection.ts"
import { credentialsOf } from "../../scripts/fuzz/Credential.ts"
import { makeTally } from "../../scripts/fuzz/Findings.ts"
import { fuzz } from "../../scripts/fuzz/Fuzz.ts"
import { commandOf, type FuzzRequest, piecesOf } from "../../scripts/fuzz/FuzzRequest.ts"
import { type Law, wrongsOf } from "../../scripts/fuzz/Judge.ts"
import { makeKnownIds } from "../../scripts/fuzz/KnownIds.ts"
import { defectsInLog } from "../../scripts/fuzz/logFindings.ts"
import { memoryFinding } from "../../scripts/fuzz/Memory.ts"
import { operationAt, operationsOf } from "../../scripts/fuzz/Operation.ts"
import { plansOf, requestOf } from "../../scripts/fuzz/Plan.ts"
import { readReply } from "../../scripts/fuzz/Reply.ts"
import { tableOf } from "../../scripts/fuzz/Table.ts"
import { makeWorker } from "../../scripts/fuzz/Worker.ts"
import { Api } from "../../src/Api.ts"

const secret = "a-secret-of-sixteen"
/** What the API says of itself, read once. */
class TheLaw extends Context.Service<TheLaw, Law>()("siku/test/scripts/fuzz/TheLaw") {
  static readonly layer = Layer.effect(
    TheLaw,
    Effect.map(operationsOf(OpenApi.fromApi(Api)), (operations) => ({ operations, secrets: [secret] }))
  )
}

const get = (target: string): FuzzRequest => ({
  method: "GET",
  target,
  headers: [["host", "127.0.0.1"]],
  body: undefined,
  delivery: "whole",
  soundness: "request"
})

const usual = { "x-request-id": "r1", "x-process-time": "0.1", "x-content-type-options": "nosniff" }

const reply = (
  status: number,
  type: string,
  body: unknown,
  headers: Readonly<Record<string, string>> = usual
): Outcome => ({
  kind: "reply",
  reply: {
    status,
    headers: new Map(Object.entries({ ...headers, "content-type": type })),
    body: Buffer.from(typeof body === "string" ? body : JSON.stringify(body)),
    isWhole: true,
    millis: 1
  }
})

const cutShort = (type: string, body: unknown): Outcome => {
  const outcome = reply(200, type, body)
  return outcome.kind === "reply" ? { kind: "cut", reply: { ...outcome.reply, isWhole: false } } : outcome
}

const json = "application/json"
const problemType = "application/problem+json"
const problem = (status: number, id = "r1") => ({
  type: "about:blank",
  title: "Not Found",
  status,
  detail: "There is no such thing.",
  request_id: id
})
const health = { status: "ok" }

describe("the built service", () => {
  it.live(
    "stands 2,000 requests, right and wrong ones, without a fault",
    () =>
      Effect.gen(function* () {
        const report = yield* fuzz({ seed: 7, requests: 2000, only: [], workers: 16, json: false }, () => {})
        assert.deepStrictEqual(
          [report.findings, report.defects, report.memory?.isGrowing],
          [[], [], false],
          tableOf(report).slice(-20_000)
        )
        assert.strictEqual(report.requests, 2000)
        const operations = (yield* TheLaw).operations.map(({ id }) => id)
        assert.includeMembers(
          report.routes.map(({ operation }) => operation),
          operations
        )
        // What is refused throughout would not be tried at all.
        const answered = report.routes.filter(({ statuses }) =>
          Object.keys(statuses).some((status) => status.startsWith("2"))
        )
        assert.isAbove(answered.length, operations.length * 0.8)
      }).pipe(Effect.scoped, Effect.provide([NodeServices.layer, TheLaw.layer])),
    300_000
  )
})

layer(TheLaw.layer)("the judge of the fuzzer", (it) => {
  const rights: ReadonlyArray<readonly [string, FuzzRequest, Outcome]> = [
    ["a reply as it is declared", get("/health/live"), reply(200, json, health)],
    ["a problem at a route of problems", get("/v1/runs/unknown"), reply(404, problemType, problem(404))],
    ["a 404 where there is nothing", get("/nothing"), reply(404, problemType, problem(404))],
    [
      "an error in OpenAI's form at a route of OpenAI's",
      get("/v1/models/unknown"),
      reply(404, json, { error: { message: "None.", type: "invalid_request_error", param: null, code: null } })
    ],
    [
      "a failure that is told in a reply that took long, and was cut for it",
      { ...get("/v1/messages"), method: "POST" },
      cutShort("application/json", {
        type: "error",
        error: { type: "api_error", message: "It broke off." },
        request_id: "r1"
      })
    ],
    ["a connection closed on what is no HTTP", { ...get("/"), soundness: "nothing" }, { kind: "closed" }],
    [
      "the description of the API, whose words are those of the inside, by whatever address it is had",
      { ...get("/OPENAPI.JSON"), soundness: "address" },
      reply(200, json, { openapi: "3.1.0", fiberId: 1 })
    ],
    [
      "silence where chunks are announced that never come",
      { ...get("/v1/runs/unknown"), headers: [["transfer-encoding", "chunked"]], soundness: "nothing" },
      { kind: "silence" }
    ]
  ]
  for (const [name, request, outcome] of rights) {
    it.effect(`finds nothing wrong with ${name}`, () =>
      Effect.gen(function* () {
        assert.deepStrictEqual(wrongsOf(yield* TheLaw, request, outcome), [])
      })
    )
  }

  const live = get("/health/live")
  const run = get("/v1/runs/unknown")
  const wrongs: ReadonlyArray<readonly [string, FuzzRequest, Outcome, RegExp]> = [
    ["a 500", run, reply(500, problemType, problem(500)), /^status 500$/],
    ["a 500 to what is no HTTP", { ...run, soundness: "nothing" }, reply(500, problemType, ""), /^status 500$/],
    ["a status that is not declared", live, reply(202, json, health), /^status 202 is not declared$/],
    [
      "a content type that is not declared",
      live,
      reply(200, "text/html", "ok"),
      /^content type text\/html is not declared/
    ],
    ["a field too many", live, reply(200, json, { ...health, more: 1 }), /^a 200 that is not as its schema says/],
    ["a field too few", live, reply(200, json, {}), /^a 200 that is not as its schema says/],
    ["a body that is no JSON", live, reply(200, json, "ok"), /^a 200 that is not JSON$/],
    ["an error of another type", run, reply(404, json, problem(404)), /^an error 404 of type "application\/json"/],
    ["a problem of another status", run, reply(404, problemType, problem(409)), /^a problem of status 409/],
    ["a problem of another request", run, reply(404, problemType, problem(404, "r2")), /another request's id$/],
    [
      "a problem at a route of OpenAI's",
      get("/v1/models/unknown"),
      reply(404, problemType, problem(404)),
      /^an error 404 of type/
    ],
    [
      "a reply without the request's id",
      live,
      reply(200, json, health, { ...usual, "x-request-id": "" }),
      /^no x-request-id/
    ],
    ["a secret", live, reply(200, json, { status: secret }), /^a secret in the reply$/],
    ["a stack", live, reply(200, json, "Error\n    at x (/a/b.js:1:2)"), /^the inside of the service/],
    ["a closed connection", live, { kind: "closed" }, /^the connection was closed without a reply$/],
    ["a reply cut short", live, cutShort(json, '{"sta'), /^the reply was cut short$/],
    ["silence", live, { kind: "silence" }, /^there was no reply in time$/],
    ["what is no HTTP", live, { kind: "malformed", bytes: Buffer.from("x") }, /^the reply was no HTTP$/],
    ["a route where there is none", get("/nothing"), reply(200, json, {}), /^status 200 where there is nothing$/],
    [
      "a method that is taken and not declared",
      { ...live, method: "DELETE" },
      reply(204, json, ""),
      /^status 204 for a method that is not declared$/
    ]
  ]
  for (const [name, request, outcome, what] of wrongs) {
    it.effect(`calls ${name} wrong`, () =>
      Effect.gen(function* () {
        const found = wrongsOf(yield* TheLaw, request, outcome)
        assert.match(found[0]?.what ?? "nothing", what)
      })
    )
  }
})

/** A service of one operation that fails on names longer than three characters. */
const description = {
  paths: {
    "/things": {
      post: {
        operationId: "things.add",
        requestBody: {
          content: {
            [json]: {
              schema: {
                type: "object",
                properties: { name: { type: "string" }, note: { type: "string" } },
                required: ["name"],
                additionalProperties: false
              }
            }
          }
        },
        responses: { 200: {} }
      }
    }
  },
  components: { schemas: {} }
}

const nameIn = (text: string): string => {
  try {
    const body: unknown = JSON.parse(text)
    return typeof body === "object" && body !== null && "name" in body && typeof body.name === "string" ? body.name : ""
  } catch {
    return ""
  }
}

const failingService = Effect.acquireRelease(
  Effect.callback<{ readonly port: number; readonly close: () => void }>((resume) => {
    const server = createServer((request, response) => {
      let text = ""
      request.on("data", (piece) => (text += String(piece)))
      request.on("end", () => {
        response.writeHead(nameIn(text).length > 3 ? 500 : 200, usual).end()
      })
    })
    server.listen(0, "127.0.0.1", () => {
      const address = server.address()
      const port = typeof address === "object" && address !== null ? address.port : 0
      resume(Effect.succeed({ port, close: () => server.close() }))
    })
  }),
  ({ close }) => Effect.sync(close)
)

describe("a worker of the fuzzer", () => {
  it.live("finds what fails by chance, counts it, and makes it as small as it gets", () =>
    Effect.gen(function* () {
      const { port } = yield* failingService
      const operations = yield* operationsOf(description)
      const tally = makeTally()
      const connection = makeConnection(port, { reply: 5000, stream: 100 })
      yield* Effect.addFinalizer(() => Effect.sync(connection.close))
      const worker = makeWorker({
        connection,
        credentials: [],
        ids: makeKnownIds(),
        law: { operations, secrets: [] },
        operations,
        plansFor: plansOf,
        port,
        seed: 1,
        tally
      })
      for (let number = 0; number < 60; number++) yield* worker.send(number)
      const found = tally.findings().find(({ what }) => what === "status 500")
      assert.isDefined(found)
      assert.isAbove(found.count, 1)
      // Nothing is left but what it takes: no note, four characters, however they got there.
      const [, plain, base64 = ""] = /--data-binary (?:'(.*)'|@<\(base64 -d <<< (\S+)\))$/.exec(found.command) ?? []
      const body = plain ?? Buffer.from(base64, "base64").toString()
      assert.strictEqual(nameIn(body).length, 4, found.command)
      assert.notInclude(body, "note")
    }).pipe(Effect.scoped)
  )
})

layer(TheLaw.layer)("the requests of the fuzzer", (it) => {
  it.effect.prop(
    "makes the same request of the same seed and number",
    { number: Arbitrary.map(Arbitrary.array(Arbitrary.Constant(1), { maxLength: 50 }), (ones) => ones.length) },
    ({ number }) =>
      Effect.gen(function* () {
        const { operations } = yield* TheLaw
        const operation = operations[number % operations.length]
        assert.isDefined(operation)
        const make = Effect.gen(function* () {
          const [plan] = yield* Arbitrary.sampleEffect(plansOf(operation), { count: 1, seed: `1/${number}`, size: 12 })
          assert.isDefined(plan)
          const ids = makeKnownIds()
          ids.learn(operation.path, [{ id: "one" }, { id: "two" }])
          return requestOf(operation, plan, { seed: 1, number, port: 80, ids, credentials: credentialsOf(secret) })
        })
        const [one, other] = [yield* make, yield* make]
        assert.deepStrictEqual(one, other)
        assert.deepStrictEqual(piecesOf(one), piecesOf(other))
      })
  )

  it.effect("an address leads to the operation with the most fixed parts", () =>
    Effect.gen(function* () {
      const { operations } = yield* TheLaw
      assert.strictEqual(operationAt(operations, "GET", "/api/v1/questions/stats")?.id, "questions.bankStatistics")
      assert.strictEqual(operationAt(operations, "GET", "/api/v1/questions/q_1")?.id, "questions.readQuestion")
      assert.isUndefined(operationAt(operations, "GET", "/api/v1/questions/q_1/none"))
    })
  )
})

describe("the parts of the fuzzer", () => {
  it("replies are read however they are cut and framed", () => {
    const chunked = Buffer.from(
      "HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 200 OK\r\ntransfer-encoding: chunked\r\n\r\n3\r\nabc\r\n0\r\n\r\n"
    )
    for (let length = 0; length < chunked.length; length++) {
      assert.include(["nothing", "begun"], readReply(chunked.subarray(0, length), false, false).kind)
    }
    const read = readReply(chunked, false, false)
    assert.deepStrictEqual(read.kind === "reply" ? [read.reply.body.toString(), read.length] : read.kind, [
      "abc",
      chunked.length
    ])
    const cut = Buffer.from("HTTP/1.1 200 OK\r\ncontent-length: 5\r\n\r\nabc")
    assert.strictEqual(readReply(cut, false, true).kind, "begun")
    assert.strictEqual(readReply(cut, true, false).kind, "reply")
    assert.strictEqual(readReply(Buffer.from("HTTP/2 200\r\n\r\n"), false, false).kind, "malformed")
  })

  it("a request can be sent again from its command, whatever it holds", () => {
    const request = { ...get("/a?b=%27"), headers: [["x", "it's"]] as const, body: Buffer.from("{}") }
    assert.strictEqual(
      commandOf(request, 80),
      `curl --path-as-is -i -X 'GET' 'http://127.0.0.1:80/a?b=%27' -H 'x: it'\\''s' --data-binary '{}'`
    )
    assert.match(commandOf({ ...request, delivery: "chunked" }, 80), /^base64 -d <<< \S+ \| nc -q 5 127\.0\.0\.1 80$/)
  })

  const memory = (heaps: ReadonlyArray<number>, rows = 0) =>
    memoryFinding(
      heaps.map((megabytes, at) => ({
        requests: at,
        heapBytes: megabytes * 1024 * 1024,
        rssBytes: 200 * 1024 * 1024,
        rows: at * rows
      }))
    )?.isGrowing

  it("memory that goes up and down is level, memory that only goes up grows, but for rows that are kept", () => {
    assert.isFalse(memory([20, 50, 52, 49, 51, 50, 52, 49, 50]))
    assert.isTrue(memory([20, 50, 60, 70, 80, 90, 100, 110, 120]))
    assert.isFalse(memory([20, 50, 60, 70, 80, 90, 100, 110, 120], 3000))
    assert.isUndefined(memory([20, 50]))
  })

  it("the log is searched for defects, not for requests that have such words in them", () => {
    const lines = [
      '{"timestamp":"t","level":"INFO","message":"request","path":"/unhandled"}',
      '{"message":"a request failed","level":"ERROR","cause":"Error: x"}',
      '{"message":"a request failed","level":"ERROR","cause":"Error: x"}',
      "[UnhandledPromiseRejection: y]"
    ]
    assert.deepStrictEqual(
      defectsInLog(lines.join("\n")).map(({ what }) => what),
      ['in the log: "a request failed" Error: x', "in the log: [UnhandledPromiseRejection: y]"]
    )
  })

  it("the command line has defaults, and says what is wrong with it", () => {
    const command = readCommandLine(["--only", "chat.listModels"])
    assert.deepStrictEqual(command, {
      kind: "run",
      options: { seed: 1, requests: 100_000, only: ["chat.listModels"], workers: 32, json: false }
    })
    assert.strictEqual(readCommandLine(["--requests", "0"]).kind, "wrong")
    assert.strictEqual(readCommandLine(["--nonsense"]).kind, "wrong")
  })
})
