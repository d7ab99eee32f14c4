import type { ChatModel } from "../ChatModel.ts"
import { makeProviderModel, type ProviderModelParts } from "../ProviderModel.ts"
import { embeddingFamily } from "./embeddingFamily.ts"
import { type EmbeddingRequest, tokensAtMostIn, tokensIn } from "./EmbeddingRequest.ts"

/**
 * One request for vectors as a model that answers with the body of the platform's reply, whatever it is asked: with the keys, breakers,
 * time-outs and retries of any other call, and a place in the ledger.
 */
export const embeddingModel = (
  parts: Omit<ProviderModelParts, "family" | "promptAtMost" | "promptEstimate">,
  request: EmbeddingRequest
): ChatModel => {
  // The models that only stream are models that talk.
  const preset = { ...parts.settings.preset, streamOnlyModels: [] }
  return makeProviderModel({
    ...parts,
    settings: { ...parts.settings, preset },
    family: embeddingFamily(request),
    promptAtMost: () => tokensAtMostIn(request),
    promptEstimate: () => tokensIn(request)
  })
}
