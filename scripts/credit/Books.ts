// What was said and done while a service was killed again and again, and what does not add up of it.
import { costOfReply } from "./price.ts"

/** A row of the ledger: an attempt of a call, from 1; 0 is a call that came to none. Amounts are micro-USD. */
export interface Row {
  readonly call_id: string
  readonly attempt: number
  readonly request_id: string
  readonly outcome: string
  readonly cost: number | null
  readonly charged: number | null
}

/** What all who were there know. */
export interface Found {
  readonly kills: number
  readonly sent: number
  /** The ids of the requests whose reply a client got whole. */
  readonly whole: ReadonlyArray<string>
  /** Replies that said there is none, by their code. */
  readonly refused: ReadonlyMap<string, number>
  /** Requests that their connection did not outlive. */
  readonly cut: number
  /** How often the upstream saw each request, by its id, and how many it answered to the end. */
  readonly seen: ReadonlyMap<string, number>
  readonly answered: number
  readonly rows: ReadonlyArray<Row>
  readonly ordered: number
  readonly balance: number
  /** What was held when the processes had died, one after the other, and when the next one was ready. */
  readonly heldAtDeaths: ReadonlyArray<number>
  readonly heldAtStarts: ReadonlyArray<number>
  /** Defects in the logs. */
  readonly defects: ReadonlyArray<string>
}

/** The sums of it. Amounts are micro-USD. */
export interface Books {
  readonly kills: number
  readonly requests: {
    readonly sent: number
    readonly whole: number
    readonly refused: Readonly<Record<string, number>>
    readonly cut: number
  }
  readonly upstream: { readonly requests: number; readonly answered: number }
  readonly ledger: {
    readonly calls: number
    readonly attempts: number
    /** Attempts that were answered; those of which no client got a reply were cut off between the commit and the client. */
    readonly answered: number
    readonly answeredInVain: number
    /** Calls that were under way when their process died, charged their prompts. */
    readonly lost: number
  }
  readonly credit: {
    readonly ordered: number
    readonly charged: number
    readonly balance: number
    readonly mostHeldAtDeath: number
    readonly mostHeldAtStart: number
  }
  /** What does not add up, each in a sentence. */
  readonly wrong: ReadonlyArray<string>
}

const attemptsOf = (rows: ReadonlyArray<Row>) => rows.filter(({ attempt }) => attempt > 0)
const answeredOf = (rows: ReadonlyArray<Row>) => rows.filter(({ outcome }) => outcome === "answered")
const sumOf = (numbers: ReadonlyArray<number | null>) => numbers.reduce<number>((sum, number) => sum + (number ?? 0), 0)

/** Holds what everybody knows against each other. */
export const compare = (found: Found): Books => {
  const { answered, balance, heldAtDeaths, heldAtStarts, ordered, rows, seen, whole } = found
  const byRequest = Map.groupBy(rows, ({ request_id }) => request_id)
  const charged = sumOf(rows.map((row) => row.charged))
  const wholeIds = new Set(whole)
  return {
    kills: found.kills,
    requests: {
      sent: found.sent,
      whole: whole.length,
      refused: Object.fromEntries(found.refused),
      cut: found.cut
    },
    upstream: { requests: sumOf([...seen.values()]), answered },
    ledger: {
      calls: new Set(rows.map(({ call_id }) => call_id)).size,
      attempts: attemptsOf(rows).length,
      answered: answeredOf(rows).length,
      answeredInVain: answeredOf(rows).filter(({ request_id }) => !wholeIds.has(request_id)).length,
      lost: rows.filter(({ outcome }) => outcome === "lost").length
    },
    credit: {
      ordered,
      charged,
      balance,
      mostHeldAtDeath: Math.max(0, ...heldAtDeaths),
      mostHeldAtStart: Math.max(0, ...heldAtStarts)
    },
    wrong: [
      ...(wholeIds.size === whole.length ? [] : ["a request was answered twice"]),
      ...whole.flatMap((id) => wrongsOfWhole(id, byRequest.get(id) ?? [])),
      ...[...byRequest].flatMap(([id, own]) => wrongsOfRequest(id, own, seen.get(id) ?? 0)),
      ...(balance === ordered - charged ? [] : [`${balance} are left of ${ordered} after ${charged} were charged`]),
      ...heldAtStarts.flatMap((held, start) =>
        held === 0 ? [] : [`${held} are held at start ${start + 1} for calls of the dead`]
      ),
      ...(answeredOf(rows).length <= answered
        ? []
        : [`the ledger has ${answeredOf(rows).length} answers, the upstream gave ${answered}`]),
      ...[...found.refused].flatMap(([code, times]) =>
        code === "insufficient_quota" ? [`${times} requests were refused for want of credit`] : []
      ),
      ...found.defects
    ]
  }
}

/** Of a request whose reply came whole: it is there, and its one answer was charged what it cost. */
const wrongsOfWhole = (id: string, rows: ReadonlyArray<Row>): ReadonlyArray<string> => {
  const answers = answeredOf(rows)
  if (answers.length !== 1) return [`${id} was answered and is in the ledger as answered ${answers.length} times`]
  return answers.flatMap(({ charged }) =>
    charged === costOfReply ? [] : [`${id} cost ${costOfReply} and was charged ${charged}`]
  )
}

/** Of any request in the ledger: it is one call, each attempt was sent and was charged what it cost. */
const wrongsOfRequest = (id: string, rows: ReadonlyArray<Row>, seen: number): ReadonlyArray<string> => [
  ...(new Set(rows.map(({ call_id }) => call_id)).size === 1 ? [] : [`${id} is more than one call`]),
  ...(attemptsOf(rows).length <= seen
    ? []
    : [`${id} has ${attemptsOf(rows).length} attempts in the ledger and was sent ${seen} times`]),
  ...(rows.length > 1 && rows.some(({ outcome }) => outcome === "lost") ? [`${id} is lost, and is not`] : []),
  ...rows.flatMap(({ charged, cost }) =>
    charged === (cost ?? 0) ? [] : [`${id} cost ${cost} and was charged ${charged}`]
  )
]
