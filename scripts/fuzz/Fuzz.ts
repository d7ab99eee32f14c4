// A run of the fuzzer: workers send, the judge judges, memory is looked at on the way, and what is found is made small.
import { Data, Effect } from "effect"
import { makeConnection, type Patience } from "./Connection.ts"
import { credentialsOf } from "./Credential.ts"
import { makeTally } from "./Findings.ts"
import { defectsInLog } from "./logFindings.ts"
import { memoryFinding, type MemorySample } from "./Memory.ts"
import { type Operation, operationsOf } from "./Operation.ts"
import type { FuzzOptions } from "./Options.ts"
import { plansOf } from "./Plan.ts"
import type { Report } from "./Report.ts"
import { furnish } from "./furnish.ts"
import { makeKnownIds } from "./KnownIds.ts"
import { adminKey, providerKey, startService } from "./Service.ts"
import { makeWorker } from "./Worker.ts"

/** There is no operation of this name. */
export class NoSuchOperation extends Data.TaggedError("NoSuchOperation")<{ readonly id: string }> {
  override get message(): string {
    return `there is no operation "${this.id}" in /openapi.json`
  }
}

const patience: Patience = { reply: 60_000, stream: 400 }
// Each stops the service for a quarter of a second.
const samplesOfMemory = (requests: number): number => Math.min(20, Math.max(8, Math.floor(requests / 250)))

/** Runs it all; `onProgress` hears how many requests are done and how many kinds of findings there are. */
export const fuzz = Effect.fnUntraced(function* (
  options: FuzzOptions,
  onProgress: (done: number, findings: number) => void
) {
  const started = performance.now()
  const service = yield* startService(options.seed)
  const all = yield* operationsOf(yield* readDocument(service.port))
  const operations = yield* chosenFrom(all, options.only)
  const tally = makeTally()
  const ids = makeKnownIds()
  const keys = yield* furnish(service.port, adminKey, ids)
  const law = { operations: all, secrets: [adminKey, providerKey, ...Object.values(keys)] }
  const credentials = credentialsOf(adminKey, keys)
  const samples: Array<MemorySample> = []
  const every = Math.max(1, Math.floor(options.requests / samplesOfMemory(options.requests)))
  // To compile one takes milliseconds: all workers share them.
  const plans = new Map(operations.map((operation) => [operation, plansOf(operation)]))
  const plansFor = (operation: Operation) => plans.get(operation) ?? plansOf(operation)
  let done = 0

  const work = Effect.fnUntraced(function* (first: number) {
    const connection = yield* Effect.acquireRelease(
      Effect.sync(() => makeConnection(service.port, patience)),
      ({ close }) => Effect.sync(close)
    )
    const worker = makeWorker({
      connection,
      credentials,
      ids,
      law,
      operations,
      plansFor,
      port: service.port,
      seed: options.seed,
      tally
    })
    yield* worker.lookAround
    for (let number = first; number < options.requests; number += options.workers) {
      yield* worker.send(number)
      done++
      onProgress(done, tally.findings().length)
      if (done % every === 0) samples.push(yield* service.memory(done))
    }
  })

  const workers = Effect.forEach(
    Array.from({ length: options.workers }, (_, first) => first),
    (first) => Effect.scoped(work(first)),
    {
      concurrency: "unbounded",
      discard: true
    }
  )
  const crash = yield* Effect.raceFirst(workers, service.ended).pipe(
    Effect.as(undefined),
    Effect.catch(({ message }) => Effect.succeed(message))
  )
  if (crash === undefined) samples.push(yield* service.memory(done))
  return {
    seed: options.seed,
    requests: done,
    seconds: (performance.now() - started) / 1000,
    routes: tally.routes(),
    findings: tally.findings(),
    defects: [...(crash === undefined ? [] : [{ what: crash, line: "" }]), ...defectsInLog(service.log())],
    memory: memoryFinding(samples),
    samples
  } satisfies Report
})

const readDocument = (port: number): Effect.Effect<unknown> =>
  Effect.promise(async (signal) => (await fetch(`http://127.0.0.1:${port}/openapi.json`, { signal })).json())

const chosenFrom = (operations: ReadonlyArray<Operation>, only: ReadonlyArray<string>) =>
  only.length === 0
    ? Effect.succeed(operations)
    : Effect.forEach(only, (id) => {
        const found = operations.find((operation) => operation.id === id)
        return found === undefined ? Effect.fail(new NoSuchOperation({ id })) : Effect.succeed(found)
      })
