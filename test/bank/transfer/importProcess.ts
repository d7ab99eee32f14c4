// A service with imports: takes up what is open in its home, or the file given, and says how far it is.
import { copyFile } from "node:fs/promises"
import { NodeRuntime } from "@effect/platform-node"
import { Effect, Stream } from "effect"
import { plainReading } from "../../../src/bank/transfer/ImportBatch.ts"
import { Importer } from "../../../src/bank/transfer/Importer.ts"
import { TransferJobs } from "../../../src/bank/transfer/TransferJobs.ts"
import { transferBank } from "./support.ts"

const [home = "", file] = process.argv.slice(2)

Effect.gen(function* () {
  const importer = yield* Importer
  if (file !== undefined) {
    const place = yield* importer.place
    yield* Effect.promise(() => copyFile(file, place.file))
    yield* importer.submit(place.id, {
      name: "questions",
      format: "jsonl",
      policy: "skip",
      bytes: 1,
      how: plainReading
    })
  }
  const jobs = yield* TransferJobs
  for (const { id } of yield* jobs.list) {
    yield* Stream.runForEach(importer.changes(id), (job) =>
      Effect.sync(() => process.stdout.write(`${JSON.stringify(job)}\n`))
    )
  }
}).pipe(Effect.provide(transferBank(home)), NodeRuntime.runMain)
