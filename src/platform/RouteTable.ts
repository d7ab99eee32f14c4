import { Context } from "effect"

/** Which methods an address takes, from the API's own description. */
export class RouteTable extends Context.Service<
  RouteTable,
  {
    /** The methods of the route that `url` (with or without query) leads to; empty when there is none. */
    readonly methodsOf: (url: string) => ReadonlyArray<string>
    /** The pattern of the route that `url` leads to with this method, such as `/v1/runs/:id`; `other` when there is none. */
    readonly patternOf: (method: string, url: string) => string
  }
>()("siku/platform/RouteTable") {}

/** A table over path patterns such as `/v1/runs/:id` and `/v1/models/:provider/*`. */
export const makeRouteTable = (
  routes: Iterable<{ readonly method: string; readonly path: string }>
): RouteTable["Service"] => {
  const table = [...routes].map(({ method, path }) => ({
    method,
    path,
    isPlain: !/[:*]/.test(path),
    pattern: new RegExp(
      `^${path
        .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        .replace(/:\w+/g, "[^/]+")
        .replace(/\/\\\*$/, "(?:/.+)?")}/?$`
    )
  }))
  // Most requests go to routes without parameters: those are known without a search.
  const plain = new Map(table.filter(({ isPlain }) => isPlain).map((route) => [`${route.method} ${route.path}`, route]))
  const find = (method: string, path: string): string =>
    (plain.get(`${method} ${path}`) ?? table.find((route) => route.method === method && route.pattern.test(path)))
      ?.path ?? "other"
  return {
    patternOf: (method, url) => find(method === "HEAD" ? "GET" : method, pathOf(url)),
    methodsOf: (url) => {
      const path = pathOf(url)
      const methods = new Set(table.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
      if (methods.has("GET")) methods.add("HEAD")
      return [...methods].sort()
    }
  }
}

const pathOf = (url: string): string => {
  const end = url.indexOf("?")
  return end < 0 ? url : url.slice(0, end)
}
