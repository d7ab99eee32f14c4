import { execFile } from "node:child_process"
import { NodeServices } from "@effect/platform-node"
import { Effect, FileSystem, type Path, type Scope } from "effect"
import { projectFile } from "../../src/platform/projectFile.ts"

export interface Ended {
  readonly code: number
  readonly output: string
  readonly errors: string
}

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
    const siku = (args: ReadonlyArray<string>, input = "") =>
      Effect.callback<Ended>((resume) => {
        const child = execFile(
          process.execPath,
          [projectFile("dist", "siku.mjs"), ...args, "--home", home],
          { env: { PATH: process.env["PATH"] } },
          (_, output, errors) => resume(Effect.succeed({ code: child.exitCode ?? -1, output, errors }))
        )
        child.stdin?.end(input)
        return Effect.sync(() => child.kill())
      })
    return yield* use(siku, home)
  }).pipe(Effect.provide(NodeServices.layer))
