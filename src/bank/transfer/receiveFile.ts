import { ByteSize, Context, Effect, FileSystem, Option, Ref, Schema, Stream } from "effect"
import { HttpIncomingMessage, type HttpServerRequest, Multipart } from "effect/http"

/** The largest file that an import takes. */
export const ImportLimit = Context.Reference<ByteSize.ByteSize>("siku/bank/transfer/ImportLimit", {
  defaultValue: () => ByteSize.mebibytes(512)
})

/** The file is larger than an import may be, in bytes. */
export class FileTooLarge extends Schema.TaggedError<FileTooLarge>()("FileTooLarge", { limit: Schema.Finite }) {}

/** The form holds no file. */
export class NoFile extends Schema.TaggedError<NoFile>()("NoFile", {}) {}

export interface ReceivedFile {
  readonly name: string | undefined
  readonly contentType: string | undefined
  readonly bytes: number
}

/** Writes the file that a request brings, as its body or in a form, to `path` as it comes. */
export const receiveFile = Effect.fnUntraced(function* (request: HttpServerRequest.HttpServerRequest, path: string) {
  const files = yield* FileSystem.FileSystem
  const limit = Number(yield* ImportLimit)
  const save = Effect.fnUntraced(function* <E>(content: Stream.Stream<Uint8Array, E>) {
    const bytes = yield* Ref.make(0)
    yield* content.pipe(
      Stream.tap((chunk) =>
        Effect.flatMap(
          Ref.updateAndGet(bytes, (before) => before + chunk.length),
          (total) => (total > limit ? Effect.fail(new FileTooLarge({ limit })) : Effect.void)
        )
      ),
      Stream.run(files.sink(path, { mode: 0o600 })),
      Effect.catchTag("PlatformError", Effect.die)
    )
    return yield* Ref.get(bytes)
  })

  const contentType = request.headers["content-type"]
  if (contentType?.toLowerCase().startsWith("multipart/form-data") !== true) {
    const received: ReceivedFile = { name: undefined, contentType, bytes: yield* save(request.stream) }
    return received
  }
  const first = yield* request.multipartStream.pipe(
    Stream.filter(Multipart.isFile),
    Stream.mapEffect((part) =>
      Effect.map(save(part.content), (bytes): ReceivedFile => ({
        name: part.name,
        contentType: part.contentType,
        bytes
      }))
    ),
    Stream.runHead,
    // The limit of other requests is lower.
    Effect.provideService(HttpIncomingMessage.MaxBodySize, undefined)
  )
  return yield* Option.match(first, { onNone: () => Effect.fail(new NoFile()), onSome: Effect.succeed })
})
