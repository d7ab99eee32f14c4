import { Clock, Effect, FileSystem, Schema, Stream } from "effect"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { rowPages } from "../rowPages.ts"
import { type QuestionStatus, StoredQuestion } from "../StoredQuestion.ts"
import { PackNotMade } from "./errors.ts"
import { headerLine, mostQuestions, PackDescription, packFormat, PackName, PackVersion } from "./PackHeader.ts"
import { lineOf } from "./PackLine.ts"
import { readPublisherKey } from "./PublisherKey.ts"
import { fingerprintOf, publicKeyOf, signDigest, startDigest } from "./signing.ts"

/** What a pack is made of. */
export interface PackRequest {
  readonly name: string
  readonly version: string
  readonly description: string
  /** Any of them; without any, all questions. */
  readonly tags: ReadonlyArray<string>
  readonly status: QuestionStatus
  /** The file to write. */
  readonly output: string
}

/** A pack that was written. */
export interface PackMade {
  readonly questions: number
  /** Rows that no line of a pack can say, such as those whose answer does not fit their options. */
  readonly leftOut: number
  readonly fingerprint: string
}

const encoder = new TextEncoder()

/**
 * Writes the questions of the bank to a pack and signs it with the key of this home. The questions come first, into a file
 * beside the output, since the header says how many there are; whoever looks at the output sees all of it or nothing.
 */
export const createPack = Effect.fn("packs.create")(function* (request: PackRequest) {
  const { description, name, output, version } = request
  if (!Schema.is(PackName)(name))
    return yield* refuse(`the name must be at most 64 letters, digits, dots, dashes and underscores`)
  if (!Schema.is(PackVersion)(version)) return yield* refuse("the version must be one such as 1.0.0")
  if (!Schema.is(PackDescription)(description)) {
    return yield* refuse("the description must be one line of at most 1000 characters")
  }
  const { home } = yield* AppConfig
  const files = yield* FileSystem.FileSystem
  const seed = yield* readPublisherKey(home)
  const publisher = yield* publicKeyOf(seed)
  const body = `${output}.questions.partial`
  const partial = `${output}.partial`

  const write = Effect.gen(function* () {
    let questions = 0
    let leftOut = 0
    const lines = Stream.map(rowsOf(request), (rows) => {
      let text = ""
      for (const row of rows) {
        const line = lineOf(row)
        if (line === undefined) leftOut++
        else {
          questions++
          text += `${line}\n`
        }
      }
      return text
    })
    yield* Stream.run(Stream.encodeText(lines), files.sink(body))
    if (questions === 0) return yield* refuse("no question of the bank is of this status and has one of these tags")
    if (questions > mostQuestions) return yield* refuse(`there are more than ${mostQuestions} questions`)
    const created_at = new Date(yield* Clock.currentTimeMillis).toISOString()
    const header = { siku_pack: packFormat, name, version, description, created_at, questions, publisher } as const
    const hash = startDigest()
    const signed = Stream.make(encoder.encode(`${headerLine(header)}\n`)).pipe(
      Stream.concat(files.stream(body)),
      Stream.tap((bytes) => Effect.sync(() => hash.update(bytes)))
    )
    const signature = Stream.unwrap(
      Effect.suspend(() =>
        Effect.map(signDigest(seed, hash.digest()), (signature) =>
          Stream.make(encoder.encode(`${JSON.stringify({ signature })}\n`))
        )
      )
    )
    yield* Stream.run(Stream.concat(signed, signature), files.sink(partial))
    yield* files.rename(partial, output)
    return { questions, leftOut, fingerprint: fingerprintOf(publisher) } satisfies PackMade
  })
  return yield* write.pipe(
    Effect.ensuring(Effect.ignore(files.remove(body, { force: true }))),
    Effect.onError(() => Effect.ignore(files.remove(partial, { force: true }))),
    Effect.catchTag("PlatformError", (error) => refuse(error.message))
  )
})

const refuse = (detail: string) => Effect.fail(new PackNotMade({ detail }))

const rowsOf = ({ status, tags }: PackRequest) =>
  rowPages(
    StoredQuestion,
    (row) => row.status === status && (tags.length === 0 || row.tags.some((tag) => tags.includes(tag)))
  )
