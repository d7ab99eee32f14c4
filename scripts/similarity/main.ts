// How well `similar` tells questions apart, on the labelled pairs: `npm run similarity`.
import { figuresOf, type Pair, pairsOf } from "../../test/bank/similar/labelled.ts"

const threshold = Number(process.argv[2] ?? "0.9")

const percent = (share: number): string => `${(100 * share).toFixed(1)} %`
const say = (line: string): void => void process.stdout.write(`${line}\n`)
const lineOf = ({ asked, kind, stored }: Pair): string => `  ${kind}: ${stored.title} | ${asked.title}`

say(`threshold ${threshold}`)
for (const name of ["tuning", "holdout"] as const) {
  const { different, missed, mistaken, precision, recall, same } = figuresOf(pairsOf(name), threshold)
  say(`${name}: ${same} same, ${different} different: precision ${percent(precision)}, recall ${percent(recall)}`)
  for (const pair of mistaken) say(`  WRONG${lineOf(pair)}`)
  for (const pair of missed) say(`  missed${lineOf(pair)}`)
}
