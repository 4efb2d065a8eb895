import { describe, expect, it } from 'vitest'
import { outcomeOf } from '../../src/drivers/confluent/codes.ts'
import { clientConfig, effectiveConfig } from '../../src/drivers/confluent/config.ts'
import { confluentDriver } from '../../src/drivers/confluent/driver.ts'
import { createFlights } from '../../src/drivers/confluent/flights.ts'
import { createChooser, createLanes } from '../../src/drivers/confluent/lanes.ts'
import { createStatistics } from '../../src/drivers/confluent/statistics.ts'
import { connectionTo, operation, records } from './plan.ts'

type Answer = [
  first: number,
  error: string | undefined,
  outcome: string | undefined,
  failed: number | undefined,
]

function flights() {
  const answers: Answer[] = []
  const made = createFlights(({ first }, error, outcome, failed) =>
    answers.push([first, error, outcome, failed]),
  )
  return { answers, ...made }
}

describe('open operations', () => {
  it('are answered when the last record of the group is reported', () => {
    const { answers, take, report } = flights()
    const flight = take(operation(0, 2))
    report(flight)
    expect(answers).toEqual([])
    report(flight)
    expect(answers).toEqual([[0, undefined, undefined, undefined]])
  })

  it('say how many of a group failed', () => {
    const { answers, take, report } = flights()
    const flight = take(operation(0, 64))
    report(flight, 'MSG_SIZE_TOO_LARGE', 'failed')
    for (let n = 1; n < 64; n++) report(flight)
    expect(answers).toEqual([[0, 'MSG_SIZE_TOO_LARGE', 'failed', 1]])
  })

  it('keep what was reported of a group that is given up', () => {
    const { answers, take, report, giveUp } = flights()
    const flight = take(operation(0, 64))
    for (let n = 0; n < 60; n++) report(flight)
    giveUp('_TIMED_OUT')
    expect(answers).toEqual([[0, '_TIMED_OUT', 'unknown', 4]])
  })

  it('are answered once, in whatever order they end, and late reports change nothing', () => {
    const { answers, take, report, giveUp, empty } = flights()
    const [a, b, c] = [take(operation(0)), take(operation(1)), take(operation(2))]
    report(b)
    giveUp('_TIMED_OUT')
    report(a)
    report(c)
    expect(empty()).toBe(true)
    expect(answers).toEqual([
      [1, undefined, undefined, undefined],
      [0, '_TIMED_OUT', 'unknown', 1],
      [2, '_TIMED_OUT', 'unknown', 1],
    ])
  })

  it('hold on to none that came before or after them', () => {
    const { take, report } = flights()
    const [a, b, c] = [take(operation(0)), take(operation(1)), take(operation(2))]
    report(a)
    report(b)
    for (const ended of [a, b]) {
      expect(ended.previous).toBeUndefined()
      expect(ended.next).toBeUndefined()
    }
    expect(c.previous).toBeUndefined()
  })

  it('are forgotten when the client did not take them after all', () => {
    const { answers, take, drop, empty } = flights()
    drop(take(operation(0)))
    expect(empty()).toBe(true)
    expect(answers).toEqual([])
  })
})

describe('reports told apart by order', () => {
  it('belong to the oldest record of their partition', () => {
    const { take } = flights()
    const lanes = createLanes(2)
    const [a, b] = [take(operation(0, 2)), take(operation(2, 2))]
    lanes.went(0, a)
    lanes.went(1, a)
    lanes.went(1, b)
    lanes.went(0, b)
    expect([lanes.came(1), lanes.came(1), lanes.came(0), lanes.came(0)]).toEqual([a, b, a, b])
    expect(lanes.came(0)).toBeUndefined()
  })

  it('still do after many thousands', () => {
    const { take } = flights()
    const lanes = createLanes(1)
    let wrong = 0
    const open = []
    for (let n = 0; n < 20_000; n++) {
      const flight = take(operation(n))
      open.push(flight)
      lanes.went(0, flight)
      if (n % 3 > 0 && lanes.came(0) !== open.shift()) wrong++
    }
    expect(wrong).toBe(0)
  })

  it('choose a key’s partition as Java does, and stay with one for 10 ms without a key', () => {
    const keyed = createChooser(records(10, { keyed: true }), 3, [0, 1, 2])
    expect(keyed(7, 0)).toBe(keyed(57, 1000))
    const bare = createChooser(records(10), 3, [2])
    expect([bare(0, 0), bare(1, 9), bare(2, 11)]).toEqual([2, 2, 2])
  })
})

describe('statistics of librdkafka', () => {
  const window = (sum: number, cnt: number) => ({ sum, cnt, avg: cnt === 0 ? 0 : Math.round(sum / cnt) })
  const emission = (queueUs: number, count: number) =>
    JSON.stringify({
      msg_cnt: count,
      brokers: {
        one: {
          txretries: 1,
          int_latency: window(queueUs * count, count),
          outbuf_latency: window(0, 0),
          rtt: window(4000, 2),
          throttle: window(30, 2),
          rxbytes: 700,
        },
        two: {
          txretries: 2,
          int_latency: window(0, 0),
          outbuf_latency: window(0, 0),
          rtt: window(0, 0),
          throttle: window(0, 0),
          rxbytes: 50,
        },
      },
      topics: {
        t: {
          batchsize: window(1000, 2),
          batchcnt: window(20, 2),
          partitions: { '0': { fetchq_cnt: count }, '-1': { fetchq_cnt: 5 } },
        },
      },
    })

  it('add up over windows, weigh brokers by what they did, and leave out what never happened', () => {
    const statistics = createStatistics()
    statistics.take(emission(2000, 10))
    statistics.take(emission(6000, 30))
    expect(statistics.stats(100)).toEqual({
      retries: 3,
      queueMs: 6,
      rttMs: 2,
      throttleMs: 15,
      batches: 4,
      batchRecords: 40,
      batchWireBytes: 2000,
      batchPayloadBytes: 4000,
      queuedRecords: 30,
    })
  })

  it('tell a consumer what it received, and how much of it waits', () => {
    const statistics = createStatistics()
    statistics.take(emission(0, 30))
    statistics.take(emission(0, 10))
    expect(statistics.consumerStats()).toMatchObject({
      rttMs: 2,
      batchRecords: 40,
      batchPayloadBytes: 2000,
      batchWireBytes: 750,
      queuedRecords: 35,
    })
    expect(statistics.consumerStats()).not.toHaveProperty('batches')
  })
})

describe('the configuration of librdkafka', () => {
  const secret = connectionTo('a:1', {
    security: {
      protocol: 'SASL_SSL',
      sasl: { mechanism: 'PLAIN', username: 'u', password: 'TOPSECRET' },
      tls: { verifyHostname: false, key: 'TOPSECRET', keyPassword: 'TOPSECRET' },
    },
  })

  it('has the login, and the result has no secret of it', () => {
    const plan = { connection: secret, properties: { acks: '1' } }
    expect(clientConfig(plan)).toMatchObject({
      'security.protocol': 'sasl_ssl',
      'sasl.password': 'TOPSECRET',
      'ssl.endpoint.identification.algorithm': 'none',
      acks: 1,
      partitioner: 'murmur2_random',
    })
    expect(JSON.stringify(effectiveConfig(plan))).not.toContain('TOPSECRET')
  })

  it.each([
    [999_964, {}, undefined],
    [999_965, {}, 'CONFIG'],
    [999_965, { 'max.request.size': '1100000' }, undefined],
    [1965, { 'max.request.size': '2000', 'compression.type': 'zstd' }, 'CONFIG'],
  ])('takes records of %i B with %o: %s', (bytes, properties, code) => {
    const check = () => confluentDriver.effective({ connection: secret, properties, source: records(bytes) })
    if (code === undefined) expect(check).not.toThrow()
    else
      expect(check).toThrow(expect.objectContaining({ code, hint: expect.stringContaining('max.request') }))
  })

  it('counts keys and headers into the size of a record', () => {
    const headers = [{ key: 'h', value: Buffer.alloc(99) }]
    const check = (more: Parameters<typeof records>[1]) => () =>
      confluentDriver.effective({ connection: secret, properties: {}, source: records(999_900, more) })
    expect(check({})).not.toThrow()
    expect(check({ headers })).toThrow('message.max.bytes')
    expect(check({ keyed: true, headers: [{ key: 'h', value: Buffer.alloc(60) }] })).toThrow(
      'message.max.bytes',
    )
  })

  it('passes a transactional id on', () => {
    const plan = { connection: secret, properties: { 'transactional.id': 'x' } }
    expect(effectiveConfig(plan)).toMatchObject({ values: { 'transactional.id': 'x' }, unsupported: [] })
  })
})

describe('an error of librdkafka', () => {
  it('leaves the record’s fate open where it may have been sent', () => {
    expect(outcomeOf('_MSG_TIMED_OUT')).toBe('unknown')
    expect(outcomeOf('MSG_SIZE_TOO_LARGE')).toBe('failed')
  })
})
