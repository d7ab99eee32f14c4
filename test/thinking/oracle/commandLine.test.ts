import { assert, describe, it } from "@effect/vitest"
import { readCommandLine, usage } from "../../../scripts/oracle/CommandLine.ts"
import { readEvaluateCommand } from "../../../scripts/oracle/EvaluateCommand.ts"
import { answerLatency, readLatency } from "../../../scripts/oracle/Latency.ts"
import { defaultOracleModel } from "../../../scripts/oracle/OracleModel.ts"
import { readCommandLine as readBench } from "../../../scripts/thinking/BenchOptions.ts"

/** As a shell splits it. */
const words = (line: string): ReadonlyArray<string> => line.split(" ").filter((word) => word !== "")

const run = (line: string) => {
  const command = readCommandLine(words(line))
  assert(command.kind === "run", command.kind === "wrong" ? command.message : command.kind)
  return command
}

const evaluated = (line: string) => {
  const command = readEvaluateCommand(words(line))
  assert(command.kind === "run", command.kind === "wrong" ? command.message : command.kind)
  return command.options
}

describe("the command line of the oracle", () => {
  it("sets every share of the model, and names each with its default in its help", () => {
    for (const [part, value] of Object.entries(defaultOracleModel)) {
      const option = part.replaceAll(/[A-Z]/g, (capital) => `-${capital.toLowerCase()}`)
      assert.match(usage, new RegExp(`--${option} .*${part === "seed" ? 1 : value}`), option)
      const wanted = value > 0 && value < 1 ? 0.5 : 7
      assert.propertyVal(run(`--${option} ${wanted}`).options, part, wanted)
    }
  })

  it("reads latencies, faults and the dataset", () => {
    const { dataset, options } = run("--latency 100-400 --fault-rate 429=0.1 --dataset f --problems 9 --steps 3")
    assert.deepStrictEqual(options.latency, { kind: "uniform", least: 100, most: 400 })
    assert.deepStrictEqual(options.faultRates, { "429": 0.1 })
    assert.deepStrictEqual(dataset, { file: "f", problems: 9, steps: [3, 3] })
  })

  it.each([
    ["--thinker-error", "1.5"],
    ["--correlation", ""],
    ["--latency", "400-100"],
    ["--problems", "0"],
    ["--steps", "3-2"],
    ["--seed", "x"],
    ["--nothing", "1"]
  ])("refuses %s %s", (option, value) => {
    assert.strictEqual(readCommandLine([option, value]).kind, "wrong")
  })
})

describe("a latency", () => {
  it.each([
    ["200", { kind: "fixed", millis: 200 }],
    ["1.5-2", { kind: "uniform", least: 1.5, most: 2 }],
    ["lognormal:300:0.5", { kind: "lognormal", median: 300, sigma: 0.5 }],
    ["lognormal:300", undefined],
    ["lognormal:300-0.5", undefined],
    ["100:200", undefined],
    ["-5", undefined],
    ["soon", undefined]
  ])("of %s is %j", (text, latency) => {
    assert.deepStrictEqual(readLatency(text), latency)
  })

  it("that is log-normal has its median and its spread, and is the same for the same request", () => {
    const millis = (at: number) => answerLatency({ kind: "lognormal", median: 300, sigma: 0.5 }, 1, `request ${at}`)
    const logs = Array.from({ length: 4000 }, (_, at) => Math.log(millis(at) / 300))
    const mean = logs.reduce((sum, log) => sum + log, 0) / logs.length
    const variance = logs.reduce((sum, log) => sum + (log - mean) ** 2, 0) / logs.length
    assert.closeTo(mean, 0, 0.03)
    assert.closeTo(Math.sqrt(variance), 0.5, 0.03)
    assert.strictEqual(millis(1), millis(1))
  })
})

describe("the command line of the evaluation", () => {
  it("takes its own options among those of the oracle", () => {
    const options = evaluated(
      "--strategies plain,adaptive --correlation=0.6 --set thinking.threads.max=8 --docs --problems 5 --json=out.json --concurrency 3"
    )
    assert.deepInclude(options, {
      strategies: ["plain", "adaptive"],
      set: ["thinking.threads.max=8"],
      docs: true,
      json: "out.json",
      html: undefined,
      concurrency: 3
    })
    assert.strictEqual(options.oracle.correlation, 0.6)
    assert.strictEqual(options.dataset.problems, 5)
  })

  it("evaluates all strategies where none is named", () => {
    assert.includeMembers([...evaluated("").strategies], ["plain", "fixed-3-every", "adaptive", "fusion-concat"])
  })

  it.each([["--strategies=nothing"], ["--concurrency=0"], ["--correlation=2"], ["--nothing"]])(
    "refuses %s",
    (option) => {
      assert.strictEqual(readEvaluateCommand([option]).kind, "wrong")
    }
  )
})

describe("the command line of the benchmark", () => {
  it("has defaults, smaller ones in a hurry, and files from the working directory", () => {
    const read = (...args: ReadonlyArray<string>) => readBench(args, "/work")
    assert.deepStrictEqual(read(), {
      kind: "run",
      options: { runs: 100, concurrency: 8, many: 1000, latency: 200, json: undefined }
    })
    assert.deepStrictEqual(read("--quick", "--many", "0", "--json", "a.json"), {
      kind: "run",
      options: { runs: 16, concurrency: 8, many: 0, latency: 200, json: "/work/a.json" }
    })
    assert.strictEqual(read("--runs", "0").kind, "wrong")
  })
})
