/**
 * Values made on demand and kept for the keys that were asked for last: at least half of `capacity`, at most all of it, and what
 * was not asked for the longest is forgotten first. Two generations, which cost less than an order that every look changes.
 */
export class RecentMap<Value> {
  #young = new Map<string, Value>()
  #old = new Map<string, Value>()
  readonly #half: number
  readonly #make: () => Value

  constructor(capacity: number, make: () => Value) {
    this.#half = Math.max(1, Math.floor(capacity / 2))
    this.#make = make
  }

  get size(): number {
    return this.#young.size + this.#old.size
  }

  /** The value of a key, made where there is none. */
  get(key: string): Value {
    return this.find(key) ?? this.#keep(key, this.#make())
  }

  /** The value of a key, if it is still known. */
  find(key: string): Value | undefined {
    const young = this.#young.get(key)
    if (young !== undefined) return young
    const old = this.#old.get(key)
    if (old === undefined) return undefined
    this.#old.delete(key)
    return this.#keep(key, old)
  }

  #keep(key: string, value: Value): Value {
    if (this.#young.size >= this.#half) {
      this.#old = this.#young
      this.#young = new Map()
    }
    this.#young.set(key, value)
    return value
  }
}
