const end = "<!-- end of table -->"

/** A page with the table of a command, between its two markers, replaced; throws where they are missing. */
export const withTable = (page: string, table: string, command = "npm run eval:oracle -- --docs"): string => {
  const begin = `<!-- table: ${command} -->`
  const from = page.indexOf(begin)
  const to = page.indexOf(end, from)
  if (from < 0 || to < from) throw new Error("the markers of the table are missing")
  return `${page.slice(0, from + begin.length)}\n\n${table}\n\n${page.slice(to)}`
}
