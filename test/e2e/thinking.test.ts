import { assert, describe, it } from "@effect/vitest"
import { Effect, Schema } from "effect"
import type { Answer } from "../../scripts/upstream/Reply.ts"
import type { Upstream } from "../../scripts/upstream/Upstream.ts"
import { upstream } from "../../scripts/upstream/UpstreamLayer.ts"
import { RunUsage } from "../../src/thinking/Bill.ts"
import { paidFor } from "../../src/thinking/Journal.ts"
import type { LoggedEvent, ThoughtEvent } from "../../src/thinking/ThoughtEvent.ts"
import { send } from "../support/siku.ts"
import { type SikuProcess, sikuProcess, temporaryHome } from "../support/sikuProcess.ts"
import { askedBy, eventsOfRun, followRun, roles, submitRun } from "../thinking/support/overSockets.ts"
import { conclusion, speaking, step, textOf } from "../thinking/support/thinkers.ts"
import { eventsOf } from "../thinking/support/runs.ts"

/** A moment of a run: calls that are held until the process is dead, and the event at which it is killed. */
interface Moment {
  readonly name: string
  readonly holds: (role: string, prompt: string, ofRole: number) => boolean
  readonly isNow: (event: ThoughtEvent) => boolean
}

const votesBefore = 2
const moments: ReadonlyArray<Moment> = [
  {
    name: "the plan",
    holds: (role) => role === "planner",
    isNow: (event) => event.type === "CallStarted" && event.role === "planner"
  },
  {
    name: "the first steps",
    holds: (role, prompt) => role === "thinker" && prompt.includes("the second way"),
    isNow: (event) => event.type === "StepProposed"
  },
  {
    name: "a challenge",
    holds: (role, prompt) => role === "challenger" && prompt.includes("the second way leads on"),
    isNow: (event) => event.type === "CallStarted" && event.role === "challenger" && event.thread === 2
  },
  {
    name: "a vote",
    holds: (role, _, ofRole) => role === "voter" && ofRole > votesBefore,
    isNow: (() => {
      let votes = 0
      return (event) => event.type === "Voted" && ++votes === votesBefore
    })()
  },
  // What the fusion streams stops half-way, see below.
  { name: "the answer", holds: () => false, isNow: (event) => event.type === "FusionDelta" }
]

const twoWays = JSON.stringify({
  difficulty: "hard",
  form: "open",
  strategies: [
    { name: "one", hint: "Go the first way." },
    { name: "two", hint: "Go the second way." }
  ]
})
const say = speaking({
  planner: () => twoWays,
  thinker: (asked) => {
    const way = textOf(asked).includes("Go the first way.") ? "the first way" : "the second way"
    return textOf(asked).includes(`${way} leads on`) ? conclusion(`And ${way} ends.`, way) : step(`So ${way} leads on.`)
  },
  fusion: () => "Both ways lead to the same end, the one sooner than the other, and neither is in vain."
})

/** What a model was asked; they are kept in the order of the upstream's own records. */
interface Asking {
  readonly role: string
  readonly prompt: string
}
// Each reply tells other tokens.
const tokensOf = (index: number) => ({ promptTokens: 500 + index, completionTokens: 1000 + index })
const indexOf = (completionTokens: number): number => completionTokens - tokensOf(0).completionTokens

const question = (about: string) => ({
  model: "siku",
  messages: [{ role: "user", content: `What do both ways have in common after ${about}?` }],
  thinking: {
    mode: "fixed",
    language: "en",
    threads: { initial: 2, max: 2, grace_ms: 600_000 },
    steps: { max: 3 },
    // All votes are needed, so that no call is left for another.
    validation: { policy: "every", vote: "always", challengers: 2, voters: 3, pass_threshold: 1 },
    fusion: "intelligent"
  }
})
const votersOfStep = question("").thinking.validation.voters

const serve = (home: string, model: Upstream) =>
  sikuProcess(["--home", home, "--port", "0", "--no-starter"], {
    CUSTOM_BASE_URL: model.url,
    CUSTOM_MODEL: "m",
    SIKU_AI_MAX_RETRIES: "0",
    ...Object.fromEntries(roles.map((role) => [`SIKU_AI_ROLES_${role.toUpperCase()}_MODELS`, `custom/${role}`]))
  })

const usageIn = Schema.decodeUnknownSync(RunUsage)

/** Where the log says that the process had ended. */
const splitAtCrash = (log: ReadonlyArray<LoggedEvent>) => {
  const at = log.findIndex(({ event }) => event.type === "RunResumed")
  return { before: log.slice(0, at), after: log.slice(at) }
}

/** The replies that a log has paid for with the platform's own numbers, by their index at the upstream. */
const repliesIn = (log: ReadonlyArray<LoggedEvent>): ReadonlyArray<number> =>
  log.flatMap(({ event }) => {
    const bill = paidFor(event)?.bill
    return bill === undefined || bill.estimated ? [] : [indexOf(bill.completion_tokens)]
  })

const startedIn = (log: ReadonlyArray<LoggedEvent>) => log.filter(({ event }) => event.type === "CallStarted").length

const count = <A>(all: ReadonlyArray<A>, which: (each: A) => boolean) => all.filter(which).length

describe("a background run of a process that is killed", () => {
  it.live(
    "ends after the next start, asks nothing again that it knows, is heard once, and costs what was counted",
    () =>
      Effect.gen(function* () {
        const home = yield* temporaryHome
        let asked: Array<Asking> = []
        let moment: Moment | undefined
        const answer: Answer = (request) => {
          const call = askedBy(request)
          const asking = { role: call.model, prompt: `${call.model}\n${textOf(call)}` }
          asked.push(asking)
          const content = say(call)
          const ofRole = count(asked, ({ role }) => role === asking.role)
          if (moment?.holds(asking.role, asking.prompt, ofRole) === true) return new Promise(() => {})
          return { content, ...tokensOf(asked.length - 1) }
        }
        const model = yield* upstream({
          latencyMs: [1, 30],
          answer,
          faultFor: ({ model: role }) =>
            moment?.name === "the answer" && role === "fusion" ? { kind: "stallMidBody" } : undefined
        })
        let siku: SikuProcess = yield* serve(home, model)
        for (const now of moments) {
          const running = siku
          moment = now
          const heard: Array<LoggedEvent> = []
          const before = yield* Effect.promise(() => running.base)
          const id = yield* submitRun(before, question(now.name))
          const hasEnded = yield* followRun(before, id, {
            hears: (logged) => {
              heard.push(logged)
              if (now.isNow(logged.event)) running.child.kill("SIGKILL")
            }
          })
          assert.isFalse(hasEnded, now.name)
          assert.strictEqual((yield* Effect.promise(() => running.ended)).signal, "SIGKILL")
          yield* Effect.promise(() => model.when(({ openSockets }) => openSockets === 0))
          const askedBefore = asked.length
          moment = undefined

          siku = yield* serve(home, model)
          const after = yield* Effect.promise(() => siku.base)
          const hears = (logged: LoggedEvent) => heard.push(logged)
          assert.isTrue(yield* followRun(after, id, { after: heard.length, hears }), now.name)
          const log = yield* eventsOfRun(after, id)
          assert.deepStrictEqual(heard, log, now.name)
          assert.deepStrictEqual(
            log.map(({ seq }) => seq),
            log.map((_, at) => at + 1)
          )
          const events = log.map(({ event }) => event)
          const answered = events.at(-1)
          assert.strictEqual(
            answered?.type === "Answered" ? answered.text : answered,
            say({ model: "fusion", messages: [] })
          )
          const lost = eventsOf(events, "CallFailed")
          assert.isAtLeast(lost.length, 1, now.name)
          assert.deepStrictEqual(
            lost.map(({ call, reason }) => [call, reason]),
            eventsOf(events, "RunResumed").flatMap((resumed) => resumed.lost.map((call) => [call, "lost"]))
          )

          // Those who vote on one step may be asked the same, all others something else each.
          const parts = splitAtCrash(log)
          const known = repliesIn(parts.before)
          for (const index of known) {
            const { prompt, role } = asked[index] ?? { prompt: "", role: "" }
            const replies = count(known, (other) => asked[other]?.prompt === prompt)
            const again = count(asked.slice(askedBefore), (asking) => asking.prompt === prompt)
            assert.isAtMost(replies + again, role === "voter" ? votersOfStep : 1, `${now.name}: ${prompt}`)
          }
          assert.strictEqual(asked.length - askedBefore, startedIn(parts.after), now.name)

          const paid = repliesIn(log)
          assert.strictEqual(new Set(paid).size, paid.length, now.name)
          const finished = model.requests.flatMap(({ outcome }, index) => (outcome === "answered" ? [index] : []))
          assert.deepStrictEqual(
            paid.filter((index) => !finished.includes(index)),
            [],
            now.name
          )
          // A reply that was sent to the process and not logged by it is one that the log calls lost.
          for (const role of roles) {
            const unpaid = finished.filter((index) => !paid.includes(index) && asked[index]?.role === role)
            assert.isTrue(unpaid.every((index) => index < askedBefore))
            assert.isAtMost(
              unpaid.length,
              count(lost, (call) => call.role === role),
              now.name
            )
          }
          const { json } = yield* send(`${after}/v1/runs/${id}`)
          const usage = usageIn(json["usage"])
          const sum = (of: (tokens: ReturnType<typeof tokensOf>) => number) =>
            paid.reduce((all, index) => all + of(tokensOf(index)), 0)
          assert.deepInclude(json, { status: "answered", open_calls: 0 })
          assert.deepInclude(usage, {
            calls: paid.length + lost.length,
            attempts: paid.length + lost.length,
            prompt_tokens: sum(({ promptTokens }) => promptTokens),
            completion_tokens: sum(({ completionTokens }) => completionTokens),
            estimated: true
          })
          model.reset()
          asked = []
        }
      }),
    60_000
  )
})
