import { Result } from "effect"
import type { ContentPart } from "./ChatModel.ts"
import { BadRequest } from "./ProviderError.ts"

type ImagePart = Extract<ContentPart, { readonly type: "image" }>

/** An image that travels in the request, or one that the platform fetches itself. */
export type ImageSource =
  | { readonly _tag: "Inline"; readonly mediaType: string; readonly base64: string }
  | { readonly _tag: "Address"; readonly url: string }

/** Where an image comes from: `data:` addresses are content, of the others platforms fetch only `https:`. */
export const imageSource = (part: ImagePart): Result.Result<ImageSource, BadRequest> => {
  if (!("url" in part)) return inline(part.mediaType, part.base64)
  const { url } = part
  if (/^https:/i.test(url)) return Result.succeed({ _tag: "Address", url })
  const comma = url.indexOf(",")
  const data = /^data:([^;,]+)(?:;[^;,]+)*;base64$/i.exec(url.slice(0, Math.max(0, comma)))
  return data?.[1] === undefined
    ? Result.fail(new BadRequest({ detail: "image_url: only https addresses and base64 data are taken" }))
    : inline(data[1], url.slice(comma + 1))
}

const inline = (mediaType: string, base64: string): Result.Result<ImageSource, never> =>
  Result.succeed({
    _tag: "Inline",
    // a common misnomer that platforms refuse
    mediaType: mediaType.toLowerCase() === "image/jpg" ? "image/jpeg" : mediaType.toLowerCase(),
    base64
  })
