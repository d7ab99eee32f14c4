import type { Thinker } from "./think.ts"

/**
 * Who is asked to think in a prompt, told apart by the strategy that is named there; undefined where it is no prompt for a
 * thinker.
 */
export const readThinker = (text: string): Thinker | undefined => {
  const [, self, name] =
    /(?:Your strategy is|你的策略是)\s?["“「『](([^"”」』\n]{0,200})[^\n]{0,2000})/.exec(text) ?? []
  if (self === undefined || name === undefined) return undefined
  return { self, name, mustConclude: /finish now|必须现在得出结论/.test(text) }
}
