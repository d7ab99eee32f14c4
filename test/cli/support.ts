import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, type Path, type Scope } from "effect"
import { type Ended, runSiku } from "../support/sikuProcess.ts"

/** Runs commands of the command line over a home folder of their own, gone afterwards. */
export const inHome = <A, E>(
  use: (
    siku: (args: ReadonlyArray<string>, input?: string) => Effect.Effect<Ended>,
    home: string
  ) => Effect.Effect<A, E, FileSystem.FileSystem | Path.Path | Scope.Scope>
) =>
  Effect.gen(function* () {
    const files = yield* FileSystem.FileSystem
    const home = yield* files.makeTempDirectoryScoped()
    return yield* use((args, input) => runSiku([...args, "--home", home], input), home)
  }).pipe(Effect.provide(NodeServices.layer))
