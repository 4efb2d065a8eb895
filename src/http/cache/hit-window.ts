/** The hit ratio of the last minutes, in sixty slices: what is older than the window has left it to one slice exactly. */

const SLICES = 60

export function createHitWindow(windowMs: number) {
  const sliceMs = windowMs / SLICES
  let slices: { index: number; lookups: number; hits: number }[] = []

  return {
    record(isHit: boolean, nowMs: number): void {
      const index = Math.floor(nowMs / sliceMs)
      let last = slices.at(-1)
      if (last?.index !== index) {
        last = { index, lookups: 0, hits: 0 }
        slices.push(last)
        if (slices.length > SLICES) slices = slices.filter((one) => one.index > index - SLICES)
      }
      last.lookups++
      if (isHit) last.hits++
    },
    /** undefined: nothing was looked up in it. */
    hitRatio(nowMs: number): number | undefined {
      const oldest = Math.floor(nowMs / sliceMs) - SLICES
      let lookups = 0
      let hits = 0
      for (const slice of slices) {
        if (slice.index <= oldest) continue
        lookups += slice.lookups
        hits += slice.hits
      }
      return lookups === 0 ? undefined : hits / lookups
    },
  }
}
