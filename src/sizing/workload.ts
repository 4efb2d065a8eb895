/** Inputs that several calculators share, and the first steps that all of them take. */
import { f } from './formula.ts'
import { type InputTable, present, type Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

/** How brokers' disks and lines are counted. */
export const AWS =
  'AWS, Best practices for right-sizing your Apache Kafka clusters (https://aws.amazon.com/blogs/big-data/best-practices-for-right-sizing-your-apache-kafka-clusters-to-optimize-performance-and-cost)'

export const LOAD = {
  rate: { kind: 'rate', about: 'records per second at peak' },
  growth: { kind: 'factor', about: 'growth to plan for, of the rate', default: '1x' },
} as const satisfies InputTable

export const RECORD = {
  recordSize: {
    kind: 'bytes',
    about: 'key, value and headers of a record before compression',
    default: '1KiB',
    measured: 'recordSize',
  },
} as const satisfies InputTable

export const REPLICAS = {
  replication: { kind: 'count', unit: 'replicas', about: 'replication factor', default: '3', max: 100 },
  minInsync: { kind: 'count', unit: 'replicas', about: 'min.insync.replicas', default: '2', max: 100 },
} as const satisfies InputTable

/** How long what is written stays, and where. */
export const RETENTION = {
  retention: { kind: 'seconds', about: 'how long records are kept', default: '7d' },
  average: {
    kind: 'share',
    about: 'average rate as a share of the peak: disks fill by the average, all else is sized by the peak',
    default: '100%',
  },
} as const satisfies InputTable

export const GROUPS = {
  groups: {
    kind: 'count',
    unit: 'groups',
    about: 'consumer groups that read everything',
    default: '1',
    min: 0,
    max: 10_000,
  },
} as const satisfies InputTable

/** The share of its capacity that a part may be used to, so that a burst or a lost broker does not fill it. */
export const UTILIZATION = {
  utilization: { kind: 'share', about: 'share of a capacity that may be used at peak', default: '70%' },
} as const satisfies InputTable

/** What is written, by records or by bytes; with `exactlyOne: [['rate', 'ingress']]`. */
export const VOLUME = {
  rate: { ...LOAD.rate, optional: true, measured: 'rate' },
  ingress: {
    kind: 'mibPerSec',
    about: 'bytes per second at peak before compression, instead of --rate and --record-size',
    optional: true,
  },
  growth: LOAD.growth,
  recordSize: {
    ...RECORD.recordSize,
    idle: { with: 'ingress', why: 'it says the bytes' },
  },
  compression: {
    kind: 'factor',
    about: 'bytes before compression by bytes after it',
    default: '1x',
    measured: 'compression',
  },
} as const satisfies InputTable

/** MiB/s that brokers receive: compressed, before replication. */
export function writtenOf(sheet: Worksheet, given: Values<typeof VOLUME>): Quantity {
  const { rate, ingress, growth, recordSize, compression } = given
  const raw =
    rate === undefined
      ? f`${present(ingress)} × ${growth}`
      : f`${rate} × ${growth} × ${recordSize} / ${1024 ** 2}`
  const peak = sheet.step('peak', 'MiB/s', 'of records at the peak that is planned for', raw)
  return sheet.step('written', 'MiB/s', 'that brokers receive, compressed', f`${peak} / ${compression}`)
}

/** The rate that is planned for. */
export function peakOf(sheet: Worksheet, { rate, growth }: { rate: Quantity; growth: Quantity }): Quantity {
  return sheet.step('peak', 'records/s', 'the rate to plan for', f`${rate} × ${growth}`)
}
