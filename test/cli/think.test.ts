import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { oneLine, textWidth } from "../../src/cli/think/textWidth.ts"
import { runView } from "../../src/cli/think/runView.ts"
import { showRun } from "../../src/cli/think/showRun.ts"
import { wordsIn } from "../../src/cli/think/words.ts"
import { Reasoner } from "../../src/thinking/Reasoner.ts"
import { emptyRun, fold } from "../../src/thinking/RunState.ts"
import { inTime } from "../providers/policy/chains.ts"
import { makePlatform } from "../providers/policy/ScriptedPlatform.ts"
import { runSiku, temporaryHome } from "../support/sikuProcess.ts"
import { question, tested, think } from "../thinking/support/runs.ts"
import { speaking } from "../thinking/support/thinkers.ts"
import { withThinking } from "../thinking/support/thinkingOver.ts"

const siku = (...args: ReadonlyArray<string>) =>
  Effect.gen(function* () {
    const home = yield* temporaryHome
    return yield* runSiku(["think", ...args, "--home", home])
  })

describe("siku think", { timeout: 60_000 }, () => {
  it.live("thinks with the scripted model where no provider is set up, and says that it is one", () =>
    Effect.gen(function* () {
      const { code, errors, output } = yield* siku("17*23 等于多少？")
      assert.strictEqual(code, 0, errors)
      assert.match(errors, /^演示：以下内容由脚本模型生成/)
      assert.match(errors, /thread 1 concludes: 391/)
      assert.match(errors, /\d+ 次模型调用 · \d+ 个 token · 免费 · [\d.]+ 秒 · run_/)
      assert.match(output, /演示模型/)
      assert.match(output, /391/)
    })
  )

  it.live("names what there is when a model is unknown", () =>
    Effect.gen(function* () {
      const provider = ["--set", "ai.providers.deepseek.api_key=sk-a-key-that-nobody-has"]
      const { code, errors } = yield* siku("1+1?", "--model", "sicko", ...provider)
      assert.strictEqual(code, 1)
      assert.match(errors, /there is no model sicko; there are siku, siku-lite/)
    })
  )
})

describe("runView", () => {
  const platform = () => makePlatform([{ does: "answers", after: 100 }], speaking({}))

  it.effect("fits every line of every moment into the columns there are", () =>
    Effect.gen(function* () {
      const { shown } = yield* inTime("1 minute")(think(question(tested))).pipe(withThinking(platform()))
      for (const columns of [20, 40, 80]) {
        let state = emptyRun
        for (const event of shown) {
          state = fold(state, event)
          for (const line of runView(state, { columns, now: event.at, words: wordsIn("zh") })) {
            assert.isAtMost(textWidth(line), columns, line)
          }
        }
        const last = runView(state, { columns: 200, now: 0, words: wordsIn("en") }).join("\n")
        assert.match(last, /✓ 1 direct +✓✓ {2}answer: B {2}\(confidence 80% · tested\)/)
        assert.match(last, /agreed: B ← 1, 2/)
      }
    })
  )

  it.effect("draws nothing anew where there is no terminal", () =>
    Effect.gen(function* () {
      let written = ""
      const reasoner = yield* Reasoner
      const id = yield* reasoner.makeId
      const screen = { isTerminal: false, columns: 80, rows: 24, write: (text: string) => void (written += text) }
      const events = reasoner.run({ id, request: question(tested), background: false })
      const state = yield* inTime("1 minute")(showRun(events, screen, wordsIn("en")))
      assert.strictEqual(state.outcome?.answer, "B")
      assert.notInclude(written, "\u001b")
      assert.match(written, /thread 2 concludes: B\n\d+ agreed: B\n$/)
    }).pipe(withThinking(platform()))
  )

  it("lets nothing through that a terminal obeys", () => {
    assert.strictEqual(oneLine("a\u001b[2Jb\r\nc\u0007\u200bd"), "a [2Jb c d")
  })
})
