import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { readVote } from "../../../src/thinking/reading/readVote.ts"
import { Vote } from "../../../src/thinking/ThoughtEvent.ts"

const table: Readonly<Record<Vote, ReadonlyArray<string>>> = {
  accept: [
    "7.5",
    "Oui, accepter.",
    "Ja, akzeptieren.",
    "承認します",
    '{"reason":"The counterexample is invalid, the step is right","vote":"ok"}',
    "The objection is invalid.",
    "I disagree with the objection.",
    "The counterexample does not apply.",
    "该反例不成立",
    "我认为这一步没有问题，同意。",
    '{"vote":3,"scale":5}',
    '{"vote": {"choice": "accept"}}',
    "It looks odd at first, but the step is valid.",
    '{"vote": "accept", "reason": "right"}',
    '```json\n{"vote": "ACCEPT"}\n```',
    '{"Verdict": "approved"}',
    '{"valid": true}',
    '{"is_valid": "true"}',
    '{"invalid": false}',
    '{"vote": true}',
    '{"vote": 1}',
    '{"score": 0.9}',
    '{"score": "8/10"}',
    '{"vote": "accept", "reason": "cut sho',
    '{"vote": "accept", "reason": "line\nbreak and \\sqrt{2}"}',
    '{"votes": [{"vote": "accept"}]}',
    "accept",
    "Vote: accept",
    "**VOTE:** Accept",
    "yes",
    "Yes, the step is right.",
    "Yes, although a wrong sign appears early, it is corrected.",
    "The step is valid.",
    "No errors found.",
    "There is nothing wrong here.",
    "同意",
    "投票：赞成\n理由：计算无误",
    "通过。",
    "没有错误",
    "这一步是正确的",
    "不反对",
    "对",
    "√",
    "9/10",
    "85%",
    "The reasoning was long.\n\nVerdict: pass"
  ],
  reject: [
    "I would say 4/10.",
    "After careful checking, there are no errors, but I would not accept it.",
    "Verdict: reject. The step is not valid",
    '{"vote":{"value":"reject"}}',
    "REJECT (confidence 0.9) - but one could accept it",
    "Vote: 2 out of 5 stars",
    "质疑成立，这一步错误。",
    "支持反对意见",
    "反例有效",
    "I agree with the objection.",
    "The counterexample holds.",
    '{"score":1,"max":10}',
    "Nein, ablehnen.",
    "却下します",
    "推导看起来合理，但是结论不成立",
    '{"vote": "reject", "reason": "2 + 2 is 4"}',
    '{"vote": "rejected"}',
    '{"decision": "disapprove, invalid"}',
    '{"valid": false}',
    '{"correct": "no"}',
    '{"invalid": true}',
    '{"vote": 0}',
    '{"score": 2}',
    '{"rating": 30}',
    "reject",
    "Rejected: the sign is wrong.",
    "no",
    "No - the step answers something else.",
    "invalid",
    "The step is not valid.",
    "I don't agree.",
    "It cannot be accepted",
    "**VERDICT: REJECT** because of the sign",
    "反对",
    "不同意",
    "未通过",
    "不正确",
    "反对：计算错误",
    "投票：否决",
    "错",
    "×",
    "2/10"
  ],
  abstain: [
    '{"vote": "abstain", "reason": "cannot tell"}',
    '{"vote": "unsure"}',
    '{"score": 0.5}',
    "abstain",
    "I abstain.",
    "弃权",
    "无法判断",
    "Whether it is right is unclear."
  ]
}

describe("readVote", () => {
  for (const vote of Vote.literals) {
    it(`reads every form of ${vote}`, () => {
      for (const text of table[vote]) assert.strictEqual(readVote(text)?.vote, vote, text)
    })
  }

  it("gives the reason, or what was said", () => {
    assert.deepStrictEqual(readVote('{"vote":"reject","reason":"x = 0"}'), { vote: "reject", reason: "x = 0" })
    assert.deepStrictEqual(readVote("No, x = 0."), { vote: "reject", reason: "No, x = 0." })
    assert.strictEqual(readVote('{"vote":"accept","reason":{"why":["a","b"]}}')?.reason, "why: a\nb")
  })

  it("cannot read what decides nothing", () => {
    for (const text of [
      "",
      "   ",
      "{}",
      "[]",
      "null",
      '{"vote": {}}',
      '{"vote": "maybe so"}',
      '{"score": 4000}',
      "The step computes 12.",
      "Although it looks wrong it may be right"
    ]) {
      assert.isUndefined(readVote(text), text)
    }
  })

  it.prop("reads back any vote and reason", [Vote, Schema.String], ([vote, reason]) =>
    assert.deepStrictEqual(readVote(JSON.stringify({ vote, reason })), { vote, reason: reason.slice(0, 2000).trim() })
  )
})

it("the choices of the prompt said back are no vote", () => {
  assert.isUndefined(readVote('{"vote":"accept|reject|abstain","reason":"x"}'))
  assert.isUndefined(readVote("accept / reject / abstain"))
})
