import type { HttpClient } from "effect/http"
import type { Exchange } from "./Exchange.ts"

/** One way to the outside, over connections of its own: for calls of any kind, and for requests that are sent and read as they come. */
export interface WayOut {
  readonly client: HttpClient.HttpClient
  readonly exchange: Exchange
}
