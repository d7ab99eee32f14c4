import { assert, describe, it } from "@effect/vitest"
import { Schema } from "effect"
import { chainOf, findCycles } from "../../../src/platform/config/Chains.ts"
import type { ModelRef } from "../../../src/platform/config/Settings.ts"
import { written } from "./support.ts"

const ids = ["a", "b", "c", "d", "e", "f"]

/** Every provider by the model it asks itself; the others are not ready. */
const own = (ready: ReadonlyArray<string>) => new Map(ready.map((id) => [id, `own-${id}`]))

const Ref = Schema.Struct({
  provider: Schema.Literals(ids),
  model: Schema.UndefinedOr(Schema.Literals(["own-a", "own-b", "other"]))
})
const Fallbacks = Schema.Array(Schema.Array(Ref).check(Schema.isMaxLength(4))).check(Schema.isMaxLength(ids.length))

const fallbackOf =
  (fallbacks: ReadonlyArray<ReadonlyArray<ModelRef>>) =>
  (id: string): ReadonlyArray<ModelRef> =>
    fallbacks[ids.indexOf(id)] ?? []

const modelOf = (models: ReadonlyMap<string, string>) => (id: string) => models.get(id)

const refs = (text: string): ReadonlyArray<ModelRef> =>
  text
    .split(" ")
    .filter((part) => part !== "")
    .map((part) => {
      const [provider = "", model] = part.split("/")
      return { provider, model }
    })

const graph = (given: Readonly<Record<string, string>>) => {
  const fallbacks = new Map(Object.entries(given).map(([id, text]) => [id, refs(text)]))
  return (id: string) => fallbacks.get(id) ?? []
}

/** Which provider leads to which, over any number of steps. */
const reaches = (fallbacks: (id: string) => ReadonlyArray<ModelRef>): ReadonlySet<string> => {
  const pairs = new Set(ids.flatMap((from) => fallbacks(from).map(({ provider }) => `${from}${provider}`)))
  for (const middle of ids)
    for (const from of ids)
      for (const to of ids) if (pairs.has(`${from}${middle}`) && pairs.has(`${middle}${to}`)) pairs.add(`${from}${to}`)
  return pairs
}

describe("a chain", () => {
  const chain = (first: string, fallbacks: Readonly<Record<string, string>>, ready = ids) =>
    written(chainOf({ first: refs(first), fallbackOf: graph(fallbacks), modelOf: modelOf(own(ready)) })).join(" ")

  it("follows the fallback of each model before the next model", () => {
    assert.strictEqual(chain("a", { a: "b c", b: "d", d: "e" }), "a b d e c")
  })

  it("names no model twice, whether it is named or meant", () => {
    assert.strictEqual(chain("a", { a: "b b/own-b b/x c", c: "b/x a/x" }), "a b b/x c a/x")
  })

  it("passes over what is not ready, and keeps what falls back from it", () => {
    assert.strictEqual(chain("a", { a: "b c", b: "d" }, ["a", "c", "d"]), "a d c")
    assert.strictEqual(chain("", {}), "")
  })

  it.prop(
    "holds no model twice, only ready ones, all that can be reached, and begins with the first that is ready",
    { fallbacks: Fallbacks, ready: Schema.Array(Schema.Literals(ids)), first: Ref },
    ({ fallbacks, first, ready }) => {
      const models = own(ready)
      const follow = fallbackOf(fallbacks)
      const result = chainOf({ first: [first], fallbackOf: follow, modelOf: modelOf(models) })
      const full = result.map(({ model, provider }) => `${provider}/${model ?? models.get(provider)}`)
      assert.deepStrictEqual([...new Set(full)], full)
      for (const { provider } of result) assert.isTrue(models.has(provider))
      for (const { model, provider } of result) assert.notStrictEqual(model, models.get(provider))
      const reached = reaches(follow)
      const expected = [
        first,
        ...ids.filter((id) => id === first.provider || reached.has(`${first.provider}${id}`)).flatMap(follow)
      ]
        .filter(({ provider }) => models.has(provider))
        .map(({ model, provider }) => `${provider}/${model ?? models.get(provider)}`)
      assert.deepStrictEqual([...new Set(full)].sort(), [...new Set(expected)].sort())
      if (models.has(first.provider)) assert.strictEqual(result[0]?.provider, first.provider)
    }
  )
})

describe("cycles", () => {
  const cycles = (fallbacks: Readonly<Record<string, string>>) =>
    findCycles(ids, graph(fallbacks)).map(({ id, way }) => `${id}: ${way.join(" ")}`)

  it("are named from the provider they come back to, at the one that leads back", () => {
    assert.deepStrictEqual(cycles({ a: "b", b: "c", c: "b" }), ["c: b c b"])
    assert.deepStrictEqual(cycles({ a: "b", b: "a" }), ["b: a b a"])
    assert.deepStrictEqual(cycles({ c: "c/other" }), ["c: c c"])
    assert.deepStrictEqual(cycles({ a: "b c", b: "a", c: "a" }), ["b: a b a", "c: a c a"])
  })

  it("are not what two ways to one provider are", () => {
    assert.deepStrictEqual(cycles({ a: "b c d d/x", b: "d", c: "d" }), [])
  })

  it.prop("are found exactly where a provider leads back to itself", { fallbacks: Fallbacks }, ({ fallbacks }) => {
    const follow = fallbackOf(fallbacks)
    const found = findCycles(ids, follow)
    const reached = reaches(follow)
    assert.strictEqual(
      found.length > 0,
      ids.some((id) => reached.has(`${id}${id}`))
    )
    for (const { id, way } of found) {
      assert.strictEqual(way[0], way.at(-1))
      assert.strictEqual(id, way.at(-2))
      way
        .slice(1)
        .forEach((next, index) => assert.isTrue(follow(way[index] ?? "").some(({ provider }) => provider === next)))
    }
    // Doing what the remedy says leaves none.
    const without = (id: string) =>
      follow(id).filter(({ provider }) => !found.some((cycle) => cycle.id === id && cycle.way.at(-1) === provider))
    assert.deepStrictEqual(findCycles(ids, without), [])
  })
})
