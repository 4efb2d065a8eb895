/** What properties of the guide do to the producer, the verdicts and the result's names. */
import { describe, expect, it } from 'vitest'
import { createLiveSource } from '../../../src/bench/http/live-source.ts'
import { createParts } from '../../../src/bench/http/parts.ts'
import { producerOf } from '../../../src/commands/http-kafka.ts'
import { httpThresholds } from '../../../src/commands/http-thresholds.ts'
import { type Judged, judge } from '../../../src/core/verdict.ts'
import { wireDriver } from '../../../src/drivers/wire/driver.ts'
import { readProperties } from '../../../src/http/config/read.ts'
import { loadThresholds } from '../../../src/profiles/thresholds.ts'
import { createTestClock } from '../../core/test-clock.ts'
import { listOf } from '../fake-api.ts'
import { play } from '../play.ts'
import { type Properties, setupOf } from './at-work.ts'

describe('a connector', () => {
  it('is called in the result what its name says', async () => {
    const parts = createParts(setupOf({ name: 'users-to-kafka' }), createTestClock())
    const { poller } = await play({ pollsPerSec: 1, api: { answer: listOf(1) } })
    expect(parts.seen(poller, 0).name).toBe('users-to-kafka')
  })
})

describe('the producer', () => {
  const effective = (properties: Properties, flags: Properties = {}) => {
    const { values, unsupported } = wireDriver.effective({
      connection: {
        bootstrapServers: '127.0.0.1:1',
        clientId: 'test',
        security: { protocol: 'PLAINTEXT' },
        connectTimeoutMs: 1000,
      },
      properties: producerOf([setupOf(properties)], flags),
      source: createLiveSource(false).source,
    })
    return { values, unsupported }
  }

  it.each([
    ['producer.batch.size', 'batch.size', '16384', '65536'],
    ['producer.linger.ms', 'linger.ms', '5', '50'],
    ['producer.buffer.memory', 'buffer.memory', '33554432', '134217728'],
  ])('sends by %s, unless a flag says otherwise', (property, name, one, other) => {
    for (const value of [one, other]) {
      const { values, unsupported } = effective({ [property]: value })
      expect(String(values[name])).toBe(value)
      expect(unsupported).toEqual([])
    }
    expect(String(effective({ [property]: one }, { [name]: other }).values[name])).toBe(other)
  })
})

describe('verdicts', () => {
  /** A run that is just worse than the guide wants. */
  const RESULT: Judged & { api: { meanMs: number } } = {
    metrics: { errorRatio: 0.06, cacheHitRatio: 0.65 },
    api: { meanMs: 6000 },
    environment: { cores: 2 },
    plan: { instances: [{ cache: {} }] },
  }
  const levels = (properties: Properties) => {
    const reading = readProperties({ 'http.source.url': 'http://api.test/', ...properties }, 'guide')
    const set = httpThresholds(loadThresholds('guide', 'http'), reading.setups, [reading], undefined)
    const verdicts = judge(RESULT, set.thresholds)
    return ['api.meanMs', 'cacheHitRatio', 'errorRatio'].map(
      (name) => verdicts.find(({ metric }) => metric === name)?.level,
    )
  }
  const GUIDE = levels({})

  it.each([
    ['health.check.response.time.threshold.ms', '7000', 0],
    ['health.check.cache.hit.ratio.threshold', '0.6', 1],
    ['health.check.error.rate.threshold', '0.07', 2],
  ])('hold to %s', (property, lenient, index) => {
    const own = levels({ [property]: lenient })
    expect(GUIDE[index]).toBe('critical')
    expect(own[index]).not.toBe('critical')
    expect(own.toSpliced(index, 1)).toEqual(GUIDE.toSpliced(index, 1))
  })

  it('aim at cache.hit.ratio.threshold', () => {
    const levelOf = (target: string) =>
      levels({ 'health.check.cache.hit.ratio.threshold': '0.5', 'cache.hit.ratio.threshold': target })[1]
    expect([levelOf('0.9'), levelOf('0.6')]).toEqual(['warn', 'ok'])
  })

  it('hold to the guide’s own numbers where health.check.enabled is off', () => {
    const own = { 'health.check.response.time.threshold.ms': '7000' }
    expect(levels({ ...own, 'health.check.enabled': 'false' })).toEqual(GUIDE)
    expect(levels({ ...own, 'health.check.enabled': 'true' })).not.toEqual(GUIDE)
  })
})
