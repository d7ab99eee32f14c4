import { Context, type Effect, Schema } from "effect"
import type { HttpServerRequest, HttpServerResponse } from "effect/http"
import type { Caller } from "./Caller.ts"

/** Too many requests of one address, key or user, in a minute or an hour or at once. */
export class TooManyRequests extends Schema.TaggedError<TooManyRequests>()("TooManyRequests", {
  of: Schema.Literals(["address", "key", "user"]),
  window: Schema.Literals(["minute", "hour", "at_once"]),
  limit: Schema.Finite,
  /** Whole seconds, at least 1. */
  retryAfter: Schema.Finite
}) {
  override get message(): string {
    const within = this.window === "at_once" ? "at once" : `in one ${this.window}`
    return `this ${this.of} may make ${this.limit} requests ${within}`
  }
}

/** Where a request comes from. */
export interface Origin {
  /** The client's IP address, as text; that of a trusted proxy's client where the proxy says it. */
  readonly address: string
  /** By a program of this machine: nothing suggests that it was passed on, meant for another name, or made by a web page. */
  readonly isLocal: boolean
  /** By a web page that is neither this service's own nor named in `server.cors_origins`, whose visitor knows nothing of it. */
  readonly isForeignPage: boolean
  /** From this machine, and yet not meant for it or with signs of a proxy: something passes requests on. */
  readonly isPassedOn: boolean
}

/** Lets requests through within limits: per address, key and user, in any minute and hour, and at once. */
export class Admission extends Context.Service<
  Admission,
  {
    readonly originOf: (request: HttpServerRequest.HttpServerRequest) => Origin
    /** Fails where this address has sent too many wrong credentials: for it, another wrong one is one too many. */
    readonly mayIdentify: (address: string) => Effect.Effect<void, TooManyRequests>
    /** Counts a wrong credential, and logs where it came from and what was wrong with it. */
    readonly wrongCredential: (address: string, why: string) => Effect.Effect<void>
    /**
     * Serves a request within the limits of its address and caller, and puts `RateLimit-*` on the reply. The place among those at once is
     * given back when the body of the reply has been sent or given up.
     */
    readonly admit: <E, R>(
      who: { readonly origin: Origin; readonly caller: Caller },
      handler: Effect.Effect<HttpServerResponse.HttpServerResponse, E, R>
    ) => Effect.Effect<HttpServerResponse.HttpServerResponse, E | TooManyRequests, R>
  }
>()("siku/platform/Admission") {}
