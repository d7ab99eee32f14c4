import { Context } from "effect"
import { type AddressBounds, usualAddress } from "./bounds/addressBounds.ts"

/** Which methods an address takes, from the API's own description. */
export class RouteTable extends Context.Service<
  RouteTable,
  {
    /** The methods of the route that `url` (with or without query) leads to; empty when there is none. */
    readonly methodsOf: (url: string) => ReadonlyArray<string>
    /** The pattern of the route that `url` leads to with this method, such as `/v1/runs/:id`; `other` when there is none. */
    readonly patternOf: (method: string, url: string) => string
    /** What an address may hold that leads to a route of this pattern with this method. */
    readonly addressBoundsOf: (method: string, pattern: string) => AddressBounds
  }
>()("siku/platform/RouteTable") {}

/** A table over path patterns such as `/v1/runs/:id` and `/v1/models/:provider/*`. */
export const makeRouteTable = (
  routes: Iterable<{ readonly method: string; readonly path: string; readonly address?: AddressBounds }>
): RouteTable["Service"] => {
  const table = [...routes].map(({ address = usualAddress, method, path }) => ({
    method,
    path,
    address,
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
  const bounds = new Map(table.map(({ address, method, path }) => [`${method} ${path}`, address]))
  const asGet = (method: string) => (method === "HEAD" ? "GET" : method)
  // No pattern fits a path that is longer than an address may be, and to look would take its time.
  const tableFor = (path: string) => (path.length > usualAddress.length ? [] : table)
  const find = (method: string, path: string): string =>
    (
      plain.get(`${method} ${path}`) ??
      tableFor(path).find((route) => route.method === method && route.pattern.test(path))
    )?.path ?? "other"
  return {
    patternOf: (method, url) => find(asGet(method), pathOf(url)),
    addressBoundsOf: (method, pattern) => bounds.get(`${asGet(method)} ${pattern}`) ?? usualAddress,
    methodsOf: (url) => {
      const path = pathOf(url)
      const methods = new Set(
        tableFor(path)
          .filter(({ pattern }) => pattern.test(path))
          .map(({ method }) => method)
      )
      if (methods.has("GET")) methods.add("HEAD")
      return [...methods].sort()
    }
  }
}

const pathOf = (url: string): string => {
  const end = url.indexOf("?")
  return end < 0 ? url : url.slice(0, end)
}
