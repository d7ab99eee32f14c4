import { draw } from "./draw.ts"

/** Who draws, and what it shares with others. */
export interface Draw {
  /** Chance of a yes. */
  readonly rate: number
  /** Pearson correlation with any other of the group. */
  readonly correlation: number
  readonly group: string
  readonly self: string
}

/**
 * Whether it happens, and whether the draw was the group's. With probability √correlation a member follows the one draw that
 * the group has in common, else it draws for itself: each says yes with `rate`, and two of them correlate by `correlation`.
 */
export const correlated = ({
  correlation,
  group,
  rate,
  self
}: Draw): { readonly yes: boolean; readonly common: boolean } => {
  const common = draw(group, self, "follows") < Math.sqrt(correlation)
  return { yes: (common ? draw(group, "common") : draw(group, self, "own")) < rate, common }
}
