// What was found wrong, one of each kind, with the request that showed it first, and what each operation replied.

export interface Finding {
  readonly operation: string
  readonly what: string
  readonly detail: string
  /** How many requests showed it. */
  readonly count: number
  /** The number of the first of them; with the seed it makes the same request. */
  readonly request: number
  /** Sends it again. */
  readonly command: string
}

/** The replies of one operation. */
export interface RouteTally {
  readonly operation: string
  readonly requests: number
  /** By status, or by what came instead of a reply. */
  readonly statuses: Readonly<Record<string, number>>
  /** Milliseconds until the headers of the slowest reply. */
  readonly slowestMillis: number
}

/** Counts the replies of each operation and keeps the findings. */
export interface Tally {
  readonly replied: (operation: string, status: number | string, millis: number) => void
  /** Answers whether this is the first of its kind. */
  readonly found: (finding: Omit<Finding, "count">) => boolean
  /** Puts a smaller request in the place of one that was found. */
  readonly minimised: (finding: Omit<Finding, "count">) => void
  readonly routes: () => ReadonlyArray<RouteTally>
  readonly findings: () => ReadonlyArray<Finding>
}

export const makeTally = (): Tally => {
  const routes = new Map<string, RouteTally>()
  const findings = new Map<string, Finding>()
  const keyOf = ({ operation, what }: Omit<Finding, "count">) => `${operation}\n${what}`
  return {
    replied: (operation, status, millis) => {
      const known = routes.get(operation) ?? { operation, requests: 0, statuses: {}, slowestMillis: 0 }
      routes.set(operation, {
        operation,
        requests: known.requests + 1,
        statuses: { ...known.statuses, [status]: (known.statuses[status] ?? 0) + 1 },
        slowestMillis: Math.max(known.slowestMillis, millis)
      })
    },
    found: (finding) => {
      const known = findings.get(keyOf(finding))
      findings.set(keyOf(finding), { ...(known ?? finding), count: (known?.count ?? 0) + 1 })
      return known === undefined
    },
    minimised: (finding) => {
      const known = findings.get(keyOf(finding))
      if (known !== undefined) findings.set(keyOf(finding), { ...finding, count: known.count })
    },
    routes: () => [...routes.values()].toSorted((one, other) => one.operation.localeCompare(other.operation)),
    findings: () => [...findings.values()]
  }
}
