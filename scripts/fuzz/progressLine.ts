const everyMillis = 250

/** Rewrites one line of standard error, where that is a terminal, as requests are done. */
export const progressLine = (requests: number): ((done: number, findings: number) => void) => {
  if (!process.stderr.isTTY) return () => {}
  let shownAt = 0
  return (done, findings) => {
    const now = performance.now()
    if (now - shownAt < everyMillis && done < requests) return
    shownAt = now
    process.stderr.write(
      `\r${done} of ${requests} requests, ${findings} kinds of findings${done === requests ? "\n" : ""}`
    )
  }
}
