import type { ReasoningRequest } from "../ReasoningRequest.ts"

const longest = 200

/** How the last user message begins: at most 200 characters of one line. */
export const titleOf = ({ messages }: Pick<ReasoningRequest, "messages">): string => {
  const asked = messages.findLast(({ role }) => role === "user")
  const content = asked?.content ?? ""
  const text =
    typeof content === "string"
      ? content.slice(0, 10 * longest)
      : content.map((part) => (part.type === "text" ? part.text.slice(0, 10 * longest) : "")).join(" ")
  // No half of a surrogate pair at its end.
  return text
    .trim()
    .replace(/\s+/gu, " ")
    .slice(0, longest)
    .toWellFormed()
    .replace(/\uFFFD$/, "")
}
