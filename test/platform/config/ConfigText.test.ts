import { assert, describe, it } from "@effect/vitest"
import { Result, Schema } from "effect"
import { LARGEST_FILE, LONGEST_LINE, parseConfigText, type TextError } from "../../../src/platform/config/ConfigText.ts"
import { findJsonError } from "../../../src/platform/config/JsonPosition.ts"

const failure = (text: string, isJson: boolean): TextError => {
  const result = parseConfigText(text, isJson)
  if (Result.isSuccess(result)) throw new Error("the text was accepted")
  return result.failure
}

const content = (text: string, isJson: boolean): unknown => Result.getOrThrow(parseConfigText(text, isJson))

describe("the place of an error in JSON", () => {
  it.prop(
    "is the end for a text that was cut off, wherever it was cut",
    [Schema.Json, Schema.Natural],
    ([value, at]) => {
      // Without the outer list, the beginning of a number would be a number.
      const text = JSON.stringify([value])
      const cut = text.slice(0, at % text.length)
      const found = findJsonError(cut)
      // A token that was cut in two is found at its beginning.
      assert.isTrue(found <= cut.length)
      assert.isFalse(/[{}[\]:,]/.test(cut.slice(found).replace(/"(?:[^"\\]|\\.)*(?:\\)?$/, "")), cut)
    }
  )

  it.prop("is the end for a text that is right", [Schema.Json], ([value]) => {
    const text = `${JSON.stringify(value, undefined, 2)}\n`
    assert.strictEqual(findJsonError(text), text.length)
  })

  it.prop("is where a character was put that no JSON holds there", [Schema.Json, Schema.Natural], ([value, at]) => {
    const tokens = JSON.stringify([value], undefined, 1).split(/(?<=\n)/)
    const before = tokens.slice(0, at % tokens.length).join("")
    const after = tokens.slice(at % tokens.length).join("")
    const blanks = before.length + (/^\s*/.exec(after)?.[0].length ?? 0)
    assert.strictEqual(findJsonError(`${before}${" ".repeat(blanks - before.length)}@${after}`), blanks)
  })

  it("is told with line, column and a remedy", () => {
    const cases: ReadonlyArray<[string, number, number, string]> = [
      ['{\n  "a": 1,\n}', 3, 1, "remove the comma before it"],
      ['{\n  // note\n  "a": 1\n}', 2, 3, "JSON has no comments: remove it, or use a .yaml file"],
      ['{\n  "a": 1 # note\n}', 2, 10, "JSON has no comments: remove it, or use a .yaml file"],
      ["{ 'a': 1 }", 1, 3, 'use straight double quotes (")'],
      ['{ "a"：1 }', 1, 6, "use : and , instead of the full-width characters"]
    ]
    for (const [text, line, column, remedy] of cases)
      assert.deepStrictEqual(failure(text, true), { reason: "an unexpected character", line, column, remedy })
    assert.deepStrictEqual(failure('{"a": 1', true), { reason: "the file ends too soon", line: 1, column: 8 })
    assert.deepStrictEqual(failure('{"a": 01}', true), { reason: "an unexpected character", line: 1, column: 7 })
  })
})

describe("the text of a configuration file", () => {
  it("may begin with a byte order mark, and may be empty", () => {
    assert.deepStrictEqual(content('\uFEFF{"a": 1}', true), { a: 1 })
    assert.deepStrictEqual(content("\uFEFFa: 1", false), { a: 1 })
    assert.deepStrictEqual(content(" \n", true), {})
    assert.deepStrictEqual(content("", false), {})
  })

  it("in YAML is what people write", () => {
    const text = [
      "# note",
      "server:",
      "  host: 0.0.0.0   # everywhere",
      "  public_url: https://x.example/a#b",
      "  cors_origins:",
      "  - '*'",
      "  - http://a.example:80",
      "ai:",
      "  providers:",
      "    deepseek: { api_key: sk-abc, model: qwen3:8b, temperature: .7 }",
      "    zhipu:",
      '      api_key: ""',
      "      enabled: yes",
      "      model:"
    ].join("\r\n")
    assert.deepStrictEqual(content(text, false), {
      server: { host: "0.0.0.0", public_url: "https://x.example/a#b", cors_origins: ["*", "http://a.example:80"] },
      ai: {
        providers: {
          deepseek: { api_key: "sk-abc", model: "qwen3:8b", temperature: 0.7 },
          zhipu: { api_key: "", enabled: "yes", model: null }
        }
      }
    })
  })

  it("in YAML may be JSON, on one line of any length", () => {
    const long = "x".repeat(LONGEST_LINE + 1)
    assert.deepStrictEqual(content(`{"a": "${long}"}`, false), { a: long })
    assert.deepStrictEqual(content("{a: 1}", false), { a: 1 })
  })

  it("in YAML is refused with the line of the error, where it is known", () => {
    assert.deepStrictEqual(failure("a: 1\n\tb: 2", false), {
      reason: "Tabs cannot be used for YAML indentation",
      line: 2
    })
    assert.deepStrictEqual(failure("a: 1\na: 2", false), { reason: "Duplicate key 'a'", line: 2 })
    assert.deepStrictEqual(failure("a: *hidden", false), { reason: "Unknown YAML alias" })
    assert.strictEqual(failure("a: [1", false).line, undefined)
  })

  it("is bounded in length, in the length of its lines and in depth", () => {
    assert.include(failure(`{"a": "${"x".repeat(LARGEST_FILE)}"}`, true).reason, "too many")
    assert.deepStrictEqual(failure(`a: 1\nb: ${"x".repeat(LONGEST_LINE)}`, false), {
      reason: `a line longer than ${LONGEST_LINE} characters`,
      line: 2
    })
    const nested = `a:\n${" [\n".repeat(20_000)}`
    assert.deepStrictEqual(failure(nested, false), { reason: "it is nested too deeply" })
  })
})
