/** What Java's client and librdkafka have in common: how long records wait in them, and how much a fetch brings. */
import { f } from './formula.ts'
import type { InputTable, Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const FETCH =
  'a fetch has at most fetch.max.bytes from a broker and max.partition.fetch.bytes from a partition, but for one larger batch (https://kafka.apache.org/documentation/#consumerconfigs_fetch.max.bytes); max.poll.records only slices what was fetched'

export const APPLICATION = {
  application: { kind: 'mib', about: 'of the application itself', default: '256MiB' },
} as const satisfies InputTable

export const BROKERS = {
  brokers: { kind: 'count', unit: 'brokers', about: 'brokers of the cluster', default: '3', max: 10_000 },
} as const satisfies InputTable

/** How long records stay with a producer. */
export const WAITING = {
  linger: { kind: 'ms', about: 'linger.ms', default: '5ms', min: 0 },
  ackTime: { kind: 'ms', about: 'from a produce request to its answer', default: '10ms' },
  stall: { kind: 'seconds', about: 'time without any answer that sending goes on through', optional: true },
} as const satisfies InputTable

export const FETCHES = {
  partitions: {
    kind: 'count',
    unit: 'partitions',
    about: 'partitions that the client writes or reads',
    default: '12',
    max: 1e6,
  },
  ...BROKERS,
  fetchMax: { kind: 'mib', about: 'fetch.max.bytes', default: '50MiB', min: 1e-3 },
  partitionFetch: { kind: 'mib', about: 'max.partition.fetch.bytes', default: '1MiB', min: 1e-3 },
} as const satisfies InputTable

/** One fetch from every broker. */
export function fetchedOf(
  sheet: Worksheet,
  { partitions, brokers, fetchMax, partitionFetch }: Values<typeof FETCHES>,
): Quantity {
  return sheet.step(
    'fetched',
    'MiB',
    'by a round of fetches, at most',
    f`min(${brokers} × ${fetchMax}, ${partitions} × ${partitionFetch})`,
    FETCH,
  )
}
