// A sliding window as a ring of slots. What is counted reaches back over all of the slot in which the window begins, so that in no
// stretch of time as long as the window more is let through than the limit, wherever it begins; for that, a place comes back up to
// one slot (a thirtieth of the window) later than by exact times. Exact times would take one number per request.

/** A window is cut into so many slots; the one that now is comes on top. */
export const slotsPerWindow = 30

const slots = slotsPerWindow + 1

/** Counts in the window that ends now. Times are milliseconds, and never go back by more than they are ignored. */
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
    // A clock that is set back counts on in the slot where it was.
    if (slot <= this.#last) return this.#total
    if (this.#total > 0) {
      if (slot - this.#last >= slots) this.clear()
      else for (let gone = this.#last + 1; gone <= slot; gone++) this.#drop(gone % slots)
    }
    this.#last = slot
    return this.#total
  }

  /** Counts one; `at` was asked before. */
  add(): void {
    const index = this.#last % slots
    this.#counts[index] = (this.#counts[index] ?? 0) + 1
    this.#total++
  }

  /** Milliseconds until less than `limit` is counted, if nothing is added; `at` was asked before. */
  untilBelow(limit: number, now: number): number {
    let left = this.#total
    for (let slot = this.#last - slotsPerWindow; slot <= this.#last && left >= limit; slot++) {
      left -= this.#counts[((slot % slots) + slots) % slots] ?? 0
      if (left < limit) return Math.max(0, (slot + slots) * this.#slotMillis - now)
    }
    return 0
  }

  #drop(index: number): void {
    this.#total -= this.#counts[index] ?? 0
    this.#counts[index] = 0
  }
}
