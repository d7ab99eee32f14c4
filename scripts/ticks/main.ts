// What the two lines of the quiz client end up ticking for the answers that the bank sends: `npm run ticks`. With `-- all`, every case
// that is not right in both is shown.
import { clientLines } from "../../src/bank/ocs/client/lines.ts"
import { tryAll } from "../../test/bank/ocs/tickCases.ts"

const say = (line: string): void => void process.stdout.write(`${line}\n`)
const tried = tryAll()
const tickable = tried.filter(({ hasSafeForm }) => hasSafeForm)
say(`${tried.length} cases; in ${tickable.length} some form of the answer is ticked right by both lines`)
for (const line of clientLines) {
  for (const [cases, name] of [
    [tried, "of all"],
    [tickable, "of these"]
  ] as const) {
    const count = (ended: string): number => cases.filter(({ results }) => results[line] === ended).length
    const share = ((100 * count("right")) / cases.length).toFixed(2)
    const others = ["nothing", "wrong", "refused", "unread"].map((ended) => `${count(ended)} ${ended}`)
    say(`${line}, ${name}: ${share} % right (${count("right")}), ${others.join(", ")}`)
  }
}
for (const { form, name, results } of process.argv.includes("all") ? tried : tickable) {
  const outcome = clientLines.map((line) => `${line} ${results[line]}`).join(", ")
  if (clientLines.some((line) => results[line] !== "right")) say(`  ${outcome}: ${name} → ${form ?? "(none)"}`)
}
