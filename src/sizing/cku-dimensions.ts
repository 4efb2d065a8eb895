/** What a cluster of Confluent Cloud is limited in, and how many units each limit asks for. */
import { type Capacity, type ClusterType, CONFLUENT_SOURCE } from './confluent-cloud.ts'
import { f } from './formula.ts'
import { refuse, type Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import { type GROUPS, type VOLUME, writtenOf } from './workload.ts'
import { largest, type Worksheet } from './worksheet.ts'

export type Dimension = keyof Capacity

export interface Demand {
  readonly dimension: Dimension
  readonly amount: Quantity
}

interface Load extends Values<typeof VOLUME>, Values<typeof GROUPS> {
  readonly type: string
  readonly partitions: Quantity
  readonly compactedPartitions: Quantity
  readonly connections: Quantity | undefined
  readonly connectionAttempts: Quantity | undefined
  readonly requests: Quantity | undefined
}

/** How a dimension's step is called, and whether it is a guideline that is better not filled, or a fixed limit. */
const STEPS: Readonly<Record<Dimension, { name: string; about: string; guideline: boolean }>> = {
  ingressMiBPerSec: { name: 'forIngress', about: 'for what is written', guideline: true },
  egressMiBPerSec: { name: 'forEgress', about: 'for what is read', guideline: true },
  partitions: { name: 'forPartitions', about: 'for the partitions', guideline: false },
  compactedPartitions: { name: 'forCompacted', about: 'for the compacted ones', guideline: false },
  connections: { name: 'forConnections', about: 'for the connections', guideline: false },
  connectionAttemptsPerSec: { name: 'forAttempts', about: 'for new connections', guideline: false },
  requestsPerSec: { name: 'forRequests', about: 'for the requests', guideline: true },
}

/** What the load asks of each dimension that is known. */
export function demandOf(sheet: Worksheet, given: Load): Demand[] {
  const { groups, partitions, compactedPartitions, connections, connectionAttempts, requests } = given
  if (compactedPartitions.value > partitions.value) {
    throw refuse(
      compactedPartitions,
      `must be at most the partitions ${partitions.value}`,
      'they are counted in --partitions',
    )
  }
  const written = writtenOf(sheet, given)
  const read = sheet.step('read', 'MiB/s', 'that all groups read', f`${written} × ${groups}`)
  const known: readonly (readonly [Dimension, Quantity | undefined])[] = [
    ['ingressMiBPerSec', written],
    ['egressMiBPerSec', read],
    ['partitions', partitions],
    ['compactedPartitions', compactedPartitions],
    ['connections', connections],
    ['connectionAttemptsPerSec', connectionAttempts],
    ['requestsPerSec', requests],
  ]
  return known.flatMap(([dimension, amount]) =>
    amount === undefined || amount.value === 0 ? [] : [{ dimension, amount }],
  )
}

/**
 * The units that a type needs, and the step that decides.
 * @throws TuneError USAGE where the type has none of a dimension
 */
export function unitsFor(
  sheet: Worksheet,
  type: ClusterType,
  demand: readonly Demand[],
  { utilization }: { readonly utilization: Quantity },
): { readonly need: Quantity; readonly decides: string } {
  const needs = demand.map(({ dimension, amount }) => {
    const { name, about, guideline } = STEPS[dimension]
    const unit = type.perUnit[dimension]
    if (unit === 0) throw refuse(amount, 'this cluster type has no compaction', 'take another --type')
    const formula = guideline ? f`ceil(${amount} / (${unit} × ${utilization}))` : f`ceil(${amount} / ${unit})`
    return sheet.step(name, type.unit, about, formula, CONFLUENT_SOURCE)
  })
  const need = sheet.step('need', type.unit, 'the largest of these', f`max(${needs})`)
  return { need, decides: largest(needs).name }
}
