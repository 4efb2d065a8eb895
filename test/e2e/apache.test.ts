/** Command lines of kafka-producer-perf-test work as they are, and what it prints can be read by what reads it today. */
import { Kafka, logLevel } from 'kafkajs'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasBroker, newTopicName, sharedBroker } from './broker.ts'
import { tune } from './built.ts'

/** As kafkatest's producer_performance.py: the last line, split on commas, the first word of each part. */
function parsedAsKafkaTest(stdout: string) {
  const parts = stdout.trimEnd().split('\n').at(-1)?.split(',') ?? []
  return parts.map((part) => Number.parseFloat(part.trim()))
}

/** The fields that AWS's performance framework reads by a regular expression. */
const AWS =
  /(\S+) records sent, (\S+) records\/sec \((\S+) MB\/sec\), (\S+) ms avg latency, (\S+) ms max latency/g

describe.skipIf(!hasBroker)('a kafka-producer-perf-test command line', () => {
  const topic = newTopicName('apache')

  beforeAll(async () => {
    const admin = new Kafka({
      brokers: [sharedBroker().bootstrapServers],
      logLevel: logLevel.NOTHING,
    }).admin()
    await admin.connect()
    await admin.createTopics({ topics: [{ topic, numPartitions: 3 }], waitForLeaders: true })
    await admin.disconnect()
  })

  const server = () => sharedBroker().bootstrapServers

  it.each([
    [
      '3.x',
      () => [
        ...['--topic', topic, '--num-records', '6000', '--record-size', '100', '--throughput', '1000'],
        ...['--producer-props', `bootstrap.servers=${server()}`, 'acks=1', 'linger.ms=2', '--print-metrics'],
      ],
    ],
    [
      '4.x',
      () => [
        ...[
          '--bootstrap-server',
          server(),
          '--topic',
          topic,
          '--num-records',
          '6000',
          '--record-size',
          '100',
        ],
        ...['--throughput', '1000', '--warmup-records', '500', '--command-property', 'acks=1'],
        ...['--reporting-interval', '2000', '--key-distribution', 'range', '--record-key-range', '10'],
      ],
    ],
  ])('of %s', async (_, args) => {
    const { code, stdout, stderr } = await tune(['bench', 'producer', ...args(), '--report', 'apache'])
    expect(stderr).not.toMatch(/^error/m)
    expect([0, 3]).toContain(code)
    // What --print-metrics adds comes last, after an empty line, as in the original
    const [told = '', metrics = ''] = stdout.split('\n\n')
    expect(/^producer:recordsAcked +: 6000\.000$/m.test(metrics)).toBe(args().includes('--print-metrics'))
    const [records, rate, average, max, p50, p95, p99, p999] = parsedAsKafkaTest(told)
    expect(records).toBe(6000)
    expect(rate).toBeGreaterThan(900)
    expect(rate).toBeLessThan(1010)
    expect(average).toBeGreaterThan(0)
    // Percentiles are whole milliseconds there, the maximum is not
    expect(Math.ceil(max ?? 0)).toBeGreaterThanOrEqual(p999 ?? Number.POSITIVE_INFINITY)
    expect([p50, p95, p99, p999]).toEqual([p50, p95, p99, p999].toSorted((a = 0, b = 0) => a - b))
    const lines = [...stdout.matchAll(AWS)]
    expect(lines.length).toBeGreaterThanOrEqual(2)
    const intervals = lines.slice(0, -1).reduce((sum, [, sent]) => sum + Number(sent), 0)
    expect(intervals).toBeLessThanOrEqual(6000)
    expect(told.split('\n').filter((line) => line !== '')).toHaveLength(lines.length)
  })
})
