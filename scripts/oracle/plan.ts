// More than any run has threads.
const strategies = [
  ["direct", "Follow what happens in the order it is told."],
  ["table", "Keep a table of the stock after each happening."],
  ["backwards", "Think of what the end must come from, then fill in the figures."],
  ["units", "Write down each figure with what it counts before you use it."],
  ["estimate", "Estimate the end first, then work it out and compare."],
  ["counterexample", "Look for what could be misread before each sum."],
  ["equation", "Put everything into one expression and resolve it from the inside."],
  ["retell", "Tell the problem in your own words before you solve it."],
  ["halves", "Work out the first half and the second half apart."],
  ["check", "Undo every sum right after it to see that it holds."]
] as const

/** A plan with a strategy of its own for each thread. */
export const plan = (): string =>
  JSON.stringify({
    difficulty: "medium",
    form: "number",
    strategies: strategies.map(([name, hint]) => ({ name, hint }))
  })
