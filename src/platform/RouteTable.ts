import { Context } from "effect"

/** Which methods an address takes, from the API's own description. */
export class RouteTable extends Context.Service<
  RouteTable,
  {
    /** The methods of the route that `url` (with or without query) leads to; empty when there is none. */
    readonly methodsOf: (url: string) => ReadonlyArray<string>
  }
>()("siku/platform/RouteTable") {}

/** A table over path patterns such as `/v1/runs/:id` and `/v1/models/:provider/*`. */
export const makeRouteTable = (
  routes: Iterable<{ readonly method: string; readonly path: string }>
): RouteTable["Service"] => {
  const table = [...routes].map(({ method, path }) => ({
    method,
    pattern: new RegExp(
      `^${path
        .replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
        .replace(/:\w+/g, "[^/]+")
        .replace(/\/\\\*$/, "(?:/.+)?")}/?$`
    )
  }))
  return {
    methodsOf: (url) => {
      const path = url.split("?", 1)[0] ?? ""
      const methods = new Set(table.filter(({ pattern }) => pattern.test(path)).map(({ method }) => method))
      if (methods.has("GET")) methods.add("HEAD")
      return [...methods].sort()
    }
  }
}
