import { size } from '../../src/sizing/calculator.ts'
import { CALCULATORS, type CalculatorName } from '../../src/sizing/index.ts'
import type { Sizing } from '../../src/sizing/schema.ts'

/** Inputs that together walk every path of a calculator; the first is the one whose report is a golden file. */
export const CASES = {
  partitions: [
    { rate: '100k/s', produceRate: '20k', consumeRate: '12k', consumers: '6', keys: '50', hotKey: '20%' },
    { rate: '100k/s' },
    {
      rate: '1M/s',
      growth: '3x',
      platform: 'zookeeper',
      brokers: '5',
      consumers: '7',
      existingPartitions: '60k',
    },
    { rate: '1M/s', platform: 'confluent-basic', recordSize: '10KiB', replication: '3', consumers: '40' },
    { rate: '100/s', platform: 'confluent-dedicated', keys: '1', growth: '2x' },
    { rate: '10M/s', platform: 'msk-t3.small', keys: '1M', produceRate: '30k/s' },
  ],
  consumers: [
    { rate: '100k/s', processTime: '0.1ms', partitions: '24', lag: '10M', drainWithin: '10m' },
    { rate: '100k/s', consumeRate: '12k', threads: '2' },
    { rate: '1k/s', processTime: '1s', partitions: '12', lag: '1000', utilization: '100%' },
    { rate: '1k/s', processTime: '100ms', utilization: '100%', lag: '1000', maxPollRecords: '5k' },
  ],
  lag: [
    { rate: '100k/s', lag: '1000', consumeRate: '120k/s' },
    { rate: '100k/s', behind: '2s' },
  ],
  brokers: [
    { rate: '100k/s', recordSize: '1KiB', groups: '3', retention: '3d', partitions: '500' },
    {
      ingress: '1GiB/s',
      compression: '2x',
      survive: 'zone',
      platform: 'msk-m5.large',
      replication: '2',
      throttle: '50MiB/s',
    },
    {
      rate: '10k/s',
      survive: 'none',
      diskNetwork: '100MiB/s',
      partitions: '50k',
      retention: '90d',
      disk: '16TiB',
    },
    { rate: '1M/s', minInsync: '3', utilization: '100%', average: '30%', cores: '96', line: '25Gbit/s' },
  ],
  storage: [
    { rate: '100k/s', recordSize: '1KiB', compression: '3x', partitions: '100', disk: '4TiB' },
    { ingress: '3.2Gbit/s', retention: '30d', localRetention: '1d', average: '50%' },
  ],
  network: [
    { rate: '100k/s', recordSize: '1KiB', groups: '3' },
    { ingress: '2GiB/s', groups: '0', zones: '1', brokers: '1', replication: '1' },
    { ingress: '2GiB/s', groups: '5', brokers: '9' },
  ],
  cku: [
    { rate: '100k/s', recordSize: '1KiB', groups: '3', partitions: '500', pricePerUnit: '2.5' },
    { ingress: '1GiB/s', groups: '10', type: 'enterprise', compactedPartitions: '100', partitions: '1000' },
    { rate: '10/s', type: 'freight', zones: 'single', message: '30MiB' },
    { rate: '10/s', type: 'basic', connections: '900', connectionAttempts: '70', requests: '4000' },
    { ingress: '20GiB/s', type: 'standard', groups: '0', idempotence: 'no' },
    { ingress: '1500MiB/s' },
  ],
  cfu: [
    { statements: '60k,40k,500', ratePerCfu: '8k' },
    {
      rate: '100k',
      observedRate: '90k',
      cpu: '85%',
      checkpoint: '40s',
      backpressure: '20%',
      cfuUsed: '10',
      cfuLimit: '10',
    },
    { rate: '1M', ratePerCfu: '5k', observedRate: '900k', cfuUsed: '20', cfuLimit: '50' },
    { rate: '10', observedRate: '20' },
  ],
  flink: [
    {
      rate: '100k/s',
      partitions: '12',
      ratePerSlot: '15k',
      state: '50GiB',
      checkpointRate: '200MiB/s',
      states: '3',
    },
    { rate: '100k/s', partitions: '12', networkMin: '128MiB' },
    {
      rate: '1k/s',
      partitions: '12',
      observedRate: '1000/s',
      busy: '800ms',
      observedParallelism: '4',
      lag: '600k',
    },
    { rate: '1M/s', partitions: '6', ratePerSlot: '10k', slots: '16', maxParallelism: '720' },
    {
      rate: '1k/s',
      partitions: '4',
      observedRate: '1k',
      busy: '1s',
      observedParallelism: '4',
      lag: '1M',
      lagGrowth: '500',
      state: '1TiB',
      checkpointRate: '100MiB/s',
    },
  ],
  connector: [
    { kind: 'guide', pageRecords: '100', rateLimit: '10/s', tasks: '4', responseTime: '200ms' },
    { kind: 'confluent-v1', rate: '250/s', entities: '3', tasks: '4', responseTime: '150ms' },
    { kind: 'confluent-cloud-v1', entities: '5', tasks: '2' },
    { kind: 'confluent-v2', rate: '10k/s', apis: '2', tasks: '2', rateLimit: '300/min', responseTime: '1s' },
    { kind: 'castorm', tasks: '3', rateLimit: '10/s', interval: '100ms', responseTime: '50ms' },
    { kind: 'debezium', rate: '5k/s', recordSize: '2KiB', tasks: '3' },
    {
      kind: 'debezium',
      rate: '60k/s',
      captureRate: '20k/s',
      wal: '120MiB/s',
      outage: '4h',
      snapshotRows: '2G',
      snapshotRate: '40k/s',
      snapshotThreads: '4',
      tables: '2',
      recordSize: '20KiB',
    },
    { kind: 'debezium', rate: '10k/s', captureRate: '10k/s', utilization: '100%', pollInterval: '10s' },
    {
      kind: 'guide',
      rate: '5k/s',
      pages: '50',
      pageRecords: '200',
      interval: '10s',
      tasks: '8',
      sources: '8',
    },
    { kind: 'guide', rate: '5/s', interval: '0', responseTime: '10ms' },
    { kind: 'castorm', rate: '1k/s', tasks: '2' },
  ],
  memory: [
    { for: 'connect', tasks: '4', cacheEntries: '5000', queue: '64MiB', jdk: '11' },
    { for: 'broker', rate: '100k/s', memory: '16GiB', gc: 'zgc', jdk: '21' },
    { for: 'producer', rate: '100k/s', stall: '5s', batchSize: '2MiB' },
    { for: 'consumer', partitions: '12', partitionFetch: '10MiB', brokers: '1' },
    { for: 'librdkafka-producer', rate: '100k/s', stall: '5s' },
    { for: 'librdkafka-consumer', queued: '64MiB' },
    { for: 'broker', rate: '2M/s', compression: '2x', heap: '40GiB', jdk: '8' },
    { for: 'producer', rate: '10/s', linger: '0', jdk: '8' },
    { for: 'librdkafka-producer', rate: '10/s' },
    { for: 'connect', gc: 'zgc', jdk: '25' },
  ],
} as const satisfies Record<CalculatorName, readonly Readonly<Record<string, string>>[]>

export function sizingOf(name: CalculatorName, texts: Readonly<Record<string, string>>): Sizing {
  return size(CALCULATORS[name], { texts })
}

/** The value of a step. @throws where there is none: a test must not pass by comparing nothing */
export function stepOf(sizing: Sizing, name: string): number {
  const step = sizing.steps.find((candidate) => candidate.name === name)
  if (step === undefined) throw new Error(`${sizing.calculator} has no step ${name}`)
  return step.value
}

export function hasStep(sizing: Sizing, name: string): boolean {
  return sizing.steps.some((step) => step.name === name)
}

/** What the guide says under a name. */
export function guideOf(sizing: Sizing, name: string): number {
  const entry = sizing.guide.find((candidate) => candidate.name === name)
  if (entry === undefined) throw new Error(`${sizing.calculator} has nothing of the guide called ${name}`)
  return entry.value
}

export function warningsOf({ warnings }: Sizing): string[] {
  return warnings.map(({ id }) => id)
}

export function allCases(): { name: CalculatorName; n: number; texts: Readonly<Record<string, string>> }[] {
  return (Object.keys(CASES) as CalculatorName[]).flatMap((name) =>
    CASES[name].map((texts, n) => ({ name, n, texts })),
  )
}
