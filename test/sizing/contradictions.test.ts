import { describe, expect, it } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import type { CalculatorName } from '../../src/sizing/index.ts'
import { hasStep, sizingOf } from './cases.ts'

/** What no cluster, client or pool can be, and what each says about it. */
const CONTRADICTIONS: readonly [
  name: CalculatorName,
  texts: Readonly<Record<string, string>>,
  says: string,
][] = [
  [
    'partitions',
    { rate: '1k', replication: '1' },
    '--min-insync (by default): must be at most the replication factor 1',
  ],
  ['partitions', { rate: '1k', minInsync: '4' }, '--min-insync: must be at most the replication factor 3'],
  [
    'partitions',
    { rate: '1k', brokers: '2' },
    '--replication (by default): must be at most the number of brokers 2',
  ],
  [
    'partitions',
    { rate: '1k', keys: '10', hotKey: '5%' },
    '--hot-key: must be at least the equal share of 10 keys',
  ],
  ['consumers', { rate: '1k', processTime: '1ms', drainWithin: '1m' }, '--drain-within: needs a backlog'],
  ['consumers', { rate: '1k', processTime: '1ms', consumeRate: '1k' }, 'say the same thing twice'],
  ['lag', { rate: '1k', lag: '5', consumeRate: '900' }, '--consume-rate: must be above the rate 1,000/s'],
  [
    'brokers',
    { rate: '1k', minInsync: '3', replication: '2' },
    '--min-insync: must be at most the replication factor 2',
  ],
  [
    'brokers',
    { rate: '1k', memory: '4GiB' },
    '--heap (by default): must be below the memory of the machine, 4 GiB',
  ],
  ['brokers', { rate: '1k', survive: 'zone', zones: '1' }, '--zones: must be 2 or more'],
  [
    'storage',
    { rate: '1k', brokers: '2' },
    '--replication (by default): must be at most the number of brokers 2',
  ],
  [
    'storage',
    { rate: '1k', retention: '1d', localRetention: '2d' },
    '--local-retention: must be at most the retention',
  ],
  [
    'network',
    { rate: '1k', brokers: '2' },
    '--replication (by default): must be at most the number of brokers 2',
  ],
  [
    'cku',
    { rate: '1k', partitions: '2', compactedPartitions: '5' },
    '--compacted-partitions: must be at most the partitions 2',
  ],
  [
    'cku',
    { rate: '1k', type: 'freight', compactedPartitions: '1' },
    '--compacted-partitions: this cluster type has no compaction',
  ],
  ['brokers', { rate: '1k', throttle: '0B/s' }, "--throttle: must be at least 1 B/s, not '0B/s'"],
  ['cfu', { rate: '1k', cfuUsed: '20', cfuLimit: '10' }, '--cfu-used: must be at most the CFU limit 10'],
  [
    'flink',
    { rate: '1k', partitions: '3', networkMin: '2GiB' },
    '--network-min: must be at most network.max',
  ],
  [
    'flink',
    { rate: '1k', partitions: '3', managedFraction: '70%', networkFraction: '40%' },
    '--memory (by default): leaves',
  ],
  [
    'flink',
    { rate: '1k', partitions: '12', maxParallelism: '10' },
    '--max-parallelism: must be at least the parallelism',
  ],
  ['flink', { rate: '1k', partitions: '12', busy: '800ms' }, '--busy: tells nothing alone'],
  ['connector', { kind: 'debezium', rate: '1k', snapshotRows: '1M' }, '--snapshot-rows: needs a rate'],
  ['connector', { kind: 'castorm', entities: '3' }, '--entities: no input of connector with --kind castorm'],
  [
    'memory',
    { for: 'broker', rate: '1k', memory: '4GiB' },
    '--heap (by default): must be below the memory of the machine, 4,096 MiB',
  ],
  ['memory', { for: 'connect', gc: 'zgc', jdk: '8' }, '--gc: JDK 8 has no ZGC'],
]

describe('a contradiction', () => {
  it.each(CONTRADICTIONS)('%s %j is refused: %s', (name, texts, says) => {
    const ask = () => sizingOf(name, texts)
    expect(ask).toThrow(TuneError)
    expect(ask).toThrow(
      expect.objectContaining({ code: 'USAGE', exitCode: 2, message: expect.stringContaining(says) }),
    )
  })

  it('of one point of a curve leaves that point out', () => {
    // Half of 3 brokers would be 2, which hold no three replicas.
    const { curve } = sizingOf('network', { rate: '1k' })
    expect(curve?.points.map(({ x }) => x)).toEqual([3, 6, 15, 30])
  })

  it('is none where the hottest of 10 keys has its equal share', () => {
    expect(hasStep(sizingOf('partitions', { rate: '1k', keys: '10', hotKey: '10%' }), 'hottest')).toBe(true)
  })
})
