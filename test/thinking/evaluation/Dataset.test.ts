import { NodeServices } from "@effect/platform-node"
import { assert, describe, it } from "@effect/vitest"
import { Effect, FileSystem } from "effect"
import { readDataset } from "../../../src/thinking/evaluation/Dataset.ts"
import { isRightAnswer } from "../../../src/thinking/evaluation/judgeAnswer.ts"

const read = (text: string, limit = 100) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const file = yield* files.makeTempFileScoped({ suffix: ".jsonl" })
    yield* files.writeFileString(file, text)
    return yield* readDataset(file, limit)
  }).pipe(Effect.scoped, Effect.provide(NodeServices.layer))

const messageOf = (text: string) => Effect.map(Effect.flip(read(text)), ({ message }) => message)

describe("a dataset", () => {
  it.effect("is read line by line, with the number of the line where there is no id", () =>
    Effect.gen(function* () {
      const problems = yield* read(
        '{"question":"1+1?","answer":2}\r\n\n{"id":7,"question":"天是蓝的吗？","answer":true}'
      )
      assert.deepStrictEqual(
        problems.map(({ answer, id, question }) => [id, question, answer]),
        [
          ["1", "1+1?", 2],
          ["7", "天是蓝的吗？", true]
        ]
      )
    })
  )

  it.effect("is read no further than its limit", () =>
    Effect.gen(function* () {
      const problems = yield* read('{"question":"a","answer":"b"}\n{"question":"c","answer":"d"}\nno JSON', 2)
      assert.strictEqual(problems.length, 2)
    })
  )

  it.effect("names the line that cannot be read", () =>
    Effect.gen(function* () {
      assert.match(yield* messageOf('{"question":"a","answer":"b"}\n\n{"question":"c"}'), /, line 3: /)
      assert.match(yield* messageOf("{"), /, line 1: /)
    })
  )

  it.effect("has each id once, and at least one problem", () =>
    Effect.gen(function* () {
      const line = '{"id":"x","question":"a","answer":"b"}\n'
      assert.match(yield* messageOf(line + line), /the id x is there twice/)
      assert.match(yield* messageOf("\n\n"), /there is no problem in it/)
    })
  )

  it.effect("that is not there is told by its name", () =>
    Effect.gen(function* () {
      const error = yield* Effect.flip(readDataset("/no/such/file.jsonl", 1))
      assert.include(error.message, "/no/such/file.jsonl: ")
    }).pipe(Effect.provide(NodeServices.layer))
  )
})

const capitals = { question: "Which?", options: ["Rome", "Paris", "Oslo"] }

describe("an answer", () => {
  it.each([
    [{ question: "?", answer: 417 }, "417", true],
    [{ question: "?", answer: 417 }, "417 boxes", true],
    [{ question: "?", answer: 1000 }, "1,000", true],
    [{ question: "?", answer: 417 }, "418", false],
    [{ question: "?", answer: "1/2", type: "number" }, "0.5", true],
    [{ question: "?", answer: true }, "对", true],
    [{ question: "?", answer: false }, "Yes", false],
    [{ question: "?", answer: "false", type: "boolean" }, "错误", true],
    [{ question: "?", answer: "Marie Curie" }, "marie curie.", true],
    [{ question: "?", answer: "Marie Curie" }, "Pierre Curie", false],
    [{ question: "?", answer: ["H2O", "water"] }, "Water", true],
    [{ ...capitals, answer: "B" }, "B. Paris", true],
    [{ ...capitals, answer: "Paris" }, "B", true],
    [{ ...capitals, answer: "Paris" }, "A", false],
    [{ ...capitals, answer: ["Rome", "C"] }, "AC", true],
    [{ ...capitals, answer: ["Rome", "C"] }, "A", false],
    [{ ...capitals, answer: "AC", type: "multiple" }, "Oslo, Rome", true],
    [{ question: "?", answer: "Paris" }, "", false]
  ] as const)("to %j of %j is right: %s", (problem, given, isRight) => {
    assert.strictEqual(isRightAnswer({ ...problem, id: "1" }, given), isRight)
  })
})
