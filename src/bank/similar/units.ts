// Names of one unit in both scripts; what is not here is told apart by its spelling.
const names: Readonly<Record<string, ReadonlyArray<string>>> = {
  km: ["km", "Km", "KM", "千米", "公里"],
  m: ["m", "米"],
  dm: ["dm", "分米"],
  cm: ["cm", "厘米", "公分"],
  mm: ["mm", "毫米"],
  kg: ["kg", "Kg", "KG", "千克", "公斤"],
  g: ["g", "克"],
  mg: ["mg", "毫克"],
  t: ["t", "吨"],
  l: ["l", "L", "升"],
  ml: ["ml", "mL", "毫升"],
  "°c": ["°c", "°C", "摄氏度"],
  "°f": ["°f", "°F", "华氏度"],
  "°": ["°", "度"],
  h: ["h", "小时"],
  min: ["min", "分钟"],
  kw: ["kw", "kW", "KW", "千瓦"],
  v: ["v", "V", "伏", "伏特"]
}

const canonical: ReadonlyMap<string, string> = new Map(
  Object.entries(names).flatMap(([unit, spellings]) => spellings.map((name): [string, string] => [name, unit]))
)
const longestFirst = [...canonical.keys()].sort((a, b) => b.length - a.length)

/** The unit that begins at a place right behind a number, and the length of its name; a longer word is none. */
export const unitAt = (text: string, at: number): { readonly unit: string; readonly length: number } | undefined => {
  for (const name of longestFirst) {
    if (!text.startsWith(name, at)) continue
    if (/[a-z]$/i.test(name) && /[a-z0-9]/i.test(text[at + name.length] ?? "")) continue
    const unit = canonical.get(name)
    if (unit !== undefined) return { unit, length: name.length }
  }
  return undefined
}
