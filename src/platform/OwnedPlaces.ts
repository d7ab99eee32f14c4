/**
 * Places for what is kept or goes on for several owners, of which none may have more than are left: whoever comes next finds some,
 * however many the others would take. Two owners who take all they can have a third each.
 */
export class OwnedPlaces {
  readonly #taken = new Map<string, number>()
  readonly #total: number
  #left: number

  constructor(total: number) {
    this.#total = total
    this.#left = total
  }

  /** Of all owners together. */
  get taken(): number {
    return this.#total - this.#left
  }

  takenBy(owner: string): number {
    return this.#taken.get(owner) ?? 0
  }

  /** Takes a place of an owner who is to have `most` at most; false where there is none for it. */
  take(owner: string, most = Number.POSITIVE_INFINITY): boolean {
    if (!this.hasPlaceFor(owner, most)) return false
    this.occupy(owner)
    return true
  }

  hasPlaceFor(owner: string, most = Number.POSITIVE_INFINITY): boolean {
    return this.takenBy(owner) < Math.min(most, this.#left)
  }

  /** Takes one whether or not there is a place: for what is there already. */
  occupy(owner: string): void {
    this.#taken.set(owner, this.takenBy(owner) + 1)
    this.#left--
  }

  giveBack(owner: string): void {
    const taken = this.takenBy(owner) - 1
    if (taken > 0) this.#taken.set(owner, taken)
    else this.#taken.delete(owner)
    this.#left++
  }
}
