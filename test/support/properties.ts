// Properties are tried on the same inputs each time, so that what passes once passes again. `npm run soak` tries them on others,
// and on more: a fault that it finds names the seed, and gets a test of its own.
import { Arbitrary } from "effect"

const seed = process.env["SIKU_PROPERTY_SEED"] ?? "siku"
const runs = Number(process.env["SIKU_PROPERTY_RUNS"] ?? 100)

export const configureProperties = (): void =>
  Arbitrary.configureGlobal({ check: { runs, ...(seed === "random" ? {} : { seed }) } })
