/** The whole command on each driver; with TUNE_TEST_FULL=1 (`npm run test:full`) with every codec and kind of acks. */
import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { resultOf, tune } from './built.ts'

const FEW = [
  { driver: 'confluent', acks: 'all', codec: 'lz4' },
  { driver: 'kafkajs', acks: '1', codec: 'none' },
  { driver: 'wire', acks: '1', codec: 'snappy' },
  { driver: 'wire', acks: '0', codec: 'none' },
]
const ALL = ['confluent', 'kafkajs', 'wire'].flatMap((driver) =>
  ['0', '1', 'all'].flatMap((acks) =>
    ['none', 'gzip', 'snappy', 'lz4', 'zstd'].map((codec) => ({ driver, acks, codec })),
  ),
)

const bench = (driver: string, ...args: string[]) =>
  tune([
    ...['bench', 'producer', '--bootstrap-server', sharedBroker().bootstrapServers, '--create-topic'],
    ...['--driver', driver, '--warmup', '500ms', '--report', 'json', ...args],
  ])

describe.skipIf(!hasBroker)('tune bench producer', () => {
  it.each(process.env.TUNE_TEST_FULL === '1' ? ALL : FEW)(
    'on $driver with acks=$acks and $codec accounts for every record',
    async ({ driver, acks, codec }) => {
      const ended = await bench(
        driver,
        ...['--throughput', '1000', '--duration', '2s', '--compressibility', '4x'],
        ...['--producer-props', `acks=${acks}`, `compression.type=${codec}`],
      )
      const result = resultOf(ended)
      expect(checkResult(result)).toEqual([])
      expect(result.accounting).toMatchObject({ sent: 2000, acked: 2000, failed: 0, unknown: 0, lost: 0 })
      if (acks === '0') expect(result).not.toHaveProperty('latency')
      else expect(result.latency?.count).toBe(2000)
      if (codec !== 'none' && driver !== 'kafkajs')
        expect(result.metrics.compressionRatio).toBeGreaterThan(1.5)
    },
  )

  it.each(['confluent', 'kafkajs', 'wire'])(
    'sends a fixed number as fast as it goes on %s',
    async (driver) => {
      const result = resultOf(
        await bench(driver, '--throughput', '-1', '--num-records', '30003', '--keys', 'zipf:100:1.1'),
      )
      expect(checkResult(result)).toEqual([])
      expect(result.accounting).toMatchObject({ sent: 30_003, acked: 30_003, found: 30_003 })
      expect(result.metrics.partitionSkew).toBeGreaterThan(1.05)
    },
  )

  it('follows steps, each in its own seconds', async () => {
    const result = resultOf(await bench('wire', '--steps', '500,2000:2s'))
    const sent = result.series.filter(({ phase }) => phase === 'measure').map((one) => one.sent)
    expect(result.durationMs).toBeCloseTo(4000, 6)
    expect((sent[0] ?? 0) + (sent[1] ?? 0)).toBeGreaterThan(900)
    expect((sent[0] ?? 0) + (sent[1] ?? 0)).toBeLessThan(1100)
    expect((sent[2] ?? 0) + (sent[3] ?? 0)).toBeGreaterThan(3700)
  })
})
