// Where a capital says nothing, in a text that is English: at the beginning of a sentence, in NOT, in a name that nobody can take
// for something else. Everywhere else it does: m is milli and M mega, Aa is no AA, `-r` no `-R`, china no country.

const listOf = (text: string): ReadonlySet<string> => new Set(text.trim().split(/\s+/))

// In small letters another word: places, months and planets, names of people, units and whom they are named after, state, faith
// and learning, tools and firms, types and values of programs.
const otherWords = listOf(`
china turkey polish danish swede guinea chile lima nice reading bath cork cologne champagne burgundy cashmere jersey panama java pole welsh
march may august sat sun mon wed mercury mars earth moon cancer leo gemini libra virgo aries pisces atlas titan uranus saturn venus
bill mark will frank rose lily daisy grace hope faith joy art guy jack dick rob pat sue drew dean earl duke gene grant lance miles norm
ray rich rod victor ward baker smith cook carpenter mason hunter fisher potter miller taylor turner walker king young green brown white black
gray grey bush gates jobs job ford page bell hill wood stone rice wolf fox bird bob homer chase clay dale dawn iris ivy olive ruby pearl
jade amber crystal ginger heath jasmine violet hamlet titanic slough lent
pascal newton watt joule volt ampere kelvin hertz ohm tesla henry weber farad coulomb celsius curie becquerel sievert gauss maxwell cal calorie
god lord bible scripture church mass catholic protestant orthodox liberal conservative democrat democratic republican labour state states
union congress house senate cabinet parliament crown commons renaissance reformation enlightenment depression restoration revolution
constitution confederate communist communion passion creation trinity platonic stoic epicurean cynic sophist romantic baroque
word access apple amazon oracle shell swift rust go dart scratch basic perl edge gap target visa polo meta eclipse docker ant maven spring
spark storm hive pig scala express react vue
boolean bool integer int string char character float double long short byte object list dict map set array tuple vector number null nil
true false self super main class type date error any none this void enum struct function symbol math name value node element event promise`)

// Beside a sign of a program or a formula a word is a name: `Print(x)`, `print("Hello")`, `a.Length`, `x = True`.
const capitalised =
  /(?<![A-Za-z0-9\\$@#`({[<=+*/^&|~%.-])(?<![({[=+,] ?["'])(?<!(?:^|[^_])_)[A-Z][a-z]{2,}(?:'[a-z]{1,2})?(?![A-Za-z0-9\\$@#`{[<=+*/^&|~%-]|_(?!_)|\((?!\s*\))|[.:](?=\S))/g
const ofAll = /(?<![\w-])(?:All|None|Any|Some|Both|Neither|Either)(?= (?:of|the|these|those)\b)/g
// What people shout.
const shouted =
  /(?<![\w'-])(?:NOT|EXCEPT|TRUE|FALSE|CORRECT|INCORRECT|BEST|LEAST|MOST|MUST|ONLY|ALWAYS|NEVER|ISN'T|AREN'T|CANNOT|CAN'T|DOESN'T|DON'T|WRONG|WHICH|WHAT)(?![\w'-])/g
const first =
  /^(?:(?:An|In|Is|It|If|As|At|On|Of|To|By|Do|He|We|My|Be|Or|So|No|Up)(?= [A-Za-z]{2})|A(?= (?!(?:is|was|and|or|to|in|on|has|will|are|does|can|of|at|equals)\b)[A-Za-z]{2}))/
const speaksOfCase = /大小写|大写|小写|大寫|小寫|\bcase\b|capital(?:i[sz]e|s\b| letter)|uppercase|lowercase/i
const ideograph = /[\u2e80-\u9fff\uac00-\ud7af]/
const letters = /[A-Za-z]+/g
const mayBeIdle = /[A-Z][a-z]|[A-Z']{3}|^[AI] /
const shouting = /^[^a-z]{10,}$/

/** Passages keep their capitals: to look in them for each word again would take longer and longer. */
const longest = 4000

/** A unified text (see `normalise.ts`) without the capitals that distinguish nothing. */
export const withoutIdleCapitals = (text: string): string => {
  // Among ideographs a word in letters is a name: of a command, a type, a variable.
  if (text.length > longest || !mayBeIdle.test(text) || ideograph.test(text) || speaksOfCase.test(text)) return text
  if (isShouted(text)) return text.toLowerCase()
  let joins = false
  const folded = quiet(text).replace(capitalised, (word) => {
    const folded = small(word)
    if (otherWords.has(folded)) return word
    // `Name` and `name` in one title are two variables.
    joins ||= text.includes(folded) && !frequent.test(folded)
    return folded
  })
  return joins ? text : folded
}

const small = (word: string): string => word.toLowerCase()

// Only in a sentence: `NOT` alone may be a gate, and `TRUE` a value.
const smallWord = /[a-z]{2,}/g
const quiet = (text: string): string =>
  (text.match(smallWord)?.length ?? 0) < 2
    ? text
    : text.replace(shouted, small).replace(first, small).replace(ofAll, small)

const frequent =
  /^(?:the|an?|of|in|on|at|to|for|and|or|is|are|was|were|be|it|this|that|these|those|he|she|they|we|you|who|what|which|when|where|why|how|not|no|if|as|by|with|from|following)$/
const isShouted = (text: string): boolean => {
  if (!shouting.test(text)) return false
  const words = text.match(letters) ?? []
  return words.length >= 4 && words.filter((word) => frequent.test(small(word))).length >= 2
}
