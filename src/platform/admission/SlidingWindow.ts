// A sliding window as a ring of slots. What is counted reaches back over all of the slot in which the window begins, so that in no
// stretch of time as long as the window more is let through than the limit, wherever it begins; for that, a place comes back up to
// one slot (a thirtieth of the window) later than by exact times. Exact times would take one number per request.

/** A window is cut into so many slots; the one that now is comes on top. */
export const slotsPerWindow = 30

const slots = slotsPerWindow + 1

/**
 * Counts in the window that ends now. Times are milliseconds of a clock that does not step (`steadyMillis`). Should one go back all the
 * same, what was counted in the time that has not come yet counts as of now: nothing is forgotten early, and all of it within a window.
 */
export class SlidingWindow {
  readonly #counts = new Uint32Array(slots)
  #last = 0
  #total = 0
  readonly #slotMillis: number

  constructor(windowMillis: number) {
    this.#slotMillis = windowMillis / slotsPerWindow
  }

  /** Forgets everything, for another use of the same memory. */
  clear(): void {
    this.#counts.fill(0)
    this.#total = 0
  }

  /** How much is counted at this time. */
  at(now: number): number {
    const slot = Math.floor(now / this.#slotMillis)
    if (slot === this.#last) return this.#total
    if (slot < this.#last) this.#goBack(slot)
    else if (this.#total > 0) {
      if (slot - this.#last >= slots) this.clear()
      else for (let gone = this.#last + 1; gone <= slot; gone++) this.#total -= this.#take(gone)
    }
    this.#last = slot
    return this.#total
  }

  /** Counts one; `at` was asked before. */
  add(): void {
    this.#put(this.#last, 1)
    this.#total++
  }

  /** Milliseconds until less than `limit` is counted, if nothing is added; `at` was asked before. */
  untilBelow(limit: number, now: number): number {
    let left = this.#total
    for (let slot = this.#last - slotsPerWindow; slot <= this.#last && left >= limit; slot++) {
      left -= this.#counts[indexOf(slot)] ?? 0
      if (left < limit) return Math.max(0, (slot + slots) * this.#slotMillis - now)
    }
    return 0
  }

  #goBack(slot: number): void {
    let counted = 0
    for (let at = Math.max(slot + 1, this.#last - slotsPerWindow); at <= this.#last; at++) counted += this.#take(at)
    this.#put(slot, counted)
  }

  #put(slot: number, count: number): void {
    const index = indexOf(slot)
    this.#counts[index] = (this.#counts[index] ?? 0) + count
  }

  /** What is counted in a slot, which is then empty. */
  #take(slot: number): number {
    const index = indexOf(slot)
    const count = this.#counts[index] ?? 0
    this.#counts[index] = 0
    return count
  }
}

const indexOf = (slot: number): number => ((slot % slots) + slots) % slots
