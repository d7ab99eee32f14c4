import { Array as Arr, Effect, Queue, Schema } from "effect"
import type { AskFailed } from "./AskFailed.ts"
import { placeKey } from "./Journal.ts"
import { readChallenge } from "./reading/readChallenge.ts"
import { readVote } from "./reading/readVote.ts"
import type { RunContext } from "./RunContext.ts"
import { Challenged, Voted } from "./ThoughtEvent.ts"
import { isCertain, noVotes, passes, type Votes, withVote } from "./verdict.ts"

/** A step that is put to the test, and what its thinker had before it. */
export interface Tested {
  readonly thread: number
  readonly step: number
  readonly revision: number
  readonly context: string
  readonly text: string
}

/** What came of it. `counterexample` is the objection that won, or "". */
export interface Verdict {
  readonly passed: boolean
  /** Whether anybody could be asked at all. */
  readonly tested: boolean
  readonly votes: Votes
  readonly counterexample: string
}

const isChallenged = Schema.is(Challenged)
const isVoted = Schema.is(Voted)

const untested: Verdict = { passed: true, tested: false, votes: noVotes, counterexample: "" }

/**
 * Challengers look for a counterexample at the same time; then voters judge the step in the light of what they found, until their
 * majority is certain. Whoever cannot be asked, does not answer in time or says nothing clear abstains.
 */
export const judge = Effect.fn("Validator.judge")(function* (run: RunContext, tested: Tested) {
  const { request, tell } = run
  const { challengers, vote, voters } = request.settings.validation
  const challenges = yield* Effect.forEach(
    Arr.makeBy(challengers, (at) => at + 1),
    (challenger) =>
      challenge(run, tested, challenger).pipe(
        Effect.catch((error) => Effect.as(tell(degraded("challenge_failed", error)), undefined))
      ),
    { concurrency: "unbounded" }
  )
  const heard = challenges.filter((challenge) => challenge !== undefined)
  const found = heard.filter((challenge) => challenge.found)
  const counterexamples = found.map(({ counterexample }) => counterexample)
  const strongest = counterexamples[0] ?? ""
  if (voters === 0) {
    return heard.length === 0
      ? untested
      : { ...untested, tested: true, passed: found.length * 2 <= heard.length, counterexample: strongest }
  }
  if (found.length === 0 && heard.length > 0 && vote === "challenged") return { ...untested, tested: true }
  const votes = yield* poll(run, tested, counterexamples)
  const passed = passes(votes, request.settings.validation.pass_threshold)
  return passed === undefined
    ? { ...untested, votes }
    : { passed, tested: true, votes, counterexample: passed ? "" : strongest || votes.reason }
})

const challenge = (run: RunContext, { context, text, ...place }: Tested, challenger: number) =>
  run.ask({
    key: `${placeKey(place)}/c${challenger}`,
    role: "challenger",
    thread: place.thread,
    messages: run.prompts.challenger({ request: run.request, context, step: text, challenger }),
    keep: 1,
    timeout: run.request.settings.validation.timeout_ms,
    isReply: isChallenged,
    read: (said, bill): typeof Challenged.Type | undefined => {
      const read = readChallenge(said.text)
      if (read === undefined) return undefined
      return { type: "Challenged", ...place, call: `${placeKey(place)}/c${challenger}`, bill, challenger, ...read }
    }
  })

const ballot = (
  run: RunContext,
  { context, text, ...place }: Tested,
  voter: number,
  counterexamples: ReadonlyArray<string>
) =>
  run.ask({
    key: `${placeKey(place)}/v${voter}`,
    role: "voter",
    thread: place.thread,
    messages: run.prompts.voter({ request: run.request, context, step: text, counterexamples, voter }),
    keep: 1,
    timeout: run.request.settings.validation.timeout_ms,
    isReply: isVoted,
    read: (said, bill): typeof Voted.Type | undefined => {
      const read = readVote(said.text)
      if (read === undefined) return undefined
      return { type: "Voted", ...place, call: `${placeKey(place)}/v${voter}`, bill, voter, ...read }
    }
  })

/** The votes up to where the majority is certain; whoever is still thinking then is not waited for. */
const poll = (run: RunContext, tested: Tested, counterexamples: ReadonlyArray<string>) =>
  Effect.scoped(
    Effect.gen(function* () {
      const { pass_threshold: threshold, voters } = run.request.settings.validation
      const cast = yield* Queue.bounded<typeof Voted.Type | undefined>(voters)
      yield* Effect.forEach(
        Arr.makeBy(voters, (at) => at + 1),
        (voter) =>
          ballot(run, tested, voter, counterexamples).pipe(
            Effect.catch((error) => Effect.as(run.tell(degraded("vote_failed", error)), undefined)),
            Effect.flatMap((vote) => Queue.offer(cast, vote)),
            Effect.forkScoped
          )
      )
      let votes = noVotes
      let reason = ""
      for (let out = voters; !isCertain(votes, out, threshold); out--) {
        const voted = yield* Queue.take(cast)
        votes = withVote(votes, voted?.vote ?? "abstain")
        if (voted?.vote === "reject" && reason === "") reason = voted.reason
      }
      return { ...votes, reason }
    })
  )

const degraded = (why: "challenge_failed" | "vote_failed", { reason }: AskFailed) => ({
  type: "Degraded" as const,
  why,
  detail: reason._tag === "ModelFailed" ? reason.error.reason._tag : reason._tag
})
