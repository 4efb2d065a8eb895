/** Room for so many requests at a time, in all and by route; who waits gets it in the order of asking. Pure. */

export interface Slots {
  /** @param go called when there is room; at once, before this comes back, where there is */
  take(route: string, go: () => void): void
  /** Once for each that was taken. */
  giveBack(route: string): void
  /** In use now, and the most that ever were. */
  readonly inUse: number
  readonly mostInUse: number
  /** Had to wait. */
  readonly waited: number
}

export function createSlots(total: number, perRoute: number): Slots {
  const byRoute = new Map<string, number>()
  const queue: { route: string; go: () => void }[] = []
  let inUse = 0
  let mostInUse = 0
  let waited = 0

  const tryOccupy = (route: string): boolean => {
    const ofRoute = byRoute.get(route) ?? 0
    if (inUse >= total || ofRoute >= perRoute) return false
    inUse++
    if (inUse > mostInUse) mostInUse = inUse
    byRoute.set(route, ofRoute + 1)
    return true
  }

  return {
    take(route, go) {
      if (tryOccupy(route)) go()
      else {
        waited++
        queue.push({ route, go })
      }
    },
    giveBack(route) {
      inUse--
      byRoute.set(route, (byRoute.get(route) ?? 1) - 1)
      if (queue.length === 0) return
      const next = queue.findIndex((one) => tryOccupy(one.route))
      const [waiting] = next < 0 ? [] : queue.splice(next, 1)
      // Who gives back is still at the end of an answer
      if (waiting !== undefined) queueMicrotask(waiting.go)
    },
    get inUse() {
      return inUse
    },
    get mostInUse() {
      return mostInUse
    },
    get waited() {
      return waited
    },
  }
}
