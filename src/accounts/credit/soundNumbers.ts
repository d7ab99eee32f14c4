// Numbers of bills as they stand in the database, which may be older than what keeps impossible ones out, or changed by hand. A report
// does not break on one: it counts as nothing, and the report says so.

const bounds = {
  /** Of one request: far above what is counted for one. */
  tokens: [0, 1_000_000_000_000],
  /** In micro-USD, of one request. */
  amount: [0, 10_000_000_000_000],
  /** In micro-USD, of all: what JavaScript holds exactly. */
  balance: [-9_000_000_000_000_000, 9_000_000_000_000_000]
} as const
type Kind = keyof typeof bounds

/** In micro-USD: what an account may have at most. */
export const highestBalance = bounds.balance[1]

/** SQL that tells whether a column has a whole number within its bounds. A text is beyond every number. */
export const isSound = (column: string, kind: Kind): string => {
  const [lowest, highest] = bounds[kind]
  return `(${column} BETWEEN ${lowest} AND ${highest} AND ${column} = ROUND(${column}))`
}

/** SQL of a column without what cannot be: 0 in its place, or NULL where that is given. */
export const soundly = (column: string, kind: Kind, otherwise: "0" | "NULL" = "0"): string =>
  `CASE WHEN ${isSound(column, kind)} THEN ${column} ELSE ${otherwise} END`
