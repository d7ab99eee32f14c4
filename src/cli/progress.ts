const barWidth = 30
const linesApartMillis = 2000

/** Shows how far something is on standard error: a bar on a terminal, a line now and then elsewhere. */
export const makeProgress = (bytes: number) => {
  const isTerminal = process.stderr.isTTY
  const started = performance.now()
  let last = started
  return {
    show: (bytesDone: number, rows: number) => {
      const now = performance.now()
      if (now - last < (isTerminal ? 100 : linesApartMillis)) return
      last = now
      const part = bytes === 0 ? 1 : Math.min(1, bytesDone / bytes)
      const speed = Math.round((rows / (now - started)) * 1000)
      const text = `${Math.floor(part * 100)}%  ${rows} rows, ${speed} rows/s`
      const bar = "█".repeat(Math.round(part * barWidth)).padEnd(barWidth, "░")
      process.stderr.write(isTerminal ? `\r${bar} ${text}\u001b[K` : `${text}\n`)
    },
    end: () => {
      if (isTerminal) process.stderr.write("\r\u001b[K")
    }
  }
}
