// No secret that counts here is as short, nor are those of the platforms; a slash in one makes pieces of it, with capitals among them.
const harmless = /^[a-z\d._*-]{0,15}$/
const longestPath = 200

const id = /^[a-z]+_[\da-f]{8}-[\da-f]{4}-[\da-f]{4}-[\da-f]{4}-[\da-f]{12}$/
const likeSecret = /^sk-/

/**
 * The path of an address for the log, without its query, where titles and tokens travel. Of the path, too, no more is shown than its route
 * says and what is too short for a secret or an id of ours: people put keys where their client asks for an address.
 * `route` is the pattern of the route, or `other`.
 */
export const shownPath = (url: string, route: string): string => {
  const end = url.search(/[?#]/)
  const path = end < 0 ? url : url.slice(0, end)
  // Nearly all.
  if (path === route) return path
  const pattern = route.split("/")
  const segments = path.slice(0, longestPath).split("/")
  const shown = segments.map((segment, at) =>
    segment === pattern[at] || isHarmless(segment) || id.test(segment) ? segment : "…"
  )
  // What is left of a segment that was cut would seem short.
  if (path.length > longestPath) shown.splice(-1, 1, "…")
  return shown.join("/")
}

const isHarmless = (segment: string): boolean => harmless.test(segment) && !likeSecret.test(segment)
