/** Rate, length and warm-up from flags. Pure; every slip is a USAGE error that names the flag. */
import type { LoadPlan, WarmupPlan } from '../bench/plan.ts'
import type { Load } from '../core/result.ts'
import { TuneError } from '../errors.ts'
import { parseCount, parseDurationMs, parseRate, UNPACED } from '../units.ts'
import type { ProducerFlags } from './producer-flags.ts'

const DEFAULT_RATE = 5000
const DEFAULT_DURATION_MS = 10_000
const DEFAULT_WARMUP_MS = 3000
const LONGEST_AUTO_WARMUP_MS = 60_000

export function loadPlan(flags: ProducerFlags): LoadPlan {
  const shape = loadShape(flags)
  const numRecords =
    flags.numRecords === undefined ? undefined : parseCount(flags.numRecords, '--num-records', { min: 1 })
  const durationMs =
    flags.duration !== undefined
      ? parseDurationMs(flags.duration, '--duration', { min: 1 })
      : numRecords === undefined
        ? defaultDurationMs(shape)
        : undefined
  return {
    shape,
    ...(durationMs === undefined ? {} : { durationMs }),
    ...(numRecords === undefined ? {} : { numRecords }),
  }
}

/** A ramp or steps last as long as they are unless told otherwise. */
function defaultDurationMs(shape: Load): number {
  if (shape.shape === 'ramp') return shape.overMs
  if (shape.shape === 'steps') return shape.ratesPerSec.length * shape.holdMs
  return DEFAULT_DURATION_MS
}

function loadShape(flags: ProducerFlags): Load {
  const given = [flags.throughput, flags.ramp, flags.steps].filter((value) => value !== undefined)
  if (given.length > 1) {
    throw new TuneError('USAGE', '--throughput, --ramp and --steps exclude each other', {
      hint: 'give one of them',
    })
  }
  if (flags.ramp !== undefined) return ramp(flags.ramp)
  if (flags.steps !== undefined) return steps(flags.steps)
  const ratePerSec =
    flags.throughput === undefined ? DEFAULT_RATE : parseRate(flags.throughput, '--throughput')
  if (ratePerSec === UNPACED) {
    return {
      shape: 'unpaced',
      // 0 = what suits the client, filled in when it is there.
      maxInFlight:
        flags.maxInFlight === undefined ? 0 : parseCount(flags.maxInFlight, '--max-in-flight', { min: 1 }),
    }
  }
  if (flags.maxInFlight !== undefined) {
    throw new TuneError('USAGE', '--max-in-flight goes with --throughput -1 only', {
      hint: 'a paced run sends what is due, whatever is in flight',
    })
  }
  return { shape: 'constant', ratePerSec }
}

function ramp(text: string): Load {
  const [from, to, over, ...more] = text.split(':')
  if (from === undefined || to === undefined || over === undefined || more.length > 0) {
    throw new TuneError('USAGE', `--ramp: '${text}' is not from:to:time`, { hint: 'for example 1k:50k:2m' })
  }
  return {
    shape: 'ramp',
    fromPerSec: from === '0' ? 0 : pacedRate(from, '--ramp'),
    toPerSec: pacedRate(to, '--ramp'),
    overMs: parseDurationMs(over, '--ramp', { min: 1 }),
  }
}

function steps(text: string): Load {
  const [rates, hold, ...more] = text.split(':')
  if (rates === undefined || hold === undefined || more.length > 0) {
    throw new TuneError('USAGE', `--steps: '${text}' is not rates:time`, {
      hint: 'for example 10k,20k,40k:30s',
    })
  }
  return {
    shape: 'steps',
    ratesPerSec: rates.split(',').map((rate) => pacedRate(rate, '--steps')),
    holdMs: parseDurationMs(hold, '--steps', { min: 1 }),
  }
}

function pacedRate(text: string, flag: string): number {
  const ratePerSec = parseRate(text, flag)
  if (ratePerSec !== UNPACED) return ratePerSec
  throw new TuneError('USAGE', `${flag}: -1 is no rate to go through`, { hint: 'use --throughput -1 alone' })
}

export function warmupPlan(flags: ProducerFlags): WarmupPlan {
  if (flags.warmup !== undefined && flags.warmupRecords !== undefined) {
    throw new TuneError('USAGE', '--warmup and --warmup-records exclude each other', {
      hint: 'give one of them',
    })
  }
  if (flags.warmupRecords !== undefined) {
    return { kind: 'records', records: parseCount(flags.warmupRecords, '--warmup-records') }
  }
  if (flags.warmup === 'auto') return { kind: 'auto', longestMs: LONGEST_AUTO_WARMUP_MS }
  if (flags.warmup !== undefined) return { kind: 'time', ms: parseDurationMs(flags.warmup, '--warmup') }
  // kafka-producer-perf-test has no warm-up: a run by records measures all of them.
  return { kind: 'time', ms: flags.numRecords === undefined ? DEFAULT_WARMUP_MS : 0 }
}
