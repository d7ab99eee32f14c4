// What the service says in its log that no reply shows.

/** Lines that tell of a defect, or of an error that nobody waited for. */
export const defectsInLog = (log: string): ReadonlyArray<{ readonly what: string; readonly line: string }> => {
  const kinds = new Map<string, string>()
  for (const line of log.split("\n")) {
    const what = defectIn(line)
    if (what !== undefined && !kinds.has(what)) kinds.set(what, line.slice(0, 3000))
  }
  return [...kinds].map(([what, line]) => ({ what, line }))
}

const defectIn = (line: string): string | undefined => {
  if (/"level":"(?:ERROR|FATAL)"/.test(line)) {
    const cause = /"cause":"((?:[^"\\]|\\.){0,160})/.exec(line)?.[1] ?? ""
    return `in the log: ${/"message":("(?:[^"\\]|\\.)*"|\[[^\]]{0,200})/.exec(line)?.[1] ?? line.slice(0, 200)} ${cause}`.trim()
  }
  return /unhandled|uncaught|FATAL ERROR|MaxListenersExceeded/i.test(line) && !line.startsWith('{"timestamp"')
    ? `in the log: ${line.slice(0, 200)}`
    : undefined
}
