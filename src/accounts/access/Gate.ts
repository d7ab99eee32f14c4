import { IncomingMessage } from "node:http"
import { NodeHttpServerRequest } from "@effect/platform-node"
import { Context, Effect, Layer } from "effect"
import { HttpServerRequest, type HttpServerResponse } from "effect/http"
import type { AccessRule } from "../../platform/Access.ts"
import { Admission, type Origin, TooManyRequests } from "../../platform/Admission.ts"
import { type Caller, CurrentRoute, CurrentUser, house, type Scope } from "../../platform/Caller.ts"
import { AppConfig } from "../../platform/config/AppConfig.ts"
import { RequestFacts } from "../../platform/RequestFacts.ts"
import { AccessTokens } from "../AccessTokens.ts"
import { AdminKey } from "../AdminKey.ts"
import { ApiKeys, BadCredential } from "../ApiKeys.ts"
import { UnderWay } from "../UnderWay.ts"
import type { IdentityUnavailable } from "../Users.ts"
import { credentialOf, kindOf } from "./credential.ts"
import { unusableBody } from "../../platform/unusableBody.ts"
import { BodyRefused, MissingScope, NoCredential, type Refusal } from "./Refusal.ts"

type Reply = HttpServerResponse.HttpServerResponse
type Request = HttpServerRequest.HttpServerRequest

export interface GateOptions {
  readonly rule: AccessRule
  /** Whether the credential may stand in the query, for clients that can set nothing else. */
  readonly takesQuery: boolean
  /** The reply that tells of a refusal, in the form of the route's clients. */
  readonly refuse: (refusal: Refusal, request: Request) => Effect.Effect<Reply>
}

/**
 * Finds out who sends a request, and serves it where they may: within their limits, as `CurrentUser` on `CurrentRoute`. A good
 * credential counts wherever it comes from; one that is claimed and wrong is refused even on this machine. Where the database cannot
 * tell, nobody unknown is let in.
 */
export class Gate extends Context.Service<
  Gate,
  {
    readonly guard: (
      options: GateOptions
    ) => <E, R>(handler: Effect.Effect<Reply, E, R>) => Effect.Effect<Reply, E, R | HttpServerRequest.HttpServerRequest>
  }
>()("siku/accounts/access/Gate") {
  static readonly layer: Layer.Layer<
    Gate,
    never,
    AccessTokens | AdminKey | Admission | ApiKeys | AppConfig | UnderWay
  > = Layer.effect(
    Gate,
    Effect.suspend(() => make)
  )
}

const make = Effect.gen(function* () {
  const admission = yield* Admission
  const adminKey = yield* AdminKey
  const keys = yield* ApiKeys
  const tokens = yield* AccessTokens
  const underWay = yield* UnderWay
  const { authentication } = (yield* AppConfig).security

  /**
   * Whether somebody at this origin needs no credential on a route that is open to this machine. A web page that nobody named does in any
   * case: its visitor would pay for what it asks.
   */
  const isFree = ({ isForeignPage, isLocal }: Origin): boolean =>
    (authentication === "off" && !isForeignPage) || (authentication === "local" && isLocal)

  let isToldOfProxy = false
  /** Says, once, that the settings do not know of what stands before the service. */
  const tellOfProxy = Effect.suspend(() => {
    if (authentication !== "local" || isToldOfProxy) return Effect.void
    isToldOfProxy = true
    return Effect.logWarning(
      "a request came by way of this machine with signs of a proxy or a tunnel, or for another name than this machine's, and needed a key. If others are to come that way, set server.public_url: what is passed on without such signs needs none"
    )
  })

  const orAdmin = (key: string, identified: Effect.Effect<Caller, BadCredential | IdentityUnavailable>) =>
    // An admin key of the operator's own may look like anything.
    Effect.catchTag(identified, "BadCredential", (bad) =>
      Effect.flatMap(adminKey.isValid(key), (isValid) => (isValid ? Effect.succeed(house) : Effect.fail(bad)))
    )

  const identify = (credential: string): Effect.Effect<Caller, BadCredential | IdentityUnavailable> => {
    switch (kindOf(credential)) {
      case "key":
        return orAdmin(credential, keys.identify(credential))
      case "token":
        return orAdmin(credential, tokens.identify(credential))
      case "other":
        return Effect.flatMap(adminKey.isValid(credential), (isValid) =>
          isValid ? Effect.succeed(house) : Effect.fail(unknown)
        )
    }
  }

  /** A reply that is under way when its owner is closed is cut off, as if its client had left. */
  const endWithOwner = (caller: Caller, request: Request): void => {
    if ((caller.keyId === null && caller.userId === null) || !(request.source instanceof IncomingMessage)) return
    const response = NodeHttpServerRequest.toServerResponse(request)
    if (response.closed) return
    response.once(
      "close",
      underWay.add(caller, () => void response.destroy())
    )
  }

  const guard = ({ refuse, rule: { bodies, isLimited, isOpenToLocal, needs, route }, takesQuery }: GateOptions) => {
    const scope = needs === "any" || needs === "public" ? undefined : needs
    const noCredential = new NoCredential({ needs: scope ?? "any", isForeignPage: false })
    const noCredentialOfPage = new NoCredential({ needs: scope ?? "any", isForeignPage: isOpenToLocal })
    const bodyRefused = (why: BodyRefused["why"]) =>
      new BodyRefused({ why, takes: typeof bodies === "string" ? [] : [...bodies] })

    // Only what is wrong is held back: keys cannot be guessed, and behind one address there may be a school with one bad key in it.
    const refuseWrong = (error: BadCredential, { address }: Origin, request: Request) =>
      Effect.matchEffect(admission.mayIdentify(address), {
        onSuccess: () => Effect.andThen(admission.wrongCredential(address, error.why), refuse(error, request)),
        onFailure: (tooMany) => refuse(tooMany, request)
      })

    return <E, R>(handler: Effect.Effect<Reply, E, R>) =>
      Effect.withFiber<Reply, E, R | HttpServerRequest.HttpServerRequest>((fiber) => {
        const request = Context.getUnsafe(fiber.context, HttpServerRequest.HttpServerRequest)
        const facts = fiber.getRef(RequestFacts)
        if (facts !== undefined) facts.route = route

        const serve = (caller: Caller, origin: Origin | undefined): Effect.Effect<Reply, E, R> => {
          if (facts !== undefined) facts.caller = caller
          endWithOwner(caller, request)
          // A local caller on a route that is open to this machine has no scope of that route to show.
          if (scope !== undefined && !caller.scopes.has(scope) && caller.kind !== "local") {
            return refuse(new MissingScope({ scope }), request)
          }
          const unusable = unusableBody(request, bodies)
          const served =
            unusable === undefined
              ? // In one update; unlike a merge, what is added does not copy the context.
                Effect.updateContext(handler, (context: Context.Context<R>) =>
                  Context.add(Context.add(context, CurrentUser, caller), CurrentRoute, route)
                )
              : refuse(bodyRefused(unusable), request)
          return origin === undefined
            ? served
            : Effect.catchIf(
                admission.admit({ origin, caller }, served),
                (error) => error instanceof TooManyRequests,
                (error) => refuse(error, request)
              )
        }

        if (needs === "public") return serve(nobody, isLimited ? admission.originOf(request) : undefined)
        const origin = admission.originOf(request)
        const counted = isLimited ? origin : undefined
        const isFreeHere = isOpenToLocal && isFree(origin)
        const free = origin.isLocal ? local : anyone
        const credential = credentialOf(request, takesQuery)
        if (credential === undefined) {
          if (isFreeHere) return serve(free, counted)
          const refused = refuse(origin.isForeignPage ? noCredentialOfPage : noCredential, request)
          return origin.isPassedOn ? Effect.andThen(tellOfProxy, refused) : refused
        }
        // Chat programs do not start without a key, so people make one up.
        if (isFreeHere && kindOf(credential) === "other") {
          return Effect.flatMap(adminKey.isValid(credential), (isValid) => serve(isValid ? house : free, counted))
        }
        return Effect.matchEffect(identify(credential), {
          onSuccess: (caller) => serve(caller, counted),
          onFailure: (error) =>
            error._tag === "BadCredential" ? refuseWrong(error, origin, request) : refuse(error, request)
        })
      })
  }

  return Gate.of({ guard })
})

const unknown = new BadCredential({ why: "unknown" })

const caller = (kind: Caller["kind"], scopes: ReadonlyArray<Scope>): Caller => ({
  kind,
  accountId: null,
  userId: null,
  keyId: null,
  scopes: new Set(scopes),
  models: null,
  limits: {}
})

const local = caller("local", ["ask", "chat"])
/** Who asks from elsewhere where authentication is off. */
const anyone = caller("anonymous", ["ask", "chat"])
/** Who uses what is public: it is not asked who that is. */
const nobody = caller("anonymous", [])
