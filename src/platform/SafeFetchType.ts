/** Images of more bytes are neither fetched nor passed on. */
export const largestImage = 5 * 1024 * 1024

/** The media type of an image that every platform takes, by its first bytes, whatever name it goes by. */
export const imageTypeOf = (bytes: Uint8Array): string | undefined => {
  const begins = (signature: string, at = 0): boolean =>
    Buffer.from(bytes.subarray(at, at + signature.length)).toString("latin1") === signature
  if (begins("\x89PNG\r\n\x1a\n")) return "image/png"
  if (begins("\xff\xd8\xff")) return "image/jpeg"
  if (begins("GIF87a") || begins("GIF89a")) return "image/gif"
  return begins("RIFF") && begins("WEBP", 8) ? "image/webp" : undefined
}
