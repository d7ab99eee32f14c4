import type { Scene } from "./Scene.ts"
import { stated } from "./spoken.ts"

/** The figures of the steps in a prompt, each step's last one. */
export const summarise = (scene: Scene): string => {
  const values = new Map(scene.stated.map(({ step, value }) => [step, value]))
  return [...values].map(([step, value]) => stated(step, value)).join("\n")
}
