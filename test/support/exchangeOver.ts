import { Cause, Effect, Stream } from "effect"
import { HttpClient, HttpClientError, HttpClientRequest } from "effect/http"
import { type BodyPull, type Exchange, ExchangeFailed } from "../../src/platform/outbound/Exchange.ts"

/** An exchange by whatever client stands in for a platform. */
export const exchangeOver =
  (client: HttpClient.HttpClient): Exchange =>
  ({ body, headers, onSent, url }) =>
    Effect.gen(function* () {
      onSent?.()
      const request = HttpClientRequest.post(url, { headers }).pipe(
        HttpClientRequest.bodyText(body, "application/json")
      )
      const response = yield* Effect.mapError(HttpClient.withScope(client).execute(request), failed)
      const pull = yield* Stream.toPull(response.stream)
      const pieces: BodyPull = Effect.mapError(pull, (error) => (Cause.isDone(error) ? error : failed(error)))
      return { status: response.status, headers: response.headers, body: pieces }
    })

const failed = (error: HttpClientError.HttpClientError) =>
  new ExchangeFailed({ cause: "cause" in error.reason ? error.reason.cause : error })
