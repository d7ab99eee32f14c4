import { assert, describe, it } from "@effect/vitest"
import { kinds, makeExercise, questionOf, readExercise, resultOf } from "../../../scripts/solver/Exercise.ts"
import { challenge, mindOf, plain, rightAnswer, think, vote } from "../../../scripts/solver/roles.ts"
import { independentSlips, sharedBlindSpots } from "../../../scripts/solver/SolverModel.ts"
import { isTrapped, workOut } from "../../../scripts/solver/workOut.ts"
import { findAnswer } from "../../../src/thinking/answers/findAnswer.ts"
import { isRightAnswer } from "../../../src/thinking/evaluation/judgeAnswer.ts"
import { readChallenge } from "../../../src/thinking/reading/readChallenge.ts"
import { readStep } from "../../../src/thinking/reading/readStep.ts"
import { readVote } from "../../../src/thinking/reading/readVote.ts"
import { wrongSums } from "../../../src/thinking/reading/wrongSums.ts"

const exercises = Array.from({ length: 120 }, (_, at) => makeExercise(3, at + 1))
const flawless = { ...sharedBlindSpots, blindSpots: 0, stumble: 0, slip: 0, refuse: 0, overlook: 0, falseAlarm: 0 }

const problemOf = (exercise: (typeof exercises)[number]) => ({
  id: String(exercise.id),
  question: questionOf(exercise),
  answer: exercise.claim === undefined ? rightAnswer(exercise) : ["对", "true"].includes(rightAnswer(exercise)),
  ...(exercise.options.length === 0 ? {} : { options: exercise.options.map(String) }),
  ...(exercise.claim === undefined && exercise.options.length === 0 ? { type: "number" } : {})
})

const shown = (exercise: (typeof exercises)[number]): string =>
  [questionOf(exercise), ...exercise.options.map((option, at) => `${String.fromCharCode(65 + at)}. ${option}`)].join(
    "\n"
  )

describe("the solver", () => {
  it("reads every exercise back from its words", () => {
    for (const exercise of exercises) {
      const read = readExercise(`Some instructions.\n\n${shown(exercise)}\n\nMore of them.`)
      assert.deepStrictEqual(read, {
        kind: exercise.kind,
        language: exercise.language,
        numbers: exercise.numbers,
        claim: exercise.claim,
        options: exercise.options
      })
    }
  })

  it("has traps that lead to another result", () => {
    for (const { kind, numbers } of exercises) {
      assert.notStrictEqual(resultOf(kind.right, numbers), resultOf(kind.trap, numbers), kind.name)
      assert.isTrue(Number.isInteger(resultOf(kind.right, numbers) * 100), kind.name)
    }
    assert.strictEqual(new Set(exercises.map(({ kind }) => kind.name)).size, kinds.length)
  })

  it("gives the right answer in every dress where nothing goes wrong", () => {
    for (const exercise of exercises) {
      const text = plain(mindOf(flawless, exercise, "somebody"))
      assert.isTrue(isRightAnswer(problemOf(exercise), readStep(text)?.answer ?? findAnswer(text) ?? ""), text)
    }
  })

  it("thinks in steps that the engine reads, to the right answer", () => {
    for (const exercise of exercises) {
      const mind = mindOf(flawless, exercise, "Direct 1")
      const prompt = (context: string) => `<context>\n${context}\n</context>\n\nWrite step 1 of at most 20 now.`
      let context = ""
      let read = readStep(think(mind, prompt(context)))
      for (let step = 0; step < 5 && read?.isLast === false; step++) {
        context += `\n${read.text}`
        read = readStep(think(mind, prompt(context)))
      }
      assert.isTrue(read?.isLast, questionOf(exercise))
      assert.isTrue(isRightAnswer(problemOf(exercise), read?.answer ?? ""), read?.answer)
    }
  })

  it("slips in sums that can be checked, and in figures that cannot", () => {
    const model = { ...independentSlips, slip: 1 }
    const texts = exercises.map((exercise) => plain(mindOf(model, exercise, "somebody")))
    const visible = texts.filter((text) => wrongSums(text).length > 0).length
    assert.isAbove(visible, 20)
    assert.isBelow(visible, 100)
  })

  it("shares its blind spots among all roles, and none in the other world", () => {
    const trapped = (model: typeof sharedBlindSpots, exercise: (typeof exercises)[number]) =>
      Array.from({ length: 20 }, (_, at) => isTrapped(mindOf(model, exercise, `role ${at}`))).filter(Boolean).length
    const shares = exercises.map((exercise) => trapped(sharedBlindSpots, exercise))
    assert.isAbove(shares.filter((share) => share > 10).length, 10)
    assert.isAbove(shares.filter((share) => share < 5).length, 60)
    assert.deepStrictEqual(new Set(exercises.map((exercise) => trapped(independentSlips, exercise))), new Set([0]))
  })

  it("criticises what its own working disagrees with, without naming the figure", () => {
    for (const exercise of exercises.slice(0, 40)) {
      const mind = mindOf(flawless, exercise, "critic")
      const [line] = workOut(mind)
      const step = (value: number) => `<step>\n${line?.left} ${line?.line.sign} ${line?.right} = ${value}\n</step>`
      assert.isFalse(readChallenge(challenge(mind, step(line?.value ?? 0)))?.found)
      assert.strictEqual(readVote(vote(mind, step(line?.value ?? 0)))?.vote, "accept")
      const objection = readChallenge(challenge(mind, step((line?.value ?? 0) + 3)))
      assert.isTrue(objection?.found)
      assert.notMatch(objection?.counterexample ?? "", /\d/)
      assert.strictEqual(readVote(vote(mind, step((line?.value ?? 0) + 3)))?.vote, "reject")
    }
  })
})
