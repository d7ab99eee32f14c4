// Open models served without a reasoning parser write their thoughts into the content, as `<think>…</think>` before the
// answer. A tag counts only there: an answer that speaks of `<think>` is left alone. An opening tag without its end is a
// thought that was cut off, and nothing after it is an answer. White space around the tags belongs to neither side.

/** What of a text is the answer, and what was thought aloud. */
export interface SplitText {
  readonly text: string
  readonly reasoning: string
}

/** Splits a text that comes in pieces; gives out what is certain and keeps the rest, at most a tag and white space. */
export interface ThinkSplitter {
  readonly push: (piece: string) => SplitText
  /** What is left when the text is over. */
  readonly end: () => SplitText
}

const opening = "<think>"
const closing = "</think>"

/** A splitter that gives the same for a text however it was cut into pieces. */
export const makeThinkSplitter = (): ThinkSplitter => {
  let mode: "start" | "thinking" | "answer" = "start"
  let pending = ""
  let thoughts = 0
  // whether a visible character of the thought under way was given out
  let begun = false
  // whether a thought was closed before this point
  let closed = false

  const think = (piece: string): string => {
    const visible = begun ? piece : piece.trimStart()
    if (visible === "" || begun) return visible
    begun = true
    thoughts += 1
    return thoughts > 1 ? `\n\n${visible}` : visible
  }

  const push = (piece: string): SplitText => {
    if (mode === "answer") return { text: piece, reasoning: "" }
    pending += piece
    let reasoning = ""
    for (;;) {
      if (mode === "thinking") {
        const end = pending.indexOf(closing)
        if (end < 0) {
          const certain = certainLength(pending)
          reasoning += think(pending.slice(0, certain))
          pending = pending.slice(certain)
          return { text: "", reasoning }
        }
        reasoning += think(pending.slice(0, end).trimEnd())
        pending = pending.slice(end + closing.length)
        mode = "start"
        closed = true
      }
      const visible = pending.trimStart()
      if (visible.startsWith(opening)) {
        pending = visible.slice(opening.length)
        mode = "thinking"
        begun = false
      } else if (opening.startsWith(visible)) {
        return { text: "", reasoning }
      } else {
        mode = "answer"
        const text = closed ? visible : pending
        pending = ""
        return { text, reasoning }
      }
    }
  }

  const end = (): SplitText => {
    const rest = pending
    pending = ""
    if (mode === "thinking") return { text: "", reasoning: think(rest.trimEnd()) }
    return { text: closed ? rest.trimStart() : rest, reasoning: "" }
  }

  return { push, end }
}

/**
 * Splits a text that is there as a whole. It also knows the thought without an opening tag, which some chat templates
 * leave to the prompt: only a closing tag at the end of its line counts. (In a stream that text was given out by then.)
 */
export const splitThinking = (written: string): SplitText => {
  const end = written.indexOf(closing)
  if (end >= 0 && !written.slice(0, end).includes(opening)) {
    const rest = written.slice(end + closing.length)
    if (/^[ \t]*(?:\r?\n|$)/.test(rest)) return { text: rest.trimStart(), reasoning: written.slice(0, end).trim() }
  }
  const splitter = makeThinkSplitter()
  const first = splitter.push(written)
  const last = splitter.end()
  return { text: first.text + last.text, reasoning: first.reasoning + last.reasoning }
}

// How much of a thought under way can be given out: not the white space at its end, nor what may be the closing tag's
// beginning.
const certainLength = (thought: string): number => {
  let tag = Math.min(closing.length - 1, thought.length)
  while (!thought.endsWith(closing.slice(0, tag))) tag -= 1
  return thought.slice(0, thought.length - tag).trimEnd().length
}
