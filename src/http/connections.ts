/** Which connection a request goes over: one that was used last, so that those that are too many become idle. */

export interface Held<T> {
  readonly connection: T
  /** Requests on it now. */
  inUse: number
  /** When its last answer was there; Infinity before the first. */
  quietSinceMs: number
}

export interface Connections<T> {
  take(): Held<T>
  giveBack(held: Held<T>, nowMs: number): void
  all(): readonly T[]
}

/** @param streams requests that a connection carries at a time */
export function createConnections<T>(make: () => T, streams: number): Connections<T> {
  const all: T[] = []
  /** Each has room for one more; what was used last is last. */
  const free: Held<T>[] = []
  const open = (): Held<T> => {
    const held = { connection: make(), inUse: 0, quietSinceMs: Number.POSITIVE_INFINITY }
    all.push(held.connection)
    free.push(held)
    return held
  }
  return {
    take() {
      const held = free.at(-1) ?? open()
      held.inUse++
      if (held.inUse >= streams) free.pop()
      return held
    },
    giveBack(held, nowMs) {
      held.quietSinceMs = nowMs
      if (held.inUse >= streams) free.push(held)
      held.inUse--
    },
    all: () => all,
  }
}
