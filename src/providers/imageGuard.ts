// Images that strangers point at: a platform that fetches them itself is sent where Siku would fetch them, and nowhere else.
import { Effect, Stream } from "effect"
import { resolveForStrangers } from "../platform/outbound/pinned.ts"
import { checkAddress, type GuardPolicy, type Resolve } from "../platform/SafeFetchGuard.ts"
import type { ChatMessage, ChatModel, ChatRequest } from "./ChatModel.ts"
import { BadRequest, ProviderError } from "./ProviderError.ts"

/** Images that one conversation may hold. */
export const mostImages = 200

const imagesOf = (message: ChatMessage) =>
  message.role === "user" && typeof message.content !== "string"
    ? message.content.filter((part) => part.type === "image")
    : []

/** Whether there are more images in a conversation than it may hold. */
export const hasTooManyImages = (messages: ReadonlyArray<ChatMessage>): boolean =>
  messages.reduce((count, message) => count + imagesOf(message).length, 0) > mostImages

const addressesIn = ({ messages }: Pick<ChatRequest, "messages">): ReadonlyArray<string> => [
  ...new Set(
    messages.flatMap((message) =>
      imagesOf(message).flatMap((part) => ("url" in part && /^https:/i.test(part.url) ? [part.url] : []))
    )
  )
]

// To look up all names of a request.
const patience = "5 seconds"

/**
 * Refuses requests with addresses of images that may not be called, before anything is sent. A name that has no address here passes, unless it
 * is one of inner networks: a machine behind a proxy may know no names at all.
 */
export const guardingImages = (
  model: ChatModel,
  policy: GuardPolicy,
  resolve: Resolve = resolveForStrangers
): ChatModel => {
  const refuse = () =>
    new ProviderError({
      provider: model.provider,
      model: model.model,
      reason: new BadRequest({ detail: "image_url: this address is not on the internet, or not one of a web server" })
    })
  const check = (addresses: ReadonlyArray<string>): Effect.Effect<void, ProviderError> =>
    Effect.forEach(
      addresses,
      (address) =>
        checkAddress(address, policy, resolve).pipe(
          Effect.catchIf(
            ({ reason }) => reason === "host",
            () => Effect.void
          ),
          Effect.mapError(refuse)
        ),
      { concurrency: "unbounded", discard: true }
    ).pipe(Effect.timeoutOrElse({ duration: patience, orElse: () => Effect.fail(refuse()) }))

  return {
    ...model,
    complete: (request) => {
      const addresses = addressesIn(request)
      return addresses.length === 0
        ? model.complete(request)
        : Effect.andThen(check(addresses), model.complete(request))
    },
    stream: (request) => {
      const addresses = addressesIn(request)
      return addresses.length === 0
        ? model.stream(request)
        : Stream.unwrap(Effect.as(check(addresses), model.stream(request)))
    }
  }
}
