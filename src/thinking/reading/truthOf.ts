const words: ReadonlyMap<string, boolean> = new Map([
  ...["true", "yes", "y", "1", "是", "有", "真", "发现"].map((word) => [word, true] as const),
  ...["false", "no", "n", "0", "none", "null", "否", "无", "没有", "假", "未发现"].map((word) => [word, false] as const)
])

/** What a field says that is to be true or false, as models spell it; `undefined` for anything else. */
export const truthOf = (value: unknown): boolean | undefined => {
  if (typeof value === "boolean") return value
  if (typeof value === "number") return value === 1 ? true : value === 0 ? false : undefined
  return typeof value === "string" && value.length < 40 ? words.get(value.trim().toLowerCase()) : undefined
}
