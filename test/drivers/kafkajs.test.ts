import type { RequestEvent } from 'kafkajs'
import { describe, expect, it } from 'vitest'
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
