/** A backlog that is read while load goes on, on a real broker. */
import { describe, expect, it } from 'vitest'
import { checkResult } from '../../src/core/recompute.ts'
import { nativeClientDir } from '../../src/native.ts'
import { hasBroker, sharedBroker } from './broker.ts'
import { consumerResultOf, tune } from './built.ts'

const DRIVERS = ['confluent', 'kafkajs', 'wire'].filter(
  (name) => name !== 'confluent' || nativeClientDir() !== undefined,
)
const read = (...args: string[]) => [
  ...['bench', 'consumer', '--bootstrap-server', sharedBroker().bootstrapServers, '--report', 'json'],
  ...['--partitions', '4', '--record-size', '100', ...args],
]

describe.skipIf(!hasBroker)('--catch-up', () => {
  it.each(DRIVERS)(
    'reads until little is left, and shows what those who write felt, on %s',
    async (driver) => {
      const ended = await tune(
        read('--driver', driver, '--num-records', '20000', '--catch-up', '500', '--catch-up-alone', '2s'),
      )
      expect([0, 3], ended.stderr).toContain(ended.code)
      const result = consumerResultOf(ended)
      expect(checkResult(result)).toEqual([])
      const { catchUp, consumption } = result
      expect(consumption.endedBy).toBe('caught-up')
      expect(catchUp?.backlogRecords).toBeGreaterThan(20_500)
      expect(catchUp?.caughtUpMs).toBeGreaterThan(0)
      expect(catchUp?.drainedPerSec).toBeGreaterThan(0)
      expect(consumption.lagRecords).toBeLessThan(1000)
      expect(catchUp?.writing.acked).toBe(catchUp?.writing.sent)
      expect(catchUp?.writing.before.latency?.count).toBeGreaterThan(400)
      expect(consumption.received).toBeGreaterThan(20_000)
    },
  )

  it('says that consumers that are too slow never catch up', async () => {
    const ended = await tune(
      read(
        ...['--driver', 'kafkajs', '--num-records', '2000', '--catch-up', '1000', '--catch-up-alone', '1s'],
        ...['--process-ms', '2', '--process-per', 'record', '--duration', '4s'],
      ),
    )
    expect([0, 3], ended.stderr).toContain(ended.code)
    const result = consumerResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.catchUp?.caughtUpMs).toBeUndefined()
    expect(result.catchUp?.drainedPerSec).toBeLessThan(0)
    expect(result.warnings.map(({ id }) => id)).toContain('not-caught-up')
    expect(result.verdicts.find(({ metric }) => metric === 'lagRecords')?.level).not.toBe('not measured')
  })

  it.each([
    [['--catch-up', '-1'], /--catch-up needs a rate/],
    [['--catch-up-lag', '5'], /go with --catch-up/],
    [['--catch-up', '5k', '--from', 'latest'], /nothing to catch up/],
    [['--from', 'latest'], /nobody writes here/],
  ])('refuses %o', async (args, why) => {
    const ended = await tune(read(...args))
    expect(ended).toMatchObject({ code: 2, stderr: expect.stringMatching(why) })
  })
})
