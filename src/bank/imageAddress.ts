// The addresses of images in a text, and what makes two of them the same image.
import { hash } from "node:crypto"

// Signed addresses and cache busters: the same image under another signature each time. What chooses or changes the image
// (`id`, `x-oss-process`, `v`, `w`) stays.
const signature =
  /^(?:x-(?:amz|goog|cos|oss|obs)-(?!process)[\w-]+|q-(?:sign-algorithm|ak|sign-time|key-time|header-list|url-param-list|signature)|signature|expires|ossaccesskeyid|awsaccesskeyid|accesskeyid|security-token|auth_key|sign|sig|nonce|rand|random|_)$/i
const time = /^(?:t|ts|time|timestamp|e|r|_t)$/i
const ticket = /^(?:token|access_token)$/i
const extension = /\.(?:png|jpe?g|gif|webp|bmp|svg|avif|heic|tiff?)$/i

/**
 * What an address stands for: without scheme and fragment, host in lower case, without the parameters that only sign it or
 * say when it was made; the others in the order of their names. A `token` counts where the path names no image file, for
 * there it may be what names the image.
 */
export const addressId = (address: string): string | undefined => {
  const url = URL.parse(address.startsWith("//") ? `https:${address}` : address)
  if (url === null || !/^https?:$/.test(url.protocol)) return undefined
  const isFile = extension.test(url.pathname)
  const kept = [...url.searchParams].filter(
    ([name, value]) =>
      !signature.test(name) && !(time.test(name) && /^\d{9,}$/.test(value)) && !(isFile && ticket.test(name))
  )
  const query = kept.map(([name, value]) => `${encodeURIComponent(name)}=${encodeURIComponent(value)}`).sort()
  return `${url.host}${url.pathname}${query.length === 0 ? "" : `?${query.join("&")}`}`
}

/** Whether an address names an image by its path. */
export const isImageAddress = (address: string): boolean =>
  extension.test(URL.parse(address.startsWith("//") ? `https:${address}` : address)?.pathname ?? "")

/** How an image whose content is known stands in a text: by the SHA-256 of its bytes. */
export const contentId = /^sha256:[\w-]{43}$/

// Addresses end before white space, ideographs and what encloses them.
const reference =
  /(?:https?:)?\/\/[^\s<>"'`|\\^{}\u3000-\u303f\u2e80-\u9fff\uff01-\uffef“”‘’]+|\bsha256:[\w-]{43}(?![\w-])/gi
const closing = /[.,;:!?)\]]{1,8}$/
// Pages put addresses one behind the other without a space. One that is a part of another stands behind `=` or `/`.
const glued = /(?<![=/])(?=https?:\/\/)/i
// What stands behind the name of a file and belongs to the sentence: `….png( )`, `….png____`.
const behindFile = /^[^?#]*?\.(?:png|jpe?g|gif|webp|bmp|svg)(?=[([{]|_{2})/i

/** Puts what `replace` says in the place of each address and content id in a text; `undefined` leaves it. */
export const replaceReferences = (
  text: string,
  replace: (id: string, literal: string) => string | undefined
): string => {
  if (!text.includes("//") && !text.includes("sha256:")) return text
  return text.replace(reference, (found) =>
    found
      .split(glued)
      .map((part) => {
        const literal = (behindFile.exec(part)?.[0] ?? part).replace(closing, "")
        const id = contentId.test(literal) ? literal : addressId(literal)
        const put = id === undefined ? undefined : replace(id, literal)
        return put === undefined ? part : put + part.slice(literal.length)
      })
      .join("")
  )
}

/** An image in a wording: what normalising leaves alone. */
export const tokenOf = (id: string): string => `[image:${hash("sha256", id, "hex").slice(0, 32)}]`

/** A text in which the same image several times in a row stands once, and without the commas that pages put around images. */
export const withoutRepeatedTokens = (text: string): string =>
  text.includes("[image:") ? text.replace(/[\s,，]*(\[image:[0-9a-f]{32}\])(?:[\s,，]*\1)*[\s,，]*/g, "$1") : text

/** A text with tokens for the addresses that name image files, and for one that is the whole text. */
export const tokensForAddresses = (text: string): string =>
  replaceReferences(text, (id, literal) =>
    contentId.test(id) || isImageAddress(literal) || (literal === text && isSigned(literal)) ? tokenOf(id) : undefined
  )

/** Whether the parameters of an address sign it, as those of stored files are. */
export const isSigned = (address: string): boolean =>
  [...(URL.parse(address)?.searchParams.keys() ?? [])].some((name) => signature.test(name))
