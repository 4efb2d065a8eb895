/** Where every record went: what was acknowledged against what the topic's offsets say. Pure. */
import type { Measured } from '../core/recorder.ts'
import type { ProducerResult } from '../core/result.ts'
import { sum } from '../core/sum.ts'

export interface OffsetsAround {
  readonly before: readonly number[]
  readonly after: readonly number[]
  /** Markers of transactions among them, by partition. */
  readonly controlRecords?: readonly number[]
}

export interface AccountingFacts {
  readonly measured: Pick<Measured, 'sent' | 'acked' | 'failed' | 'unknown'>
  /** Or why they could not be read. */
  readonly offsets: OffsetsAround | string
  /** `tune` made the topic, or the cluster: nobody else writes there. */
  readonly own: boolean
  /** acks=all and an idempotent producer: nothing acknowledged may be lost or doubled. */
  readonly exactlyOnce: boolean
  readonly acks: string
}

/**
 * found = acknowledged + those of the unknown that were stored + duplicates - lost. With an own topic, acks=all and
 * idempotence there are no duplicates and no loss, so found lies between acked and acked + unknown; a number outside
 * is lost or duplicated for certain. Elsewhere offsets still bound them from below.
 */
export function account(facts: AccountingFacts): ProducerResult['accounting'] {
  const { sent, acked, failed, unknown } = facts.measured
  const counts = { sent, acked, failed, unknown }
  if (typeof facts.offsets === 'string') {
    return { ...counts, exact: false, note: `lost and duplicated are not known: ${facts.offsets}` }
  }
  const { before, after, controlRecords = [] } = facts.offsets
  const perPartition = after.map((offset, i) =>
    Math.max(0, offset - (before[i] ?? 0) - (controlRecords[i] ?? 0)),
  )
  const found = sum(perPartition)
  if (!facts.own) {
    return {
      ...counts,
      found,
      perPartition,
      exact: false,
      ...(found < acked ? { lost: acked - found } : {}),
      note: 'others may write to this topic: found counts their records too, so only a loss larger than that shows',
    }
  }
  return {
    ...counts,
    found,
    perPartition,
    lost: Math.max(0, acked - found),
    duplicated: Math.max(0, found - acked - unknown),
    exact: facts.exactlyOnce,
    note: facts.exactlyOnce
      ? 'own topic, acks=all, idempotent: found = acknowledged + unknown that were stored'
      : `own topic, acks=${facts.acks} without idempotence: a lost and a duplicated record cancel each other out`,
  }
}

/** Fullest partition against the mean; 1 is even. undefined without records. */
export function partitionSkew(perPartition: readonly number[] | undefined): number | undefined {
  if (perPartition === undefined || perPartition.length === 0) return undefined
  const total = sum(perPartition)
  return total === 0 ? undefined : (Math.max(...perPartition) * perPartition.length) / total
}
