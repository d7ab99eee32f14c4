const words: ReadonlyMap<string, number> = new Map([
  ...["very high", "certain", "非常高", "很高", "极高"].map((word) => [word, 0.95] as const),
  ...["high", "高", "较高"].map((word) => [word, 0.85] as const),
  ...["medium", "moderate", "中", "中等", "一般"].map((word) => [word, 0.6] as const),
  ...["low", "低", "较低"].map((word) => [word, 0.3] as const),
  ...["very low", "很低", "极低"].map((word) => [word, 0.1] as const)
])

/** How sure a text says it is, from 0 to 1: `0.85`, `0,85`, `85%`, `85`, `8/10`, `high`, `高`. */
export const confidenceOf = (text: string): number | undefined => {
  const parts = /^[\s~≈约]{0,8}(\d{0,4}(?:[.,]\d{1,8})?)\s{0,4}(?:([%％])|\/\s{0,4}(\d{1,4}))?/.exec(text)
  if (parts === null || parts[1] === undefined || parts[1] === "") {
    return words.get(
      text
        .slice(0, 40)
        .trim()
        .toLowerCase()
        .replace(/[.。!！]$/, "")
    )
  }
  const value = Number(parts[1].replace(",", "."))
  const most = parts[2] !== undefined ? 100 : parts[3] !== undefined ? Number(parts[3]) : value > 1 ? 100 : 1
  return most > 0 ? Math.min(1, value / most) : undefined
}
