/** How often each page is looked up, and so when it will be next. */

export interface Rhythm {
  readonly nextMs: number
  /** To the one after that. */
  readonly intervalMs: number
}

/** Of the mean interval, the newest counts this much. */
const WEIGHT = 0.3

export function createUseRhythm(mostKeys: number) {
  const known = new Map<string, { lastMs: number; intervalMs: number | undefined }>()
  return {
    used(key: string, nowMs: number): void {
      const entry = known.get(key)
      if (entry === undefined) {
        // A walk that never ends must not take memory without end: who was seen first goes
        const [oldest] = known.keys()
        if (known.size >= mostKeys && oldest !== undefined) known.delete(oldest)
        known.set(key, { lastMs: nowMs, intervalMs: undefined })
        return
      }
      const passedMs = nowMs - entry.lastMs
      entry.intervalMs =
        entry.intervalMs === undefined ? passedMs : entry.intervalMs + WEIGHT * (passedMs - entry.intervalMs)
      entry.lastMs = nowMs
    },
    /** undefined: it was looked up once at most. */
    of(key: string): Rhythm | undefined {
      const entry = known.get(key)
      if (entry?.intervalMs === undefined) return undefined
      return { nextMs: entry.lastMs + entry.intervalMs, intervalMs: entry.intervalMs }
    },
  }
}
