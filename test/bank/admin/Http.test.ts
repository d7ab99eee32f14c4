import { assert, describe, it } from "@effect/vitest"
import { Effect } from "effect"
import { draft, importOf, serveQuestions, write } from "../../support/questions.ts"
import { manage, type Seen, send } from "../../support/siku.ts"

const path = "/api/v1/questions"
const capital = {
  title: "中国的首都是哪里？",
  options: ["A. 北京", "B. 上海", "C. 广州"],
  type: "single",
  answer: ["A"],
  tags: ["地理"]
}

interface View {
  readonly id: string
  readonly answer: ReadonlyArray<string>
  readonly status: string
  readonly source: string
  readonly confidence: number
  readonly updated_at: number
  readonly tags: ReadonlyArray<string>
  readonly explanation: string | null
}
const viewIn = (seen: Seen): View => JSON.parse(seen.text)

const setUp = Effect.gen(function* () {
  const { base, context } = yield* serveQuestions
  const ask = (method: string, route: string, body?: unknown) => manage(base, method, route, body)
  const create = (body: object = capital) => Effect.map(ask("POST", path, body), viewIn)
  const imported = (...given: Parameters<typeof write>) => Effect.provide(write(...given), context)
  return { base, ask, create, imported }
})

describe("the questions over HTTP", () => {
  it.live("are behind the admin key", () =>
    Effect.gen(function* () {
      const { base } = yield* setUp
      for (const [method, route] of [
        ["GET", path],
        ["POST", path],
        ["POST", `${path}/bulk`],
        ["GET", `${path}/stats`],
        ["GET", `${path}/review`],
        ["GET", `${path}/q_1`],
        ["DELETE", `${path}/q_1`],
        ["GET", "/api/v1/tags"]
      ] as const) {
        assert.strictEqual((yield* send(`${base}${route}`, { method })).status, 401, `${method} ${route}`)
      }
    })
  )

  it.live("are made, read, changed and deleted, and their history tells it all", () =>
    Effect.gen(function* () {
      const { ask } = yield* setUp
      const made = yield* ask("POST", path, { ...capital, why: "from the book" })
      assert.strictEqual(made.status, 201, made.text)
      const { id } = viewIn(made)
      assert.deepInclude(viewIn(made), { answer: ["北京"], source: "user", status: "trusted", confidence: 0.99 })
      assert.deepStrictEqual((yield* ask("GET", `${path}/${id}`)).text, made.text)

      const patched = yield* ask("PATCH", `${path}/${id}`, { explanation: "众所周知", tags: ["地理", "首都"] })
      assert.deepInclude(viewIn(patched), { explanation: "众所周知", answer: ["北京"] })
      const replaced = yield* ask("PUT", `${path}/${id}`, { ...capital, answer: ["上海"], tags: [] })
      assert.deepInclude(viewIn(replaced), { explanation: null, answer: ["上海"] })
      assert.strictEqual((yield* ask("DELETE", `${path}/${id}?why=nonsense`)).status, 204)
      assert.strictEqual((yield* ask("GET", `${path}/${id}`)).status, 404)

      const { history } = JSON.parse((yield* ask("GET", `${path}/${id}/history`)).text)
      assert.deepStrictEqual(
        history.map(({ action, after, before, who, why }: Record<string, View & string>) => [
          action,
          before?.answer?.[0],
          after?.answer?.[0],
          who,
          why
        ]),
        [
          ["deleted", "上海", undefined, "admin", "nonsense"],
          ["corrected", "北京", "上海", "admin", ""],
          ["edited", "北京", "北京", "admin", ""],
          ["created", undefined, "北京", "admin", "from the book"]
        ]
      )
      const first = JSON.parse((yield* ask("GET", `${path}/${id}/history?limit=3`)).text)
      const rest = JSON.parse((yield* ask("GET", `${path}/${id}/history?limit=3&before=${first.next}`)).text)
      assert.deepStrictEqual([first.history.length, rest.history.length, rest.next], [3, 1, null])
    })
  )

  it.live("are not changed by whoever read an older state, nor made twice", () =>
    Effect.gen(function* () {
      const { ask, create } = yield* setUp
      const { id, updated_at } = yield* create()
      const again = yield* ask("POST", path, { ...capital, options: ["广州", "上海", "北京"] })
      assert.strictEqual(again.status, 409)
      assert.include(again.text, id)
      const mine = { explanation: "我的", updated_at }
      assert.strictEqual((yield* ask("PATCH", `${path}/${id}`, mine)).status, 200)
      const late = yield* ask("PATCH", `${path}/${id}`, { ...mine, explanation: "别人的" })
      assert.strictEqual(late.status, 409)
      assert.include(late.headers.get("content-type"), "application/problem+json")
      assert.strictEqual((yield* ask("PUT", `${path}/${id}`, { ...capital, updated_at })).status, 409)
      assert.strictEqual(viewIn(yield* ask("GET", `${path}/${id}`)).explanation, "我的")

      const other = yield* create({
        ...capital,
        title: "法国的首都是哪里？",
        options: ["巴黎", "里昂"],
        answer: ["巴黎"]
      })
      const onto = yield* ask("PUT", `${path}/${other.id}`, capital)
      assert.strictEqual(onto.status, 409)
      assert.include(onto.text, id)
    })
  )

  it.live("are refused with the place and a plain word when something does not fit", () =>
    Effect.gen(function* () {
      const { ask, create } = yield* setUp
      const { id } = yield* create()
      const wrong: ReadonlyArray<readonly [string, string, object, string]> = [
        ["POST", path, { ...capital, answer: ["南京"] }, "answer"],
        ["POST", path, { ...capital, answer: ["北京", "上海"] }, "answer"],
        ["POST", path, { ...capital, title: "<p></p>" }, "title"],
        ["PATCH", `${path}/${id}`, { options: ["甲", "乙"] }, "answer"],
        ["POST", `${path}/${id}/feedback`, { verdict: "correction" }, "answer"],
        ["POST", `${path}/${id}/feedback`, { verdict: "correction", answer: ["南京"] }, "answer"],
        ["POST", `${path}/${id}/review`, { decision: "replace" }, "answer"],
        ["POST", `${path}/bulk`, { action: "delete" }, "ids"],
        ["POST", `${path}/bulk`, { action: "delete", ids: [id], filter: {} }, "ids"],
        ["POST", `${path}/bulk`, { action: "delete", ids: [id], after: `${id}~${id}` }, "after"]
      ]
      for (const [method, route, body, at] of wrong) {
        const seen = yield* ask(method, route, body)
        assert.strictEqual(seen.status, 422, seen.text)
        assert.strictEqual(JSON.parse(seen.text).errors[0].path, at, seen.text)
      }
      for (const route of [`${path}?limit=0`, `${path}?limit=201`, `${path}?order=random`, `${path}?after=x`]) {
        assert.strictEqual((yield* ask("GET", route)).status, 422, route)
      }
      for (const [method, route, body] of [
        ["GET", "", undefined],
        ["PATCH", "", {}],
        ["PUT", "", capital],
        ["DELETE", "", undefined],
        ["GET", "/history", undefined],
        ["POST", "/feedback", { verdict: "right" }],
        ["POST", "/review", { decision: "accept" }]
      ] as const) {
        assert.strictEqual((yield* ask(method, `${path}/q_none${route}`, body)).status, 404, `${method} ${route}`)
      }
      assert.deepStrictEqual(viewIn(yield* ask("GET", `${path}/${id}`)).answer, ["北京"])
    })
  )

  it.live("are listed by filter and page", () =>
    Effect.gen(function* () {
      const { ask, imported } = yield* setUp
      yield* imported(Array.from({ length: 7 }, (_, n) => draft(`第${n}个`, { tags: n % 2 === 0 ? ["偶"] : [] })))
      const titles: Array<string> = []
      let after = ""
      for (let page = 0; page < 3; page++) {
        const seen = yield* ask("GET", `${path}?limit=2&order=oldest&tag=${encodeURIComponent("偶")}${after}`)
        const { next, questions } = JSON.parse(seen.text)
        titles.push(...questions.map(({ title }: { readonly title: string }) => title))
        after = `&after=${next}`
        if (next === null) break
      }
      assert.deepStrictEqual(titles, ["第0个", "第2个", "第4个", "第6个"])
      assert.strictEqual(after, "&after=null")
      assert.deepStrictEqual(JSON.parse((yield* ask("GET", "/api/v1/tags")).text), { tags: [{ tag: "偶", count: 4 }] })
      const dry = yield* ask("POST", `${path}/bulk`, { action: "delete", filter: { tag: "偶" }, dry_run: true })
      assert.deepStrictEqual(dry.json, { matched: 4, changed: 4, next: null, dry_run: true })
      const done = yield* ask("POST", `${path}/bulk`, { action: "set_status", status: "unverified", filter: {} })
      assert.deepStrictEqual(done.json, { matched: 7, changed: 7, next: null, dry_run: false })
      const least = yield* ask("GET", `${path}?order=least_sure&status=unverified&limit=1`)
      const next = JSON.parse(least.text).next
      assert.match(next, /^0\.9~q_/)
      assert.strictEqual((yield* ask("GET", `${path}?order=least_sure&after=${next}`)).status, 200)
    })
  )

  it.live("move with what people say of them, and wait for review once enough say they are wrong", () =>
    Effect.gen(function* () {
      const { ask, imported } = yield* setUp
      const made = yield* imported([draft("模型说的", { source: "ai", confidence: 0.6 }), draft("书上说的")])
      const [ai, book] = made.map(({ id }) => id)
      const vote = (id: string | undefined, verdict: string) =>
        Effect.map(ask("POST", `${path}/${id}/feedback`, { verdict, note: "看过书" }), viewIn)
      const right = yield* vote(ai, "right")
      assert.approximately(right.confidence, (0.6 * 4 + 1) / 5, 1e-9)
      assert.strictEqual((yield* vote(ai, "wrong")).status, "unverified")
      assert.strictEqual((yield* vote(ai, "wrong")).status, "needs_review")
      let doubted = yield* vote(book, "wrong")
      while (doubted.status === "trusted") doubted = yield* vote(book, "wrong")
      assert.strictEqual(doubted.status, "disputed")

      const queue = JSON.parse((yield* ask("GET", `${path}/review`)).text)
      assert.deepStrictEqual(
        queue.questions.map(({ question, said }: { question: View; said: ReadonlyArray<{ note: string }> }) => [
          question.id,
          said[0]?.note
        ]),
        [
          [ai, "看过书"],
          [book, "看过书"]
        ]
      )
      const page = JSON.parse((yield* ask("GET", `${path}/review?limit=1`)).text)
      assert.deepStrictEqual([page.questions.length, page.next], [1, ai])

      const accepted = yield* ask("POST", `${path}/${ai}/review`, { decision: "accept" })
      assert.deepInclude(JSON.parse(accepted.text).question, { status: "trusted", source: "user", answer: ["甲"] })
      const replaced = yield* ask("POST", `${path}/${book}/review`, { decision: "replace", answer: ["B"] })
      assert.deepInclude(JSON.parse(replaced.text).question, { status: "trusted", source: "user", answer: ["乙"] })
      assert.deepStrictEqual(JSON.parse((yield* ask("GET", `${path}/review`)).text), { questions: [], next: null })
    })
  )

  it.live("show what imports contradict, and take the correction for good", () =>
    Effect.gen(function* () {
      const { ask, imported } = yield* setUp
      const [made] = yield* imported([draft("争议")])
      const says = [{ ...draft("争议"), answer: ["丙"] }]
      yield* imported(says, "skip", importOf("job-2"))
      const queue = JSON.parse((yield* ask("GET", `${path}/review`)).text)
      assert.deepStrictEqual(queue.questions[0].question.answer, ["甲"])
      assert.deepInclude(queue.questions[0].said[0], {
        verdict: "disputed",
        answer: ["丙"],
        who: "importer",
        note: "import job-2"
      })
      const fixed = yield* ask("POST", `${path}/${made?.id}/feedback`, { verdict: "correction", answer: ["D"] })
      assert.deepInclude(viewIn(fixed), { answer: ["丁"], source: "user", status: "trusted", confidence: 0.99 })
      assert.deepStrictEqual(JSON.parse((yield* ask("GET", `${path}/review`)).text).questions, [])
      const [later] = yield* imported(says, "overwrite", importOf("job-3"))
      assert.strictEqual(later?.outcome, "disputed")
      assert.deepStrictEqual(viewIn(yield* ask("GET", `${path}/${made?.id}`)).answer, ["丁"])
      const gone = yield* ask("POST", `${path}/${made?.id}/review`, { decision: "discard" })
      assert.deepStrictEqual(gone.json, { question: null })
      assert.deepStrictEqual(JSON.parse((yield* ask("GET", `${path}/review`)).text).questions, [])
      assert.strictEqual(JSON.parse((yield* ask("GET", `${path}/stats?days=1`)).text).total, 0)
    })
  )

  it.live("are counted", () =>
    Effect.gen(function* () {
      const { ask, create } = yield* setUp
      yield* create()
      const seen = JSON.parse((yield* ask("GET", `${path}/stats`)).text)
      assert.deepInclude(seen, { total: 1, by_status: { trusted: 1 }, by_source: { user: 1 }, by_type: { single: 1 } })
      assert.deepStrictEqual([seen.days[0].added, seen.days[0].hit_rate], [{ user: 1 }, null])
      assert.strictEqual((yield* ask("GET", `${path}/stats?days=0`)).status, 422)
    })
  )
})
