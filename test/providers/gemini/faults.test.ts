import { geminiFamily } from "../../../src/providers/gemini/Family.ts"
import { targetOf } from "../openai/targets.ts"
import { describeNativeFaults } from "./nativeFaults.ts"

describeNativeFaults(
  "Gemini",
  geminiFamily,
  targetOf("google", "gemini-flash-latest"),
  (port) => `http://127.0.0.1:${port}/v1beta`
)
