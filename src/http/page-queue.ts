/** Pages that were fetched and wait for the sink, in the order in which they came: one is handed over at a time. */

export interface PageQueue {
  /** Comes back when the page has a place. @param handOver comes back when the sink has the page */
  put(handOver: () => Promise<void>): Promise<void>
  /** Comes back when no page waits. @throws what handing over threw */
  empty(): Promise<void>
  readonly most: number
}

export function createPageQueue(places: number): PageQueue {
  let waiting = 0
  let most = 0
  let last = Promise.resolve()
  const blocked: (() => void)[] = []
  return {
    async put(handOver) {
      while (waiting >= places) await new Promise<void>((resolve) => blocked.push(resolve))
      waiting++
      most = Math.max(most, waiting)
      last = last.then(handOver).finally(() => {
        waiting--
        blocked.shift()?.()
      })
      // Told to who waits for the end
      last.catch(() => {})
    },
    empty: () => last,
    get most() {
      return most
    },
  }
}
