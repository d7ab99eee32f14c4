import { Clock, Duration, Effect, Option, Redacted, Schema, Stream } from "effect"
import { HttpClient, HttpClientError, HttpClientRequest, type HttpClientResponse } from "effect/http"
import type { ProviderSettings } from "../platform/config/Settings.ts"
import type { ChatModel, ChatReply, ChatRequest, Usage } from "./ChatModel.ts"
import { classify, readErrorBody, retryAfterMillis } from "./openai/classify.ts"
import { parametersFor } from "./openai/parameters.ts"
import { Completion } from "./openai/Wire.ts"
import { retrySchedule } from "./policy/retry.ts"
import { Malformed, Network, ProviderError, type ProviderErrorReason, Timeout } from "./ProviderError.ts"

/** Longest reply body read, in bytes: far above any model's output, far below what hurts. */
const maxBodyBytes = 8 * 1024 * 1024

const decodeCompletion = Schema.decodeUnknownOption(Schema.fromJsonString(Completion))

/**
 * A model behind `POST {base}/chat/completions`. Each attempt has `settings.timeout` in all, and the same between two
 * bytes; retryable failures are tried again up to `maxRetries` times.
 */
export const makeOpenAiCompatible = Effect.fnUntraced(function* (
  settings: ProviderSettings,
  options: { readonly maxRetries: number }
) {
  // The scope of an attempt owns its connection: leaving it, for whatever reason, closes what is still open.
  const client = HttpClient.withScope(yield* HttpClient.HttpClient)
  const url = `${settings.baseUrl.replace(/\/+$/, "")}/chat/completions`
  const base = HttpClientRequest.post(url, { acceptJson: true }).pipe((request) =>
    settings.apiKey === undefined ? request : HttpClientRequest.bearerToken(request, settings.apiKey)
  )

  const fail = (reason: ProviderErrorReason) =>
    new ProviderError({ provider: settings.id, model: settings.model, reason })

  const readBody = (response: HttpClientResponse.HttpClientResponse) =>
    response.stream.pipe(
      Stream.mapError((error) => new Network({ detail: `the reply broke off: ${causeOf(error)}` })),
      Stream.timeoutOrElse({
        duration: settings.timeout,
        orElse: () => Stream.fail(new Timeout({ phase: "stall", detail: "the reply stalled" }))
      }),
      Stream.runFoldEffect(
        () => ({ chunks: [] as Array<Uint8Array>, bytes: 0 }),
        (body, chunk) => {
          body.chunks.push(chunk)
          body.bytes += chunk.byteLength
          return body.bytes > maxBodyBytes
            ? Effect.fail(new Malformed({ detail: `a reply of more than ${maxBodyBytes} bytes` }))
            : Effect.succeed(body)
        }
      ),
      Effect.map((body) => hideKey(settings.apiKey)(Buffer.concat(body.chunks).toString("utf8")))
    )

  const attempt = (request: ChatRequest) =>
    Effect.gen(function* () {
      const response = yield* base.pipe(
        HttpClientRequest.bodyJsonUnsafe(wireRequest(settings, request)),
        client.execute,
        Effect.mapError(transportReason)
      )
      const text = yield* readBody(response)
      if (response.status < 200 || response.status >= 300) {
        const now = yield* Clock.currentTimeMillis
        const said = readErrorBody(text) ?? { code: "", message: excerpt(text) }
        return yield* classify(response.status, said, retryAfterMillis(response.headers, now))
      }
      return yield* readReply(settings, text)
    }).pipe(
      Effect.scoped,
      Effect.timeoutOrElse({
        duration: settings.timeout,
        orElse: () =>
          Effect.fail(new Timeout({ phase: "total", detail: `no reply in ${Duration.format(settings.timeout)}` }))
      }),
      Effect.mapError(fail)
    )

  const complete = Effect.fn("ChatModel.complete")((request: ChatRequest) =>
    Effect.retry(attempt(request), retrySchedule(options.maxRetries))
  )

  return {
    provider: settings.id,
    name: settings.name,
    model: settings.model,
    complete
  } satisfies ChatModel
})

const wireRequest = (settings: ProviderSettings, request: ChatRequest) => ({
  model: settings.model,
  messages: request.messages,
  ...parametersFor(settings.preset, settings.model, {
    temperature: request.temperature ?? settings.temperature,
    maxTokens: request.maxTokens ?? settings.maxTokens
  })
})

const readReply = (settings: ProviderSettings, body: string): Effect.Effect<ChatReply, ProviderErrorReason> => {
  const completion = Option.getOrUndefined(decodeCompletion(body))
  if (completion === undefined) {
    const error = readErrorBody(body)
    if (error === undefined) return Effect.fail(new Malformed({ detail: `not a completion: ${excerpt(body)}` }))
    // An error under a 200: its code decides; one that says nothing known is a fault of the moment.
    const reason = classify(200, error, undefined)
    return Effect.fail(
      reason._tag === "BadRequest" ? new Malformed({ detail: `an error under HTTP 200: ${error.message}` }) : reason
    )
  }
  const choice = completion.choices[0]
  const content = choice?.message.content ?? ""
  const written = typeof content === "string" ? content : content.map((part) => part.text ?? "").join("")
  const { text, thought } = splitThinking(written)
  if (choice === undefined || text === "") {
    return Effect.fail(
      choice?.finish_reason === "content_filter"
        ? classify(200, { code: "content_filter", message: "the reply was withheld" }, undefined)
        : new Malformed({ detail: `an empty completion (finish_reason ${choice?.finish_reason ?? "none"})` })
    )
  }
  return Effect.succeed({
    text,
    reasoning: choice.message.reasoning_content ?? choice.message.reasoning ?? thought,
    toolCalls: [],
    finish: choice.finish_reason === "stop" || choice.finish_reason === "length" ? choice.finish_reason : "other",
    usage: usageOf(completion),
    provider: settings.id,
    model: completion.model ?? settings.model
  })
}

// Open models served without a reasoning parser write their thoughts into the content. An opening tag without its end is
// a thought that was cut off: nothing after it is an answer.
const splitThinking = (written: string): { readonly text: string; readonly thought: string } => {
  const end = written.lastIndexOf("</think>")
  if (end >= 0) {
    return {
      text: written.slice(end + "</think>".length).trim(),
      thought: written
        .slice(0, end)
        .replace(/^\s*<think>/, "")
        .trim()
    }
  }
  return /^\s*<think>/.test(written) ? { text: "", thought: written } : { text: written.trim(), thought: "" }
}

const usageOf = (completion: Completion): Usage => {
  const usage = completion.usage ?? {}
  return {
    promptTokens: usage.prompt_tokens ?? 0,
    completionTokens: usage.completion_tokens ?? 0,
    cachedTokens: usage.prompt_tokens_details?.cached_tokens ?? usage.prompt_cache_hit_tokens ?? 0,
    reasoningTokens: usage.completion_tokens_details?.reasoning_tokens ?? 0,
    estimated: false
  }
}

const transportReason = (error: HttpClientError.HttpClientError): ProviderErrorReason => {
  const cause = causeOf(error)
  return cause.includes("UND_ERR_CONNECT_TIMEOUT")
    ? new Timeout({ phase: "connect", detail: "no connection in time" })
    : new Network({ detail: cause })
}

const causeOf = (error: HttpClientError.HttpClientError): string => {
  const cause = "cause" in error.reason ? error.reason.cause : undefined
  if (!(cause instanceof Error)) return error.reason._tag
  const code = "code" in cause && typeof cause.code === "string" ? cause.code : cause.name
  return cause.message === "" ? code : `${code}: ${cause.message}`
}

const excerpt = (text: string): string => (text.length > 200 ? `${text.slice(0, 200)} …` : text)

/** Some platforms echo the key that they refuse: it leaves no trace here. */
const hideKey = (key: Redacted.Redacted | undefined) => (text: string) =>
  key === undefined ? text : text.replaceAll(Redacted.value(key), "***")
