/** Parameters of a form, each with its values in the order they were sent. */
export type Form = Readonly<Record<string, string | ReadonlyArray<string>>>

/** The parameters of a form (`application/x-www-form-urlencoded`); `undefined` where there are more than `most` of them. */
export const readForm = (text: string, most: number): Form | undefined => {
  if (countUpTo(text, "&", most) >= most) return undefined
  const form = new Map<string, string | Array<string>>()
  for (const [name, value] of new URLSearchParams(text)) {
    const before = form.get(name)
    if (before === undefined) form.set(name, value)
    else if (typeof before === "string") form.set(name, [before, value])
    else before.push(value)
  }
  return Object.fromEntries(form)
}

/** How often a sign occurs in a text, or `most` where it is more. */
export const countUpTo = (text: string, sign: string, most: number, from = 0): number => {
  let count = 0
  for (let at = text.indexOf(sign, from); at >= 0 && count < most; at = text.indexOf(sign, at + 1)) count++
  return count
}
