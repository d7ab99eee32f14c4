import type { Operation } from "./Problem.ts"

/** The sum of a step as it is written, without what it comes to. */
export const workOf = ({ by, kind }: Operation, before: number): string => {
  switch (kind) {
    case "receives":
      return `${before} + ${by}`
    case "sells":
      return `${before} - ${by}`
    case "grows":
      return `${before} × ${by}`
  }
}
