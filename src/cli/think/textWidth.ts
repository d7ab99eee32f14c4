// Columns of a terminal: Chinese, Japanese and Korean characters, full-width forms and emoji take two.
const wide =
  /[\u1100-\u115f\u2e80-\u303e\u3041-\ua4cf\uac00-\ud7a3\uf900-\ufaff\ufe30-\ufe6f\uff00-\uff60\uffe0-\uffe6]|\p{Extended_Pictographic}/u

// What would move the cursor or ring the bell has no place in a line.
const control = /[\p{Cc}\p{Cf}]+/gu

/** One line of it: no line breaks and nothing that a terminal obeys. */
export const oneLine = (text: string): string => text.replace(control, " ").replace(/\s+/g, " ").trim()

export const textWidth = (text: string): number => {
  let columns = 0
  for (const character of text) columns += wide.test(character) ? 2 : 1
  return columns
}

/** As much of a text as fits into so many columns, with … where it goes on. */
export const fitted = (text: string, columns: number): string => {
  if (textWidth(text) <= columns) return text
  let kept = ""
  let taken = 1
  for (const character of text) {
    taken += textWidth(character)
    if (taken > columns) break
    kept += character
  }
  return `${kept}…`
}
