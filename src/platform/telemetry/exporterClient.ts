import { Effect, Metric } from "effect"
import { HttpClient, HttpClientError, type HttpClientRequest } from "effect/http"

/** For one export. A collector that takes longer is treated as gone. */
const longestExport = "10 seconds"

/** Exports under way at once; what comes on top of them is dropped, so that a slow collector cannot make the service grow. */
const mostUnderWay = 4

const exports = (outcome: string) =>
  Metric.counter("siku_telemetry_exports_total", {
    description: "Batches sent to the collector, by how that ended",
    incremental: true,
    attributes: { outcome }
  })
const sent = exports("sent")
const failed = exports("failed")

/** A client for exports: each has its time, and only so many are made at once. */
export const exporterClient = (client: HttpClient.HttpClient): HttpClient.HttpClient => {
  let underWay = 0
  const giveUp = (request: HttpClientRequest.HttpClientRequest, why: string) =>
    Effect.fail(
      new HttpClientError.HttpClientError({
        reason: new HttpClientError.TransportError({ request, cause: new Error(why) })
      })
    )
  return HttpClient.transform(client, (call, request) =>
    Effect.suspend(() => {
      if (underWay >= mostUnderWay) return giveUp(request, "the collector is too slow")
      underWay++
      return call.pipe(
        Effect.timeoutOrElse({
          duration: longestExport,
          orElse: () => giveUp(request, "the collector did not answer in time")
        }),
        Effect.ensuring(
          Effect.sync(() => {
            underWay--
          })
        )
      )
    }).pipe(
      Effect.tap(({ status }) => Metric.update(status < 300 ? sent : failed, 1)),
      Effect.tapError(() => Metric.update(failed, 1))
    )
  )
}
