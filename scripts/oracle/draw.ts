import { hash } from "node:crypto"

/**
 * A number in [0, 1) that depends on nothing but its arguments: the same call draws the same whenever it is made and
 * whatever was asked before.
 */
export const draw = (...parts: ReadonlyArray<string | number>): number =>
  hash("sha1", parts.join("\u0000"), "buffer").readUInt32BE(0) / 2 ** 32

/** A whole number from `least` to `most`, each as likely as the others. */
export const drawWhole = (least: number, most: number, ...parts: ReadonlyArray<string | number>): number =>
  least + Math.floor(draw(...parts) * (most - least + 1))
