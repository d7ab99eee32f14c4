import { assert, describe, it } from "@effect/vitest"
import { answerAs } from "../../../scripts/oracle/answerAs.ts"
import { correlated } from "../../../scripts/oracle/correlated.ts"
import { generousOracleModel, type OracleModel } from "../../../scripts/oracle/OracleModel.ts"
import { makeProblem, questionOf, truthOf, valuesOf } from "../../../scripts/oracle/Problem.ts"
import { findStated, objected, stated } from "../../../scripts/oracle/spoken.ts"
import { readChallenge } from "../../../src/thinking/reading/readChallenge.ts"
import { readPlan } from "../../../src/thinking/reading/readPlan.ts"
import { readStep } from "../../../src/thinking/reading/readStep.ts"
import { readVote } from "../../../src/thinking/reading/readVote.ts"

const problems = Array.from({ length: 1500 }, (_, at) => makeProblem(1, at + 1, [2, 3]))

const ask = (role: string, text: string, changes: Partial<OracleModel> = {}): string =>
  answerAs(
    { ...generousOracleModel, ...changes },
    { model: role, messages: [{ role: "user", text }], stream: false, includeUsage: false, headers: {}, body: {} }
  )

type Problem = ReturnType<typeof makeProblem>

const thinkerPrompt = (problem: Problem, strategy: string, context: string, ending = "") =>
  `${questionOf(problem)}\n\nYour strategy is "${strategy}": go on.\n\n${context}\n\n${ending}`

/** A thread that nobody checks, to its end. */
const thread = (problem: Problem, strategy: string, changes: Partial<OracleModel> = {}) => {
  const texts: Array<string> = []
  for (;;) {
    const step = readStep(ask("thinker", thinkerPrompt(problem, strategy, texts.join("\n\n")), changes))
    assert(step !== undefined)
    texts.push(step.text)
    if (step.isLast) return { texts, answer: Number(step.answer), confidence: step.confidence ?? NaN }
  }
}

const shareOf = <A>(all: ReadonlyArray<A>, holds: (item: A) => boolean) => all.filter(holds).length / all.length

const close = (share: number, expected: number) =>
  assert.isBelow(Math.abs(share - expected), 0.04, `${share} is not about ${expected}`)

const wrongIn = (strategy: string, changes: Partial<OracleModel> = {}) =>
  problems.map((problem) => thread(problem, strategy, changes).answer !== truthOf(problem))

describe("a thinker of the oracle", () => {
  it("comes to the truth step by step where it never errs, stating each value", () => {
    for (const problem of problems.slice(0, 50)) {
      const { answer, texts } = thread(problem, "direct", { thinkerError: 0 })
      assert.strictEqual(answer, truthOf(problem))
      assert.deepStrictEqual(
        findStated(texts.join("\n")).map(({ value }) => value),
        [...valuesOf(problem)]
      )
    }
  })

  it("errs as often as it is told to, and as often in one reply as in steps", () => {
    close(
      shareOf(wrongIn("direct"), (wrong) => wrong),
      0.35
    )
    const plain = problems.map(
      (problem) => findStated(ask("plain", questionOf(problem))).at(-1)?.value !== truthOf(problem)
    )
    close(
      shareOf(plain, (wrong) => wrong),
      0.35
    )
  })

  it.each([0, 0.2, 0.6, 1])("errs in two threads with a correlation of %s", (correlation) => {
    const one = wrongIn("direct", { correlation })
    const other = wrongIn("backwards", { correlation })
    const both = shareOf(problems, (problem) => {
      const at = problems.indexOf(problem)
      return one[at] === true && other[at] === true
    })
    const [p, q] = [shareOf(one, (wrong) => wrong), shareOf(other, (wrong) => wrong)]
    const found = (both - p * q) / Math.sqrt(p * (1 - p) * q * (1 - q))
    assert.isBelow(Math.abs(found - correlation), 0.08, `${found}`)
  })

  it("is surer of what is right than of what is wrong, as far as it has the insight", () => {
    const ends = problems.map((problem) => ({ ...thread(problem, "direct", { insight: 1 }), truth: truthOf(problem) }))
    for (const { answer, confidence, truth } of ends) {
      if (answer === truth) assert.isAtLeast(confidence, 0.8)
      else assert.isAtMost(confidence, 0.5)
    }
  })

  it("mends a step after a right objection as often as it is told to", () => {
    const mended = problems.map((problem) => {
      const truth = valuesOf(problem)[0] ?? 0
      const objection = objected(1, "the sum", truth)
      const prompt = thinkerPrompt(problem, "direct", stated(1, truth + 5), objection)
      return readStep(ask("thinker", prompt))?.text.includes(stated(1, truth)) === true
    })
    close(
      shareOf(mended, (is) => is),
      0.8
    )
  })

  it("gives a right step up after a wrong objection as often as it is told to", () => {
    const kept = problems.map((problem) => {
      const truth = valuesOf(problem)[0] ?? 0
      const prompt = thinkerPrompt(problem, "direct", stated(1, truth), objected(1, "the sum", truth + 1))
      return readStep(ask("thinker", prompt))?.text.includes(stated(1, truth)) === true
    })
    close(
      shareOf(kept, (is) => is),
      0.85
    )
  })

  it("concludes at once where it is told that it must", () => {
    const [problem] = problems
    assert(problem !== undefined)
    const step = readStep(ask("thinker", thinkerPrompt(problem, "direct", "", "finish now"), { thinkerError: 0 }))
    assert.deepStrictEqual([step?.isLast, step?.answer], [true, String(truthOf(problem))])
  })
})

const judged = (role: string, isRight: boolean, changes: Partial<OracleModel> = {}) =>
  problems.map((problem) => {
    const value = (valuesOf(problem)[0] ?? 0) + (isRight ? 0 : 3)
    return ask(role, `${questionOf(problem)}\n\nThe step:\n${stated(1, value)}`, changes)
  })

describe("a challenger of the oracle", () => {
  it("overlooks wrong steps and objects to right ones as often as it is told to", () => {
    const found = (isRight: boolean) =>
      shareOf(judged("challenger", isRight), (text) => readChallenge(text)?.found === true)
    close(found(false), 0.75)
    close(found(true), 0.1)
  })

  it("names the right figure of a wrong step", () => {
    const [problem] = problems
    const [reply] = judged("challenger", false, { challengerMiss: 0 })
    assert(problem !== undefined && reply !== undefined)
    assert.include(readChallenge(reply)?.counterexample, `comes to ${valuesOf(problem)[0]},`)
  })
})

describe("a voter of the oracle", () => {
  it("abstains and errs as often as it is told to", () => {
    for (const isRight of [true, false]) {
      const votes = judged("voter", isRight).map((text) => readVote(text)?.vote)
      close(
        shareOf(votes, (vote) => vote === "abstain"),
        0.05
      )
      close(
        shareOf(votes, (vote) => vote === (isRight ? "accept" : "reject")),
        0.95 * 0.85
      )
    }
  })
})

describe("the other models of the oracle", () => {
  it("plan with a strategy of its own for each of ten threads", () => {
    const [problem] = problems
    assert(problem !== undefined)
    const plan = readPlan(ask("planner", questionOf(problem)))
    assert.strictEqual(plan?.form, "number")
    assert.strictEqual(new Set(plan?.strategies.map(({ name }) => name)).size, 10)
  })

  it("sum up every value that was stated", () => {
    const [problem] = problems
    assert(problem !== undefined)
    const text = `${questionOf(problem)}\n${stated(1, 70)}\nWords.\n${stated(2, 140)}`
    assert.deepStrictEqual(findStated(ask("summarizer", text)), [
      { step: 1, value: 70 },
      { step: 2, value: 140 }
    ])
  })

  it("fuse threads into what most of them say, and pick the right one of two as often as they are told to", () => {
    const fused = (offsets: ReadonlyArray<number>) =>
      problems.map((problem) => {
        const last = problem.operations.length
        const ends = offsets.map((offset) => stated(last, truthOf(problem) + offset))
        return (
          /ANSWER: (-?\d+)$/.exec(ask("fusion", [questionOf(problem), ...ends].join("\n")))?.[1] ===
          String(truthOf(problem))
        )
      })
    assert.strictEqual(
      shareOf(fused([0, 4, 0]), (right) => right),
      1
    )
    assert.strictEqual(
      shareOf(fused([4, 0, 4]), (right) => right),
      0
    )
    close(
      shareOf(fused([4, 0]), (right) => right),
      0.7
    )
  })

  it("say the same to the same request", () => {
    const [problem] = problems
    assert(problem !== undefined)
    const prompt = thinkerPrompt(problem, "direct", "")
    assert.strictEqual(ask("thinker", prompt), ask("thinker", prompt))
    assert.notStrictEqual(ask("thinker", prompt, { seed: 2 }), ask("thinker", prompt))
  })
})

describe("correlated draws", () => {
  it.each([0, 0.3, 1])("keep their rate whatever the correlation, here %s", (correlation) => {
    const all = problems.map(({ id }) => correlated({ rate: 0.3, correlation, group: `group ${id}`, self: "me" }))
    close(
      shareOf(all, ({ yes }) => yes),
      0.3
    )
    close(
      shareOf(all, ({ common }) => common),
      Math.sqrt(correlation)
    )
  })
})

describe("a panel of voters", () => {
  const asked = (text: string, model = "voter") =>
    ({ model, messages: [{ role: "user", text }], stream: false, includeUsage: false, headers: {}, body: {} }) as const

  it("does not say the same when it is asked to begin at different angles", () => {
    const votes = problems.slice(0, 100).map((problem) => {
      const request = (angle: string) => asked(`${questionOf(problem)}\n\n${stated(1, 3)}\n\n${angle}`)
      return new Set(
        ["one", "two", "three"].map((angle) => readVote(answerAs(generousOracleModel, request(angle)))?.vote)
      ).size
    })
    assert.isAbove(votes.filter((kinds) => kinds > 1).length, 20)
  })
})
