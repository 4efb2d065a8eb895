/** The guide's reasons to give a pool more CFU, judged on what was observed. */
import { formatDurationMs, formatRate, formatShare } from '../units.ts'
import { f } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

export const OBSERVED = {
  observedRate: { kind: 'rate', about: 'observed: records/s that all statements process', optional: true },
  cpu: { kind: 'share', about: 'observed: CPU utilization', optional: true, min: 0 },
  checkpoint: { kind: 'seconds', about: 'observed: duration of a checkpoint', optional: true },
  backpressure: {
    kind: 'share',
    about: 'observed: share of time with backpressure',
    optional: true,
    min: 0,
  },
  cfuUsed: {
    kind: 'count',
    unit: 'CFU',
    about: 'observed: current_cfus',
    optional: true,
    min: 0,
    idle: { without: 'cfuLimit' },
  },
  cfuLimit: { kind: 'count', unit: 'CFU', about: 'observed: cfu_limit', optional: true },
} as const satisfies InputTable

type Observed = Values<typeof OBSERVED>

/** "Increase CFU if": CPU consistently above, checkpoints longer than. Flink itself calls backpressure up to 10 % OK. */
const CPU_HIGH = 0.8
const CHECKPOINT_LONG_SECONDS = 30
const BACKPRESSURE_LOW = 0.1
/** The pool is as good as full. */
const POOL_FULL = 0.9

/** @returns what to do, or undefined where nothing was observed */
export function scaleUp(sheet: Worksheet, observed: Observed, wanted: Quantity): string | undefined {
  const reasons = reasonsOf(observed, wanted)
  const { cfuUsed, cfuLimit } = observed
  if (cfuUsed !== undefined && cfuLimit !== undefined && cfuUsed.value > cfuLimit.value) {
    throw refuse(
      cfuUsed,
      `must be at most the CFU limit ${cfuLimit.value}, not ${cfuUsed.value}`,
      'both are in the description of the pool: current_cfus and cfu_limit',
    )
  }
  const share =
    cfuUsed === undefined || cfuLimit === undefined
      ? undefined
      : sheet.step('poolUsed', '', 'of the CFU that the pool may use', f`${cfuUsed} / ${cfuLimit}`)
  const seen = [observed.observedRate, observed.cpu, observed.checkpoint, observed.backpressure, share]
  if (seen.every((value) => value === undefined)) return undefined
  const isFull = share !== undefined && share.value >= POOL_FULL
  if (isFull) reasons.push(`${formatShare(share.value)} of the pool is used`)
  if (reasons.length === 0) return 'no reason to scale up'
  const because = reasons.join(', ')
  if (share !== undefined && !isFull) {
    sheet.warn(
      'pool-has-room',
      `${because}; but the pool uses ${formatShare(share.value)} of its CFU, so a higher MAX_CFU changes nothing: look at the SQL, keys and partitions`,
    )
    return 'a higher MAX_CFU would not help'
  }
  sheet.warn('scale-up', because)
  return `scale up: ${because}`
}

function reasonsOf({ observedRate, cpu, checkpoint, backpressure }: Observed, wanted: Quantity): string[] {
  const reasons: string[] = []
  if (observedRate !== undefined && observedRate.value < wanted.value) {
    reasons.push(`${formatRate(observedRate.value)} of ${formatRate(wanted.value)}`)
  }
  if (cpu !== undefined && cpu.value > CPU_HIGH) reasons.push(`CPU at ${formatShare(cpu.value)}`)
  if (checkpoint !== undefined && checkpoint.value > CHECKPOINT_LONG_SECONDS) {
    reasons.push(`checkpoints take ${formatDurationMs(checkpoint.value * 1000)}`)
  }
  if (backpressure !== undefined && backpressure.value > BACKPRESSURE_LOW) {
    reasons.push(`backpressure ${formatShare(backpressure.value)} of the time`)
  }
  return reasons
}
