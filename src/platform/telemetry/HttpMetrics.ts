import { type Context, Metric } from "effect"

const methods = new Set(["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"])

const boundaries = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30]

const makeSeries = (method: string, route: string) => ({
  byClass: [1, 2, 3, 4, 5].map((hundreds) =>
    Metric.counter("siku_http_requests_total", {
      description: "Requests answered",
      incremental: true,
      attributes: { method, route, status: `${hundreds}xx` }
    })
  ),
  latency: Metric.histogram("siku_http_request_seconds", {
    description: "Time from the request's arrival to its answer, in seconds",
    boundaries,
    attributes: { method, route }
  })
})

/**
 * Counts requests. `route` is a pattern of the API or `other`; the handles are made once for each route and method, as every request
 * passes here.
 */
export const makeHttpMetrics = (context: Context.Context<never>) => {
  const known = new Map<string, Map<string, ReturnType<typeof makeSeries>>>()
  const seriesOf = (method: string, route: string) => {
    const ofRoute = known.get(route) ?? new Map<string, ReturnType<typeof makeSeries>>()
    known.set(route, ofRoute)
    const label = methods.has(method) ? method : "other"
    const series = ofRoute.get(label) ?? makeSeries(label, route)
    ofRoute.set(label, series)
    return series
  }
  return (method: string, route: string, status: number, seconds: number): void => {
    const { byClass, latency } = known.get(route)?.get(method) ?? seriesOf(method, route)
    byClass[Math.floor(status / 100) - 1]?.updateUnsafe(1, context)
    latency.updateUnsafe(seconds, context)
  }
}
