/** A form in which texts are compared; of an option it may depend on its place (from 0). */
export type TextForm = (text: string, place?: number) => string

/** A list of options in one form. */
export interface FormedOptions {
  readonly texts: ReadonlyArray<string>
  /** The places (from 0) of the options that are this text. */
  readonly placesOf: (text: string) => ReadonlyArray<number>
  /** Whether no two of them are the same. */
  readonly areDistinct: boolean
  /** Characters of the longest. */
  readonly longest: number
}

const none: ReadonlyArray<number> = []

const formed = (texts: ReadonlyArray<string>): FormedOptions => {
  const places = new Map<string, Array<number>>()
  for (const [place, text] of texts.entries()) {
    const before = places.get(text)
    if (before === undefined) places.set(text, [place])
    else before.push(place)
  }
  return {
    texts,
    placesOf: (text) => places.get(text) ?? none,
    areDistinct: places.size === texts.length,
    longest: texts.reduce((longest, { length }) => Math.max(longest, length), 0)
  }
}

const known = new WeakMap<ReadonlyArray<string>, Map<TextForm, FormedOptions>>()

/** Options in a form, made once for each list: an answer of many parts asks for each of them. */
export const optionsIn = (form: TextForm, options: ReadonlyArray<string>): FormedOptions => {
  const forms = known.get(options) ?? new Map<TextForm, FormedOptions>()
  known.set(options, forms)
  const made = forms.get(form) ?? formed(options.map(form))
  forms.set(form, made)
  return made
}
