/**
 * A number in [0, 1) that depends on nothing but its arguments, so that a run with the same seed is the same run however
 * its calls interleave. `purpose` keeps the numbers drawn for one call apart. (The splitmix32 finaliser.)
 */
export const uniform = (seed: number, callIndex: number, purpose: number): number => {
  let mixed = (seed + Math.imul(callIndex + 1, 0x9e3779b9) + Math.imul(purpose, 0x85ebca6b)) | 0
  mixed = Math.imul(mixed ^ (mixed >>> 16), 0x21f0aaad)
  mixed = Math.imul(mixed ^ (mixed >>> 15), 0x735a2d97)
  return ((mixed ^ (mixed >>> 15)) >>> 0) / 2 ** 32
}
