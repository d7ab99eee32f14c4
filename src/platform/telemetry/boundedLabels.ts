/**
 * Values of a label that callers choose: the first `most` different ones stand for themselves, all others are `other`, so that
 * nobody can make the metrics grow.
 */
export const boundedLabels = (most: number): ((value: string) => string) => {
  const known = new Set<string>()
  return (value) => {
    if (known.has(value)) return value
    if (known.size >= most || value.length > longestLabel) return "other"
    known.add(value)
    return value
  }
}

const longestLabel = 100
