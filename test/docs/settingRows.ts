/** The rows of the tables of settings in a page, by path: what stands between the bars. */
export const settingRows = (page: string): ReadonlyMap<string, ReadonlyArray<string>> => {
  const section = /<!-- settings:[^\n]*\n([\s\S]*?)<!-- end of settings -->/.exec(page)?.[1] ?? ""
  return new Map(
    section
      .split("\n")
      .map((line) => line.split(/(?<!\\)\|/).map((cell) => cell.trim().replaceAll("\\|", "|")))
      .filter((cells) => cells[1]?.startsWith("`") === true)
      .map((cells) => [cells[1]?.replaceAll("`", "") ?? "", cells])
  )
}
