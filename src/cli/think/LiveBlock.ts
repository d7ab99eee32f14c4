/** Lines at the bottom of a terminal that are drawn anew in their place, on standard error. */
export const makeLiveBlock = (write: (text: string) => void) => {
  let drawn = 0
  const up = () => (drawn === 0 ? "" : `\u001b[${drawn}A\r`)
  return {
    draw: (lines: ReadonlyArray<string>) => {
      write(`${up()}\u001b[J${lines.join("\n")}\n`)
      drawn = lines.length
    },
    /** What comes next takes the place of the block. */
    clear: () => {
      write(`${up()}\u001b[J`)
      drawn = 0
    }
  }
}
