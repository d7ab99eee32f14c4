/** A route that a page names; without methods where it is named by its path alone. */
export interface NamedRoute {
  readonly path: string
  readonly methods: ReadonlyArray<string>
}

const isMethod = (text: string): boolean => /^[A-Z]+$/.test(text)

/**
 * The routes in the first cells of the table under `| route | for |`. Methods go before the path that they are for, and `…/x` goes on from
 * the last path that stands there whole.
 */
export const namedRoutes = (markdown: string): ReadonlyArray<NamedRoute> => {
  const [, table = ""] = /^\| route \| for \|\n.*\n((?:\|.*\n)+)/m.exec(markdown) ?? []
  return table
    .trimEnd()
    .split("\n")
    .flatMap((row) => {
      const routes: Array<NamedRoute> = []
      let [before, methods]: [string, ReadonlyArray<string>] = ["", []]
      for (const [, code = ""] of (row.split("|")[1] ?? "").matchAll(/`([^`]+)`/g)) {
        const words = code.split(" ")
        methods = [...methods, ...words.filter(isMethod)]
        const path = words.find((word) => !isMethod(word))
        if (path === undefined) continue
        if (path.startsWith("/")) before = path
        routes.push({ path: path.replace(/^…/, before), methods })
        methods = []
      }
      return routes
    })
}
