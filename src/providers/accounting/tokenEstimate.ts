// How many tokens a text has, where nobody has counted them. Every family of models cuts texts otherwise, and a tokenizer of each weighs
// megabytes, so these are weights for kinds of characters, fitted to the tokenizers of GPT-4o, Qwen 3, DeepSeek 3, Gemma 3 and Llama 3 on
// the samples of `test/providers/accounting/tokenSamples.json`, which hold what each of them counts.

// In hundredths of a token, so that sums are exact.
/** Beginning of a run of Latin letters: short words are one token. */
const word = 100
/** Letters of a run without a further one. */
const shortWord = 6
const furtherLetter = 22
const digit = 70
const punctuation = 42
const han = 76

/** Of characters from the first of each pair on; blanks take none, they belong to the word behind them. */
const weights: ReadonlyArray<readonly [from: number, weight: number]> = [
  [0x00, 100],
  [0x20, 0],
  [0x21, punctuation],
  [0x30, digit],
  [0x3a, punctuation],
  [0x7f, 100],
  // letters with marks break a word
  [0xa1, 100],
  // Greek, Cyrillic, Hebrew
  [0x370, 37],
  // Arabic to Ethiopic and beyond
  [0x600, 60],
  // signs and CJK punctuation
  [0x2000, 100],
  // kana
  [0x3041, 55],
  [0x3100, 100],
  [0x3400, han],
  [0xa000, 100],
  // Hangul
  [0xac00, 80],
  // halves of characters beyond, private ones
  [0xd800, 100],
  [0xf900, han],
  // full-width forms
  [0xfb00, 100]
]

const weightOf = new Uint8Array(0x10000)
for (const [at, [from, weight]] of weights.entries()) weightOf.fill(weight, from, weights[at + 1]?.[0])

const isLetter = (code: number): boolean => (code > 0x60 && code < 0x7b) || (code > 0x40 && code < 0x5b)

/** Weighs a text that comes in pieces, wherever it is cut: gives what each adds, in hundredths of a token. */
export const makeWeigher = () => {
  let letters = 0
  return (text: string): number => {
    let sum = 0
    for (let at = 0; at < text.length; at++) {
      const code = text.charCodeAt(at)
      if (isLetter(code)) {
        letters++
        if (letters === 1) sum += word
        else if (letters > shortWord) sum += furtherLetter
      } else {
        letters = 0
        sum += weightOf[code] ?? 0
      }
    }
    return sum
  }
}

/** About so many hundredths of a token. */
export const weightOfText = (text: string): number => makeWeigher()(text)

/** As many tokens, at least. */
export const tokensOfWeight = (weight: number): number => Math.ceil(weight / 100)

/** No tokenizer makes more tokens of a text than it has bytes. */
export const mostTokensOf = (text: string): number => Buffer.byteLength(text)
