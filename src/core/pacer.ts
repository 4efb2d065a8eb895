/** Schedules. Not timers: the n-th operation has a due time, and latency starts there. */
import type { Load } from './result.ts'

export interface Pacer {
  /** Milliseconds from the start at which operation n (0, 1, …) is due; Infinity when the load never gets there. */
  dueMs(n: number): number
  ratePerSec(atMs: number): number
}

export type PacedLoad = Exclude<Load, { shape: 'unpaced' }>

function constant(ratePerSec: number): Pacer {
  return { dueMs: (n) => (n * 1000) / ratePerSec, ratePerSec: () => ratePerSec }
}

/**
 * The rate grows in a straight line, then stays. With n(t) = from·t + k·t²/2 the due time is the root, written so that
 * it stays exact for small k and for a start at 0.
 */
function ramp(fromPerSec: number, toPerSec: number, overMs: number): Pacer {
  const overSec = overMs / 1000
  const k = (toPerSec - fromPerSec) / overSec
  const inRamp = ((fromPerSec + toPerSec) / 2) * overSec
  return {
    dueMs(n) {
      if (n === 0) return 0
      if (n <= inRamp) {
        const root = Math.sqrt(Math.max(0, fromPerSec * fromPerSec + 2 * k * n))
        return (2000 * n) / (fromPerSec + root)
      }
      return toPerSec === 0 ? Number.POSITIVE_INFINITY : overMs + ((n - inRamp) * 1000) / toPerSec
    },
    ratePerSec: (atMs) => (atMs >= overMs ? toPerSec : fromPerSec + (k * atMs) / 1000),
  }
}

/** Each rate is held, the last one for ever. */
function steps(ratesPerSec: readonly number[], holdMs: number): Pacer {
  const last = ratesPerSec.length - 1
  const rate = (step: number) => ratesPerSec[Math.min(step, last)] ?? 0
  /** How many operations are due before step i begins. */
  const before: number[] = [0]
  for (let i = 0; i < last; i++) before.push((before[i] ?? 0) + (rate(i) * holdMs) / 1000)
  return {
    dueMs(n) {
      let step = last
      while (step > 0 && (before[step] ?? 0) > n) step--
      return step * holdMs + ((n - (before[step] ?? 0)) * 1000) / rate(step)
    },
    ratePerSec: (atMs) => rate(Math.floor(atMs / holdMs)),
  }
}

export function createPacer(load: PacedLoad): Pacer {
  const single = createSingle(load)
  const { recordsAtOnce } = load
  if (recordsAtOnce === undefined) return single
  return { ...single, dueMs: (n) => single.dueMs(n - (n % recordsAtOnce)) }
}

function createSingle(load: PacedLoad): Pacer {
  switch (load.shape) {
    case 'constant':
      return constant(load.ratePerSec)
    case 'ramp':
      return ramp(load.fromPerSec, load.toPerSec, load.overMs)
    case 'steps':
      return steps(load.ratesPerSec, load.holdMs)
  }
}

/** How many operations are due before `atMs`: the smallest n with dueMs(n) >= atMs. */
export function dueBefore(pacer: Pacer, atMs: number): number {
  if (atMs <= 0) return 0
  let high = 1
  while (pacer.dueMs(high) < atMs) high *= 2
  let low = 0
  while (low < high) {
    const middle = Math.floor((low + high) / 2)
    if (pacer.dueMs(middle) < atMs) low = middle + 1
    else high = middle
  }
  return low
}

/** Mean rate that a schedule asks for over so long; undefined where none does. */
export function askedPerSec(load: Load, durationMs: number): number | undefined {
  if (load.shape === 'unpaced' || durationMs <= 0) return undefined
  if (load.shape === 'constant') return load.ratePerSec
  return (dueBefore(createPacer(load), durationMs) * 1000) / durationMs
}
