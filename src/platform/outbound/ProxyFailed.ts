import { Schema } from "effect"

/**
 * The proxy, and not the target behind it, is why a call failed. It is the `cause` of the client's transport error, or of an `ExchangeFailed`. Names
 * the proxy without its credentials.
 */
export class ProxyFailed extends Schema.TaggedError<ProxyFailed>()("ProxyFailed", {
  /** Scheme, host and port; empty where the address cannot be read. */
  proxy: Schema.String,
  /** What the proxy did, as the rest of a sentence that begins with it. */
  detail: Schema.String,
  timedOut: Schema.Boolean
}) {
  /** As undici's own for a connection that takes too long, so that whoever looks for that one finds this one too. */
  get code(): string {
    return this.timedOut ? "UND_ERR_CONNECT_TIMEOUT" : "ERR_PROXY"
  }

  override get message(): string {
    return `the proxy ${this.proxy} ${this.detail}`.replace("  ", " ")
  }
}

/** Why the proxy failed, in plain words and without its credentials, by the cause of a failed call; `undefined` where it did not. */
export const proxyFailure = (cause: unknown): string | undefined =>
  cause instanceof ProxyFailed ? cause.message : undefined
