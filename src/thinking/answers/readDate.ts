const months = ["jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"]
const month = String.raw`(?<month>jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)\.?`
const day = String.raw`(?<day>\d{1,2})(?:st|nd|rd|th)?`

/** Spellings whose order is certain; `5/4/1919` is the fifth of April to some and the fourth of May to others. */
const dates = [
  /^(?<year>\d{4})[-./](?<number>\d{1,2})[-./](?<day>\d{1,2})$/,
  /^(?<year>\d{4})\s?年\s?(?<number>\d{1,2})\s?月(?:\s?(?<day>\d{1,2})\s?[日号])?$/,
  new RegExp(String.raw`^${month} ${day},? (?<year>\d{4})$`),
  new RegExp(String.raw`^(?:the )?${day}(?: of)? ${month},? (?<year>\d{4})$`),
  new RegExp(String.raw`^${month},? (?<year>\d{4})$`)
]

const time = /^(?<hour>\d{1,2}):(?<minute>\d{2})(?: ?(?<half>a|p)\.? ?m\.?)?$/
const wholeHour = /^(?<hour>\d{1,2}) ?(?<half>a|p)\.? ?m\.?$/

/** A date (`1919-05-04`, `1919-05`) or a time of day (`t19:30`) as answers are compared; `undefined` for anything else. Takes folded text. */
export const readDate = (folded: string): string | undefined => {
  for (const form of dates) {
    const groups = form.exec(folded)?.groups
    if (groups === undefined) continue
    const name = groups["month"]
    const number = name === undefined ? Number(groups["number"]) : months.indexOf(name.slice(0, 3)) + 1
    const dayOfMonth = groups["day"] === undefined ? undefined : Number(groups["day"])
    if (number < 1 || number > 12 || (dayOfMonth !== undefined && (dayOfMonth < 1 || dayOfMonth > 31))) return undefined
    const parts = [String(groups["year"]), two(number), ...(dayOfMonth === undefined ? [] : [two(dayOfMonth)])]
    return parts.join("-")
  }
  const groups = (time.exec(folded) ?? wholeHour.exec(folded))?.groups
  if (groups === undefined) return undefined
  const [hour, minute] = [Number(groups["hour"]), Number(groups["minute"] ?? 0)]
  if (minute > 59 || hour > (groups["half"] === undefined ? 23 : 12)) return undefined
  const afternoon = groups["half"] === "p" ? 12 : 0
  return `t${two(groups["half"] === undefined ? hour : (hour % 12) + afternoon)}:${two(minute)}`
}

const two = (number: number): string => String(number).padStart(2, "0")
