import type { RequestEvent } from 'kafkajs'
import { describe, expect, it } from 'vitest'
import { createConsumerStatistics } from '../../src/drivers/kafkajs/consumer-statistics.ts'
import { createStatistics } from '../../src/drivers/kafkajs/statistics.ts'

/** A request as kafkajs tells of it, as far as it is looked at. */
function produced(pendingDuration: number, duration = 5): RequestEvent {
  const payload = {
    ...{ apiKey: 0, apiName: 'Produce', apiVersion: 7, broker: 'b:1', clientId: 'c', correlationId: 1 },
    ...{ createdAt: 0, sentAt: pendingDuration, duration, pendingDuration, size: 10 },
  }
  return { id: 'r', type: 'producer.network.request', timestamp: 0, payload }
}

describe('what kafkajs tells', () => {
  it('is a throttle where requests wait for nothing else', () => {
    const statistics = createStatistics(false, false)
    for (const pendingMs of [0, 400, 200]) statistics.request(produced(pendingMs))
    expect(statistics.stats()).toMatchObject({ throttleMs: 200, queueMs: 200, rttMs: 5 })
  })

  it('is no throttle where it bounds the requests in flight, or was only held up itself', () => {
    const bounded = createStatistics(false, true)
    bounded.request(produced(400))
    expect(bounded.stats()).not.toHaveProperty('throttleMs')
    const busy = createStatistics(false, false)
    busy.request(produced(30))
    expect(busy.stats()).toMatchObject({ throttleMs: 0, queueMs: 30 })
  })

  it('is told once: a second without an answer has no round trip', () => {
    const statistics = createStatistics(false, false)
    statistics.request(produced(0))
    expect(statistics.stats()).toHaveProperty('rttMs')
    expect(statistics.stats()).not.toHaveProperty('rttMs')
  })
})

describe('statistics of a kafkajs consumer', () => {
  const fetch = (pendingDuration: number, broker = 'one:9092'): RequestEvent => ({
    id: 'x',
    type: 'consumer.network.request',
    timestamp: 0,
    payload: {
      ...{ apiKey: 1, apiName: 'Fetch', apiVersion: 11, broker, clientId: 'tune', correlationId: 1 },
      ...{ createdAt: 0, duration: 10, pendingDuration, sentAt: 0, size: 100 },
    },
  })
  const throttleMs = (...events: readonly RequestEvent[]) => {
    const statistics = createConsumerStatistics()
    for (const event of events) statistics.request(event)
    return statistics.stats().throttleMs
  }

  it('tell a quota, which makes fetch after fetch wait, from one wait of this machine', () => {
    expect(throttleMs(fetch(0), fetch(400), fetch(0), fetch(300))).toBe(0)
    expect(throttleMs(fetch(0), fetch(400), fetch(500), fetch(700))).toBe(300)
    expect(throttleMs(fetch(400), fetch(400, 'two:9092'))).toBe(0)
  })
})
