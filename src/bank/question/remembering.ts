// What long texts came to, for those that were asked of last: a question's texts are normalised to be told apart, to be shown to a model, and
// again for each answer that is put into them.

/** Shorter texts are done as soon as they would be found. */
const shortest = 32
/** Characters that are kept, in texts and in what they came to; as many again are on their way out. */
const most = 500_000

/** The same function of a text, which remembers; it must depend on nothing else. */
export const remembering = (make: (text: string) => string): ((text: string) => string) => {
  // Two generations: to delete the oldest of a Map one by one takes longer and longer.
  let recent = new Map<string, string>()
  let older: typeof recent = new Map()
  let characters = 0
  return (text) => {
    if (text.length < shortest) return make(text)
    const known = recent.get(text)
    if (known !== undefined) return known
    const made = older.get(text) ?? make(text)
    characters += text.length + made.length
    if (characters > most) {
      older = recent
      recent = new Map()
      characters = text.length + made.length
    }
    recent.set(text, made)
    return made
  }
}
