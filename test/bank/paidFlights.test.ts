import { assert, describe, it } from "@effect/vitest"
import { Effect, Fiber } from "effect"
import { TestClock } from "effect/testing"
import { Answers } from "../../src/bank/Answers.ts"
import { CurrentUser } from "../../src/platform/Caller.ts"
import { NoCredit } from "../../src/providers/ProviderError.ts"
import { callerOf } from "../accounts/credit/support.ts"
import { ask, bankWith } from "../support/bank.ts"
import { scriptedModel } from "../support/scriptedModel.ts"

const capital = ask("中国的首都是哪里？", ["北京", "上海"], "single")

/** A model that takes two seconds, and has credit only of some accounts; it remembers who asked it. */
const paidBy = (solvent: ReadonlyArray<string>) => {
  const payers: Array<string | null> = []
  const model = scriptedModel(() =>
    Effect.gen(function* () {
      const { accountId } = yield* CurrentUser
      payers.push(accountId)
      yield* Effect.sleep("2 seconds")
      return solvent.includes(accountId ?? "")
        ? JSON.stringify({ answer: ["北京"] })
        : yield* new NoCredit({ detail: "nothing is left" })
    })
  )
  return { payers, model }
}

const findAs = (account: string) =>
  Effect.flatMap(Answers, (answers) => answers.find(capital)).pipe(
    Effect.provideService(CurrentUser, callerOf(account)),
    Effect.match({
      onSuccess: ({ texts }) => texts.join(),
      onFailure: ({ reason }) => (reason._tag === "ModelFailed" ? reason.reason._tag : reason._tag)
    })
  )

const heardBy = Effect.fnUntraced(function* (accounts: ReadonlyArray<string>) {
  const asking: Array<Fiber.Fiber<string>> = []
  for (const account of accounts) {
    asking.push(yield* Effect.forkChild(findAs(account), { startImmediately: true }))
    yield* TestClock.adjust(1)
  }
  yield* TestClock.adjust("20 seconds")
  return yield* Fiber.joinAll(asking)
})

describe("a question that several ask together", () => {
  it.effect("is paid for by whoever asked first, and by nobody else", () => {
    const { model, payers } = paidBy(["a", "b"])
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* heardBy(["a", "b", "a"]), ["北京", "北京", "北京"])
      assert.deepStrictEqual(payers, ["a"])
    }).pipe(Effect.provide(bankWith(model.layer)))
  })

  it.effect("is asked again by the next one, where whoever asked first cannot pay", () => {
    const { model, payers } = paidBy(["b", "d"])
    return Effect.gen(function* () {
      assert.deepStrictEqual(yield* heardBy(["a", "c", "b", "d"]), ["NoCredit", "NoCredit", "北京", "北京"])
      assert.deepStrictEqual(payers, ["a", "c", "b"])
    }).pipe(Effect.provide(bankWith(model.layer)))
  })
})
