import { Effect, Result, Stream } from "effect"
import { PackInvalid } from "./errors.ts"
import type { PackHeader } from "./PackHeader.ts"
import { readLine } from "./PackLine.ts"
import { type PackPart, readPack } from "./readPack.ts"
import { fingerprintOf, isSigned } from "./signing.ts"

/** What is wrong with a line, by the number that an editor shows, from 1. */
export interface LineProblem {
  readonly line: number
  readonly message: string
}

/** A pack that was read to its end. */
export interface PackReport {
  readonly file: string
  readonly header: PackHeader
  readonly fingerprint: string
  readonly isSigned: boolean
  /** The first of them. */
  readonly problems: ReadonlyArray<LineProblem>
  readonly problemCount: number
  /** Of everything that is signed, base64url. */
  readonly digest: string
  /** Of the file up to the end of each part. */
  readonly partDigests: ReadonlyArray<string>
}

const mostProblems = 20

/** The parts of a pack, as a stream that fails where the file cannot be read any further. */
export const packParts = (file: string): Stream.Stream<PackPart, PackInvalid> =>
  Stream.fromAsyncIterable(readPack(file), (error) =>
    error instanceof PackInvalid
      ? error
      : new PackInvalid({
          file,
          detail: `it cannot be read (${error instanceof Error ? error.message : String(error)})`
        })
  )

/** Reads a pack through and through: its form, its signature, and each question with its answer. */
export const inspectPack = Effect.fn("packs.inspect")(function* (
  file: string,
  onRead: (lines: number) => Effect.Effect<void> = () => Effect.void
) {
  let header: PackHeader | undefined
  let problemCount = 0
  let report: PackReport | undefined
  const problems: Array<LineProblem> = []
  const partDigests: Array<string> = []
  yield* Stream.runForEach(
    packParts(file),
    Effect.fnUntraced(function* (part: PackPart) {
      if (part._tag === "Header") header = part.header
      if (part._tag === "Lines") {
        for (const [at, text] of part.lines.entries()) {
          const read = readLine(text)
          if (Result.isSuccess(read)) continue
          problemCount++
          // The header is line 1.
          if (problems.length < mostProblems) problems.push({ line: part.from + at + 2, message: read.failure })
        }
        partDigests.push(part.digest)
        yield* onRead(part.from + part.lines.length)
      }
      if (part._tag === "Signature" && header !== undefined) {
        report = {
          file,
          header,
          fingerprint: fingerprintOf(header.publisher),
          isSigned: yield* isSigned(header.publisher, part.signature, part.digest),
          problems,
          problemCount,
          digest: part.digest.toString("base64url"),
          partDigests
        }
      }
    })
  )
  return report ?? (yield* new PackInvalid({ file, detail: "it has no end" }))
})

/** The pack, if nothing is wrong with it. */
export const verifyPack = (file: string, onRead?: (lines: number) => Effect.Effect<void>) =>
  Effect.flatMap(inspectPack(file, onRead), (report) => {
    const [first] = report.problems
    if (!report.isSigned) return Effect.fail(new PackInvalid({ file, detail: wrongSignature }))
    return first === undefined
      ? Effect.succeed(report)
      : Effect.fail(new PackInvalid({ file, line: first.line, detail: first.message }))
  })

/** What a signature that does not fit means. */
export const wrongSignature = "the signature does not fit: it was changed since its publisher signed it"
