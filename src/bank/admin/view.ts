import { Struct } from "effect"
import type { StoredQuestion } from "../StoredQuestion.ts"
import type { QuestionView, StatsReply } from "./Api.ts"
import type { BankFigures, DayCounts } from "./BankReports.ts"

/** A row without what only the bank itself needs. */
export const viewOf = (row: StoredQuestion): typeof QuestionView.Type =>
  Struct.omit(row, ["images", "options_key", "title_key", "type_class"])

export const statsOf = (figures: BankFigures): typeof StatsReply.Type => ({
  counted_at: figures.countedAt,
  total: figures.total,
  by_status: Object.fromEntries(figures.byStatus),
  by_source: Object.fromEntries(figures.bySource),
  by_type: Object.fromEntries(figures.byType),
  days: figures.days.map(dayOf),
  missed: figures.missed
})

const dayOf = ({ counts, day }: DayCounts): (typeof StatsReply.Type)["days"][number] => {
  const count = (what: string) => counts.get(what) ?? 0
  const hits = {
    memory: count("hit:memory"),
    bank: count("hit:bank"),
    similar: count("hit:similar"),
    ai: count("hit:ai")
  }
  const known = hits.memory + hits.bank + hits.similar
  const asked = known + hits.ai + count("missed")
  return {
    day,
    hits,
    missed: count("missed"),
    hit_rate: asked === 0 ? null : known / asked,
    added: Object.fromEntries(
      [...counts].flatMap(([what, by]) => (what.startsWith("added:") ? [[what.slice("added:".length), by]] : []))
    ),
    removed: count("removed")
  }
}
