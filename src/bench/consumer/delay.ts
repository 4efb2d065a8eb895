/** How long the application works on a record or a batch: one time for all, or drawn from a distribution. */
import { TuneError } from '../../errors.ts'
import type { Random } from '../../records/random.ts'

export type DelaySpec =
  | { readonly kind: 'fixed'; readonly ms: number }
  | { readonly kind: 'uniform'; readonly minMs: number; readonly maxMs: number }
  | { readonly kind: 'normal'; readonly meanMs: number; readonly sdMs: number }
  | { readonly kind: 'lognormal'; readonly medianMs: number; readonly sigma: number }
  | { readonly kind: 'exp'; readonly meanMs: number }

const HIGHEST_MS = 3_600_000

/**
 * `5`, `uniform:1:5`, `normal:5:1`, `lognormal:5:0.5`, `exp:5`; all in ms.
 * @throws TuneError USAGE
 */
export function parseDelay(text: string, flag: string): DelaySpec {
  const [kind = '', first, second, ...more] = text.trim().split(':')
  const wrong = (why: string) =>
    new TuneError('USAGE', `${flag}: '${text}' ${why}`, {
      hint: 'in ms, for example 5, uniform:1:5, normal:5:1, lognormal:5:0.5 or exp:5',
    })
  const ms = (part: string | undefined) => {
    const value = Number(part)
    if (part === undefined || part.trim() === '' || !(value >= 0 && value <= HIGHEST_MS)) {
      throw wrong('has a part that is no number of ms from 0 to an hour')
    }
    return value
  }
  if (more.length > 0) throw wrong('has too many parts')
  if (first === undefined) return { kind: 'fixed', ms: ms(kind) }
  switch (kind.toLowerCase()) {
    case 'uniform': {
      const spec = { kind: 'uniform', minMs: ms(first), maxMs: ms(second) } as const
      if (spec.minMs > spec.maxMs) throw wrong('has its shortest above its longest time')
      return spec
    }
    case 'normal':
      return { kind: 'normal', meanMs: ms(first), sdMs: ms(second) }
    case 'lognormal': {
      const sigma = ms(second)
      if (sigma > 4) throw wrong('needs a sigma from 0 to 4')
      return { kind: 'lognormal', medianMs: ms(first), sigma }
    }
    case 'exp':
      if (second !== undefined) throw wrong('has too many parts')
      return { kind: 'exp', meanMs: ms(first) }
    default:
      throw wrong('is no time or distribution of times')
  }
}

/** As `parseDelay` reads it. */
export function describeDelay(spec: DelaySpec): string {
  switch (spec.kind) {
    case 'fixed':
      return `fixed:${spec.ms}`
    case 'uniform':
      return `uniform:${spec.minMs}:${spec.maxMs}`
    case 'normal':
      return `normal:${spec.meanMs}:${spec.sdMs}`
    case 'lognormal':
      return `lognormal:${spec.medianMs}:${spec.sigma}`
    case 'exp':
      return `exp:${spec.meanMs}`
  }
}

/** Draws times; what falls below 0 or above an hour is moved to that end. */
export function delaySampler(spec: DelaySpec, random: Random): () => number {
  const bounded = (ms: number) => Math.min(HIGHEST_MS, Math.max(0, ms))
  switch (spec.kind) {
    case 'fixed':
      return () => spec.ms
    case 'uniform':
      return () => spec.minMs + (spec.maxMs - spec.minMs) * random.float()
    case 'normal':
      return () => bounded(spec.meanMs + spec.sdMs * random.normal())
    case 'lognormal':
      return () => bounded(spec.medianMs * Math.exp(spec.sigma * random.normal()))
    case 'exp':
      return () => bounded(-spec.meanMs * Math.log(1 - random.float()))
  }
}
