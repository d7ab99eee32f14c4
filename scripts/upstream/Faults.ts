// What the upstream can do instead of answering well. A fault either replaces the answer (an error status, silence, a
// page of HTML) or alters it on its way out (cut short, wrapped in a fence, moved into the reasoning).
import type { ErrorBody } from "./ErrorBody.ts"

/**
 * An error status with its body; a string body is sent as plain text, anything else as JSON, in OpenAI's form if absent.
 * Where the platform's form is another, a body that is absent or in OpenAI's is translated, with the status it has there.
 */
export interface StatusFault {
  readonly kind: "status"
  readonly status: number
  readonly body?: unknown
  readonly headers?: Readonly<Record<string, string>>
  /** Sent as `retry-after`, in seconds. */
  readonly retryAfterSeconds?: number
  /** Sent as `retry-after-ms`, in milliseconds. */
  readonly retryAfterMs?: number
  /** Sent as `retry-after` in the HTTP date form, unless `retryAfterSeconds` is there too. */
  readonly retryAfterDate?: Date
}

/** The answer is never seen. Both `error…` forms take OpenAI's error object. */
export type ReplacingFault =
  | StatusFault
  /** The connection stays open and carries nothing. */
  | { readonly kind: "stallBeforeHeaders" }
  /** Status 200 and the headers arrive, the body never does. */
  | { readonly kind: "stallAfterHeaders" }
  /** The socket is reset without a byte. */
  | { readonly kind: "resetOnConnect" }
  /** Status 200 with `{"error":…}` as JSON, whether or not a stream was asked for. */
  | { readonly kind: "errorIn200"; readonly error?: ErrorBody }
  /** A completion (or a stream) whose `choices` are always empty. */
  | { readonly kind: "noChoices" }
  /** Status 200 with JSON that breaks off; on a stream, an event whose data does. */
  | { readonly kind: "badJson" }
  /** Status 200 with a web page, as captive portals and gateways send. */
  | { readonly kind: "html" }

/** The answer is made, then spoiled. */
export type AlteringFault =
  /** Half of the bytes arrive, then nothing; the connection stays open. */
  | { readonly kind: "stallMidBody" }
  /** Half of the bytes arrive, then the socket is closed although `content-length` promised more. */
  | { readonly kind: "cutBody" }
  /** Some deltas arrive, then the socket is closed; a reply that is no stream is cut as by `cutBody`. */
  | { readonly kind: "cutStream" }
  /** Some deltas, then a clean end without `finish_reason` or `[DONE]`; no stream: half of the JSON and a clean end. */
  | { readonly kind: "endStreamEarly" }
  /** Some deltas, then `data: {"error":…}` and a clean end; a reply that is no stream is as by `errorIn200`. */
  | { readonly kind: "errorMidStream"; readonly error?: ErrorBody }
  /** A well-formed reply with `content` "". */
  | { readonly kind: "emptyCompletion" }
  /** The answer comes whole, this many milliseconds later than the latency says. */
  | { readonly kind: "slowHeaders"; readonly ms: number }
  /** Everything is in `reasoning_content`; `content` is "". */
  | { readonly kind: "reasoningOnly" }
  /** The answer comes after a `<think>…</think>` block inside `content`. */
  | { readonly kind: "thinkTags" }
  /** The answer comes inside a ```json fence. */
  | { readonly kind: "codeFence" }

/** Anything the upstream can do wrong on one call. */
export type Fault = ReplacingFault | AlteringFault

/** The tag of a fault. */
export type FaultKind = Fault["kind"]
