import { hash } from "node:crypto"
import type { ChatRequest } from "../upstream/ChatRequest.ts"
import { answerPlainly } from "./answerPlainly.ts"
import { challenge } from "./challenge.ts"
import { fuse } from "./fuse.ts"
import type { OracleModel } from "./OracleModel.ts"
import { plan } from "./plan.ts"
import { readScene, type Scene } from "./Scene.ts"
import { summarise } from "./summarise.ts"
import { think } from "./think.ts"
import { readThinker } from "./readThinker.ts"
import { vote } from "./vote.ts"

/** The parts that the oracle's models play, each by the name of its model. */
export const oracleModels = ["planner", "thinker", "challenger", "voter", "summarizer", "fusion", "plain"] as const

/**
 * What the model of a request says. It knows nothing but the request, so the same request gets the same reply; but for samples, which are
 * asked alike: `time` counts them.
 */
export const answerAs = (model: OracleModel, request: ChatRequest, time = 1): string => {
  const scene = readScene(request)
  return scene === undefined ? "I only know problems of my own." : answerTo(model, request, scene, time)
}

const answerTo = (model: OracleModel, request: ChatRequest, scene: Scene, time: number): string => {
  switch (request.model) {
    case "planner":
      return plan()
    case "thinker": {
      const thinker = readThinker(scene.text)
      if (thinker === undefined) return answerPlainly(model, scene)
      return think(model, scene, time === 1 ? thinker : { ...thinker, self: `${thinker.self} ${time}` })
    }
    case "challenger":
      return challenge(model, scene, hash("sha1", scene.text))
    case "voter":
      return vote(model, scene, hash("sha1", scene.text))
    case "summarizer":
      return summarise(scene)
    case "fusion":
      return fuse(model, scene) ?? answerPlainly(model, scene)
    default:
      return answerPlainly(model, scene)
  }
}
