/** A broker that goes away while records are read, and stays away: no end of a topic, and no answer to be trusted. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { startBroker, type ThrowAwayBroker } from '../../src/broker/index.ts'
import { checkResult } from '../../src/core/recompute.ts'
import { hasBroker } from './broker.ts'
import { consumerResultOf, startTune } from './built.ts'

describe.skipIf(!hasBroker)('a broker that stays away', () => {
  let broker: ThrowAwayBroker
  beforeAll(async () => {
    broker = await startBroker({ engine: 'kafka', brokers: 1 })
  })
  afterAll(() => broker?.stop())

  it('ends the run early: with what was read until then, why, and exit code 3', async () => {
    const run = startTune([
      ...['bench', 'consumer', '--driver', 'kafkajs', '--bootstrap-server', broker.bootstrapServers],
      ...['--num-records', '50000', '--partitions', '3', '--timeout', '2s', '--report', 'json'],
      // A minute and more for all of it
      ...['--process-ms', '50', '--process-per', 'batch', '--batch-size', '20'],
    ])
    await run.says(/reading/)
    await broker.stop()
    const ended = await run.ended
    expect(ended.code, ended.stderr).toBe(3)
    expect(ended.stderr).toContain('the run ended early: no record came for 2 s, then ')
    const result = consumerResultOf(ended)
    expect(checkResult(result)).toEqual([])
    expect(result.consumption).toMatchObject({ endedBy: 'idle' })
    expect(result.consumption.received).toBeLessThan(50_000)
    expect(result.warnings.map(({ id }) => id)).toContain('ended-early')
    expect(result.health.limitedBy).toBe('broker')
  })
})
