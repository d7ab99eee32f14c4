import { Effect, Option } from "effect"
import type { ContentPart } from "../providers/ChatModel.ts"
import type { SafeFetch } from "../platform/SafeFetch.ts"
import type { ImageContent, QuestionImage } from "./images.ts"
import type { Question } from "./Question.ts"

/** An image as a model gets it. */
export type ImagePart = Extract<ContentPart, { readonly type: "image" }>

/** An image of a question, by its place (from 0) among them. */
export interface ShownImage {
  readonly place: number
  readonly part: ImagePart
}

/** More than these a model does not get. */
export const mostImages = 8

/**
 * How images go to a platform: `addresses` for those it fetches itself (https), or all as `contents`. Other addresses are
 * always fetched here.
 */
export type ImagesAs = "addresses" | "contents"

/** Makes what a model is shown of a question's images, in their order, without those that cannot be had. */
export const imageParts = (
  { images }: Question,
  as: ImagesAs,
  fetcher: SafeFetch["Service"]
): Effect.Effect<ReadonlyArray<ShownImage>> =>
  Effect.map(
    Effect.forEach(images.slice(0, mostImages), (image) => partOf(image, as, fetcher), { concurrency: mostImages }),
    (parts) => parts.flatMap((part, place) => Option.toArray(Option.map(part, (part) => ({ place, part }))))
  )

/** Whether platforms would fetch any of the images themselves. */
export const hasAddresses = ({ images }: Question): boolean =>
  images.some((image) => image._tag === "Address" && image.content === undefined && isSecure(image.url))

const isSecure = (url: string): boolean => /^https:/i.test(url)

const partOf = (
  image: QuestionImage,
  as: ImagesAs,
  fetcher: SafeFetch["Service"]
): Effect.Effect<Option.Option<ImagePart>> => {
  switch (image._tag) {
    case "Content":
      return Effect.succeedSome(contentPart(image))
    case "Digest":
      return Effect.succeedNone
    case "Address":
      if (image.content !== undefined) return Effect.succeedSome(contentPart(image.content))
      return as === "addresses" && isSecure(image.url)
        ? Effect.succeedSome({ type: "image", url: image.url })
        : fetched(image.url, fetcher)
  }
}

const contentPart = ({ base64, mediaType }: ImageContent): ImagePart => ({ type: "image", mediaType, base64 })

const fetched = (url: string, fetcher: SafeFetch["Service"]): Effect.Effect<Option.Option<ImagePart>> =>
  fetcher.image(url).pipe(
    Effect.map(({ bytes, mediaType }): ImagePart => ({
      type: "image",
      mediaType,
      base64: Buffer.from(bytes).toString("base64")
    })),
    Effect.tapError(({ reason }) =>
      Effect.logWarning("an image of a question was not fetched").pipe(Effect.annotateLogs({ url, reason }))
    ),
    Effect.option
  )
