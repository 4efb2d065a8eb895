/** Room for so many requests at a time, in all and by route; who waits gets it in the order of asking. Pure. */

export interface Slots {
  /** Comes back, with what gives it back, when there is room; at once where there is. */
  take(route: string): Promise<() => void>
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

  const hasRoom = (route: string) => inUse < total && (byRoute.get(route) ?? 0) < perRoute

  const occupy = (route: string) => {
    inUse++
    mostInUse = Math.max(mostInUse, inUse)
    byRoute.set(route, (byRoute.get(route) ?? 0) + 1)
    let isOver = false
    return () => {
      if (isOver) return
      isOver = true
      inUse--
      byRoute.set(route, (byRoute.get(route) ?? 1) - 1)
      const next = queue.findIndex((one) => hasRoom(one.route))
      if (next >= 0) queue.splice(next, 1)[0]?.go()
    }
  }

  return {
    async take(route) {
      if (hasRoom(route)) return occupy(route)
      waited++
      return new Promise((resolve) => queue.push({ route, go: () => resolve(occupy(route)) }))
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
