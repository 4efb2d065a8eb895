/** A counter of somebody else's, which may begin again or go backwards at any time. Pure. */

export interface Counter {
  /** @returns by how much what it counts has grown since the last value, as far as can be told */
  take(value: number): number
  /** How often it began again: a task or a worker that was started anew, a topic that was made anew. */
  readonly resets: number
  /** How often it was a little lower than before, which is no new beginning: what it counted was taken back. */
  readonly backwards: number
}

/** What begins again is near 0; with a second between two looks it has not come back to half of what it was. */
const RESET_BELOW = 0.5

/** @param first what it says first: nothing has grown by then */
export function createCounter(first: number): Counter {
  let last = first
  let resets = 0
  let backwards = 0
  return {
    take(value) {
      const before = last
      last = value
      if (value >= before) return value - before
      if (value < before * RESET_BELOW) {
        resets++
        // What was counted between the last look and the new beginning is lost
        return value
      }
      backwards++
      return 0
    },
    get resets() {
      return resets
    },
    get backwards() {
      return backwards
    },
  }
}
