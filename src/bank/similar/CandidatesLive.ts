import { Effect, Layer, Path } from "effect"
import type { SqlClient } from "effect/sql"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import type { Candidates } from "./Candidates.ts"
import * as CandidatesInMemory from "./CandidatesInMemory.ts"
import * as CandidatesInThread from "./CandidatesInThread.ts"

/** The name of the search index in the home folder. It may be deleted at any time, and is then built anew. */
export const indexName = "search.db"

/** The search that fits the bank: in a thread beside a file, in this process for a bank in memory. */
export const layer: Layer.Layer<Candidates, never, AppConfig | SqlClient.SqlClient> = Layer.unwrap(
  Effect.gen(function* () {
    const { database, home } = yield* AppConfig
    const path = yield* Path.Path
    const files = { bankFile: database.filename, indexFile: path.join(home, indexName) }
    return database.filename === ":memory:"
      ? CandidatesInMemory.layer
      : CandidatesInThread.layerOf(() => CandidatesInThread.startSearchThread(files))
  }).pipe(Effect.provide(Path.layer))
)
