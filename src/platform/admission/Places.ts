/** How many are served at once, each with a limit of its own. Holds no more entries than there are requests. */
export class Places {
  readonly #taken = new Map<string, number>()

  /** How many of an id there are. */
  taken(id: string): number {
    return this.#taken.get(id) ?? 0
  }

  take(id: string): void {
    this.#taken.set(id, this.taken(id) + 1)
  }

  giveBack(id: string): void {
    const left = this.taken(id) - 1
    if (left > 0) this.#taken.set(id, left)
    else this.#taken.delete(id)
  }
}
