import { assert, describe, it } from "@effect/vitest"
import { compare, type Found, type Row } from "../../scripts/credit/Books.ts"
import { readOptions } from "../../scripts/credit/KillsCommand.ts"
import { costOfReply } from "../../scripts/credit/price.ts"

const row = (id: string, more: Partial<Row> = {}): Row => ({
  call_id: `call of ${id}`,
  attempt: 1,
  request_id: id,
  outcome: "answered",
  cost: costOfReply,
  charged: costOfReply,
  ...more
})

/** Three requests: one got its reply after a second attempt, one was paid and cut off, one never reached the ledger. */
const sound: Found = {
  kills: 1,
  sent: 3,
  whole: ["a"],
  refused: new Map(),
  cut: 2,
  seen: new Map([
    ["a", 2],
    ["b", 1],
    ["c", 1]
  ]),
  answered: 2,
  rows: [row("a", { outcome: "Overloaded", cost: null, charged: 0 }), row("a", { attempt: 2 }), row("b")],
  ordered: 1000,
  balance: 1000 - 2 * costOfReply,
  heldAtDeaths: [500],
  heldAtStarts: [0, 0],
  defects: []
}

const wrongs = (changes: Partial<Found>) => compare({ ...sound, ...changes }).wrong

describe("the books of killed services", () => {
  it("are sound where every whole reply was charged once, and tell what was in vain", () => {
    const { credit, ledger, wrong } = compare(sound)
    assert.deepStrictEqual(wrong, [])
    assert.deepStrictEqual(ledger, { calls: 2, attempts: 3, answered: 2, answeredInVain: 1, lost: 0 })
    assert.deepStrictEqual(credit, {
      ordered: 1000,
      charged: 2 * costOfReply,
      balance: 1000 - 2 * costOfReply,
      mostHeldAtDeath: 500,
      mostHeldAtStart: 0
    })
  })

  it("are wrong where a charge is lost, doubled, not what it cost, or without a row", () => {
    const [again = row("a"), ...others] = sound.rows
    for (const [changes, expected] of [
      [{ rows: [row("b")] }, /a was answered and is in the ledger as answered 0 times/],
      [{ rows: [...sound.rows, row("a", { attempt: 3 })] }, /a was answered and is in the ledger as answered 2 times/],
      [{ rows: [...sound.rows, row("b", { call_id: "another" })] }, /b is more than one call/],
      [{ rows: [again, ...others.map((one) => ({ ...one, charged: 1 }))] }, /was charged 1/],
      [{ rows: [again, ...others.map((one) => ({ ...one, charged: null }))] }, /was charged null/],
      [{ rows: [...sound.rows, row("d")] }, /d has 1 attempts in the ledger and was sent 0 times/],
      [{ rows: [...sound.rows, row("b", { attempt: 0, outcome: "lost" })] }, /b is lost, and is not/],
      [{ balance: 1000 }, /1000 are left of 1000/],
      [{ balance: 1000 - 3 * costOfReply }, /are left of 1000/],
      [{ answered: 1 }, /the ledger has 2 answers, the upstream gave 1/],
      [{ whole: ["a", "a"] }, /answered twice/]
    ] as const) {
      assert.match(wrongs(changes).join("\n"), expected)
    }
  })

  it("are wrong where the dead go on holding credit, or a defect was logged", () => {
    assert.match(wrongs({ heldAtStarts: [0, 77] }).join(), /77 are held at start 2/)
    assert.match(wrongs({ refused: new Map([["insufficient_quota", 2]]) }).join(), /want of credit/)
    assert.deepStrictEqual(wrongs({ defects: ["in the log: x"] }), ["in the log: x"])
    assert.deepStrictEqual(wrongs({ refused: new Map([["upstream_error", 2]]) }), [])
  })
})

describe("the command line of the kills", () => {
  it("says how often and how many at a time, and refuses what it does not understand", () => {
    assert.deepStrictEqual(readOptions([]), { kills: 100, concurrency: 16 })
    assert.deepStrictEqual(readOptions(["--kills", "5", "--concurrency", "2"]), { kills: 5, concurrency: 2 })
    assert.isUndefined(readOptions(["--help"]))
    assert.throws(() => readOptions(["--kills", "none"]), RangeError)
    assert.throws(() => readOptions(["5"]), TypeError)
  })
})
