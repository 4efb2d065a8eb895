import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { guideOf, hasStep, sizingOf, stepOf, warningsOf } from './cases.ts'

const connector = (kind: string, texts: Record<string, string> = {}) =>
  sizingOf('connector', { kind, ...(kind === 'debezium' ? { rate: '5k/s' } : {}), ...texts })

const json = (sizing: ReturnType<typeof connector>): Record<string, string> =>
  JSON.parse(sizing.commands.find(({ language }) => language === 'json')?.lines.join('\n') ?? '')

describe('the guide’s example: 100 records a call, 10 calls/s, 4 tasks', () => {
  const sizing = connector('guide', { pageRecords: '100', rateLimit: '10/s', tasks: '4' })

  it('is 1,000/s, not 4,000/s: the tasks share the limit', () => {
    expect(sizing.answer).toMatchObject({ value: 1000, unit: 'records/s', limitedBy: 'rateLimit' })
    expect(guideOf(sizing, 'throughput')).toBe(4000)
    expect(sizing.guide[0]?.why).toContain('4 tasks at 10/s make 2.50/s each')
  })

  it('has as many calls in flight as Little’s law says: 10/s of 200 ms are 2', () => {
    expect(stepOf(sizing, 'inFlight')).toBe(2)
    expect(guideOf(sizing, 'connections')).toBe(30)
  })

  it('stays within the limit with a poll each 400 ms in each task', () => {
    expect(stepOf(sizing, 'interval')).toBe(400)
    expect(sizing.commands[0]?.lines).toContain('http.source.poll.interval.ms=400')
    expect(warningsOf(sizing)).toEqual(['not-measured', 'documentation-only'])
  })

  it('needs neither 8 tasks nor a cache', () => {
    expect(guideOf(sizing, 'tasks')).toBe(8)
    expect(guideOf(sizing, 'cache')).toBe(750)
  })
})

describe('tasks', () => {
  it('of Confluent V1 share out entities: more than those are idle', () => {
    const at = (tasks: string) =>
      connector('confluent-v1', { entities: '3', tasks, interval: '1s', responseTime: '150ms' })
    expect(at('3').answer.value).toBeCloseTo((3 * 100) / 1.25, 2)
    expect(at('8').answer.value).toBe(at('3').answer.value)
    expect(warningsOf(at('8'))).toEqual(['idle-tasks'])
    expect(json(at('8'))['tasks.max']).toBe('3')
  })

  it('of Confluent V2 share out APIs', () => {
    const sizing = connector('confluent-v2', { apis: '2', tasks: '4', interval: '1s', responseTime: '1s' })
    expect(sizing.answer.value).toBe(100)
    expect(warningsOf(sizing)).toEqual(['idle-tasks'])
    expect(json(sizing)).toMatchObject({ 'api1.request.interval.ms': '1000', 'tasks.max': '2' })
  })

  it('of castorm are copies: 3 tasks, 3 times the calls and records, nothing more read', () => {
    const at = (tasks: string) => connector('castorm', { tasks, interval: '1s', responseTime: '50ms' })
    expect(at('1').answer.value).toBe(100)
    expect(at('3').answer.value).toBe(100)
    expect(stepOf(at('3'), 'asked')).toBe(3)
    expect(stepOf(at('3'), 'written')).toBe(300)
    expect(warningsOf(at('3'))).toEqual(['copies'])
    expect(json(at('3'))['tasks.max']).toBe('1')
  })

  it('of castorm that share a rate limit read less, the more there are', () => {
    const at = (tasks: string) =>
      connector('castorm', { tasks, interval: '100ms', rateLimit: '10/s', responseTime: '50ms' }).answer.value
    expect([at('1'), at('2'), at('4')]).toEqual([1000, 500, 250])
  })
})

describe('a poll', () => {
  it('of castorm comes each 60 s by default: 1.7 records/s of pages of 100', () => {
    expect(connector('castorm').answer.value).toBeCloseTo(1.667, 3)
  })

  it('of Confluent V1 without an interval comes about 10 times a second', () => {
    expect(stepOf(connector('confluent-v1', { responseTime: '1us' }), 'asked')).toBeCloseTo(10, 3)
  })

  it('of Confluent V1 takes the interval and 0.11 to 0.15 s, as a log shows', () => {
    const sizing = connector('confluent-v1', { interval: '1s', responseTime: '30ms' })
    expect(stepOf(sizing, 'cycle')).toBe(1130)
  })

  it.each([
    ['confluent-cloud-v1', 15_000],
    ['confluent-v2', 60_000],
    ['castorm', 60_000],
    ['guide', 60_000],
  ])('of %s has %d ms by default', (kind, interval) => {
    expect(stepOf(connector(kind), 'interval')).toBe(interval)
  })

  it('of the guide reads several pages, one after the other', () => {
    const at = (responseTime: string) =>
      connector('guide', { pages: '50', pageRecords: '200', interval: '10s', tasks: '8', responseTime })
    expect(at('100ms').answer.value).toBe(8000)
    expect(at('100ms').answer.limitedBy).toBe('interval')
    expect(at('400ms').answer.value).toBe(4000)
    expect(at('400ms').answer.limitedBy).toBe('responseTime')
  })

  it('beyond the limit is refused, and each connector has its way to bear that', () => {
    const sizing = connector('castorm', { interval: '50ms', rateLimit: '10/s', responseTime: '10ms' })
    expect(sizing.warnings).toEqual([{ id: 'rate-limit', text: expect.stringContaining('the task fails') }])
    expect(stepOf(sizing, 'leastInterval')).toBe(100)
  })
})

describe('an interval for a rate', () => {
  const kinds = ['confluent-v1', 'confluent-v2', 'castorm', 'guide'] as const

  it('reads it, or says that it cannot; put back in, it gives the same', () => {
    fc.assert(
      fc.property(
        fc.constantFrom(...kinds),
        fc.integer({ min: 1, max: 20_000 }),
        fc.integer({ min: 1, max: 1000 }),
        fc.integer({ min: 1, max: 2000 }),
        fc.option(fc.integer({ min: 1, max: 100 }), { nil: undefined }),
        (kind, rate, pageRecords, responseMs, limit) => {
          const texts = {
            rate: `${rate}`,
            pageRecords: `${pageRecords}`,
            responseTime: `${responseMs}ms`,
            ...(limit === undefined ? {} : { rateLimit: `${limit}/s` }),
          }
          const sizing = connector(kind, texts)
          const reads = sizing.answer.value
          if (!warningsOf(sizing).includes('too-slow')) expect(reads).toBeGreaterThanOrEqual(rate)
          else expect(reads).toBeLessThan(rate)
          if (limit !== undefined) {
            expect(reads).toBeLessThanOrEqual(limit * pageRecords * (1 + 1e-5))
            expect(warningsOf(sizing)).not.toContain('rate-limit')
          }
          const again = connector(kind, { ...texts, interval: `${stepOf(sizing, 'interval')}ms` })
          expect(again.answer.value).toBe(reads)
        },
      ),
    )
  })

  it('is never longer for more load', () => {
    const rate = fc.integer({ min: 1, max: 100_000 })
    fc.assert(
      fc.property(fc.constantFrom(...kinds), rate, rate, (kind, one, other) => {
        const at = (value: number) =>
          stepOf(connector(kind, { rate: `${value}`, responseTime: '50ms' }), 'interval')
        expect(at(Math.max(one, other))).toBeLessThanOrEqual(at(Math.min(one, other)))
      }),
    )
  })

  it('that leaves less room than the utilization asks for is said', () => {
    // 10 calls/s of 100 records are all that the response time allows: 1,000/s, of which 70 % are 700/s
    const at = (rate: string) => warningsOf(connector('castorm', { rate, responseTime: '100ms' }))
    expect(at('1k/s')).toEqual(['no-room'])
    expect(at('701/s')).toEqual(['no-room'])
    expect(at('700/s')).toEqual([])
    expect(at('1001/s')).toEqual(['too-slow'])
  })

  it('that does not do names the page that would', () => {
    const sizing = connector('castorm', { rate: '5k/s', responseTime: '100ms' })
    expect(sizing.answer.value).toBe(1000)
    expect(warningsOf(sizing)).toEqual(['too-slow'])
    const page = String(stepOf(sizing, 'pageNeeded'))
    expect(
      connector('castorm', { rate: '5k/s', responseTime: '100ms', pageRecords: page }).answer.value,
    ).toBe(5000)
  })

  it('gives slow answers time: castorm gives up after 2 s by default', () => {
    expect(json(connector('castorm', { responseTime: '3s' }))['http.client.read.timeout.millis']).toBe('9000')
    expect(json(connector('castorm', { responseTime: '30ms' }))['http.client.read.timeout.millis']).toBe(
      '2000',
    )
  })
})

describe('Debezium', () => {
  it('has one task, whatever tasks.max says', () => {
    const sizing = connector('debezium', { tasks: '3' })
    expect(warningsOf(sizing)).toEqual(['one-task', 'wal-not-measured'])
    expect(guideOf(sizing, 'tasks')).toBe(3)
    expect(json(sizing)['tasks.max']).toBe('1')
  })

  it('with the guide’s "increased" values has the defaults', () => {
    const sizing = connector('debezium', { rate: '100/s' })
    expect(stepOf(sizing, 'batch')).toBe(2048)
    expect(stepOf(sizing, 'queue')).toBe(8192)
    expect([guideOf(sizing, 'batch'), guideOf(sizing, 'queue')]).toEqual([2048, 8192])
    expect(guideOf(sizing, 'poll interval')).toBe(400)
    expect(guideOf(sizing, 'snapshot fetch')).toBe(2048)
  })

  it('keeps WAL for an outage: 10 MiB/s for a day are 843.75 GiB', () => {
    const sizing = connector('debezium', { wal: '10MiB/s', outage: '1d' })
    expect(sizing.answer).toMatchObject({ value: 843.75, unit: 'GiB', limitedBy: 'outage' })
    expect(sizing.commands[1]?.lines[0]).toBe("ALTER SYSTEM SET max_slot_wal_keep_size = '844GB';")
  })

  it('keeps more WAL as the load grows', () => {
    const sizing = connector('debezium', { wal: '10MiB/s', outage: '1d', growth: '2x' })
    expect(sizing.answer.value).toBe(2 * 843.75)
  })

  it('keeps WAL for a snapshot that takes longer: a thread a table, no more', () => {
    const sizing = connector('debezium', {
      wal: '10MiB/s',
      outage: '1h',
      snapshotRows: '2G',
      snapshotRate: '50k/s',
      snapshotThreads: '4',
      tables: '2',
    })
    expect(stepOf(sizing, 'snapshotTime')).toBe(20_000)
    expect(sizing.answer).toMatchObject({ value: 195.313, limitedBy: 'snapshotTime' })
    expect(warningsOf(sizing)).toEqual(['snapshot-threads'])
    expect(() => connector('debezium', { snapshotRows: '1M' })).toThrow('--snapshot-rows: needs a rate')
  })

  it('catches up in d × λ / (μ - λ): an hour at half load takes an hour', () => {
    const sizing = connector('debezium', { rate: '5k/s', captureRate: '10k/s', outage: '1h', wal: '1MiB/s' })
    expect(stepOf(sizing, 'connectors')).toBe(1)
    expect(stepOf(sizing, 'catchUp')).toBe(3600)
  })

  it('is several connectors where one task is too slow', () => {
    const sizing = connector('debezium', { rate: '60k/s', captureRate: '20k/s', wal: '100MiB/s' })
    expect(stepOf(sizing, 'connectors')).toBe(5)
    expect(warningsOf(sizing)).toEqual(['more-connectors'])
    const full = connector('debezium', { captureRate: '5k/s', utilization: '100%', wal: '1MiB/s' })
    expect(warningsOf(full)).toEqual(['never-caught-up'])
    expect(hasStep(full, 'catchUp')).toBe(false)
  })

  it('has a queue above its batch, and a batch that holds what comes in a poll', () => {
    const rate = fc.integer({ min: 1, max: 1e6 })
    fc.assert(
      fc.property(rate, rate, fc.integer({ min: 1, max: 10_000 }), (one, other, pollMs) => {
        const at = (value: number) =>
          connector('debezium', { rate: `${value}`, pollInterval: `${pollMs}ms`, wal: '1MiB/s' })
        const more = at(Math.max(one, other))
        expect(stepOf(more, 'queue')).toBeGreaterThan(stepOf(more, 'batch'))
        expect(stepOf(more, 'batch')).toBeGreaterThanOrEqual(
          (Math.max(one, other) * Math.min(pollMs, 5000)) / 1000,
        )
        expect(stepOf(more, 'queue')).toBeGreaterThanOrEqual(stepOf(at(Math.min(one, other)), 'queue'))
      }),
    )
  })
})
