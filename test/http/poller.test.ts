/** The poll loop on a test clock, with exact numbers. */
import { describe, expect, it } from 'vitest'
import type { Paging } from '../../src/http/pager.ts'
import { RequestError } from '../../src/http/request-error.ts'
import type { Batch } from '../../src/http/sink.ts'
import { listOf } from './fake-api.ts'
import { CURSOR, PLAN, play } from './play.ts'

describe('a poll', () => {
  it('reads every page of a list, each record once', async () => {
    const { counts, records, polls } = await play({ api: { answer: listOf(25) } })
    // 10 polls of 3 pages
    expect(counts).toMatchObject({ pages: 30, records: 250, emptyPages: 0, recordsTwice: 0 })
    expect(counts.ends['no-next']).toBe(10)
    expect([records.sent, records.acked, polls.acked]).toEqual([250, 250, 10])
  })

  it('goes on where the last one ended, where an offset is kept', async () => {
    const paging = { ...CURSOR, maxPages: 1, goesOn: true }
    const { counts, asked } = await play({ plan: { paging }, api: { answer: listOf(25) }, pollsPerSec: 4 })
    expect(asked.map(({ path }) => new URL(path, 'http://x').searchParams.get('cursor'))).toEqual([
      null,
      '10',
      '20',
      '20',
    ])
    expect(counts).toMatchObject({ pages: 4, records: 30 })
    expect(counts.ends).toMatchObject({ 'max-pages': 2, 'no-next': 2 })
  })

  it('has page k + 1 due when page k has told where it is', async () => {
    const { done } = await play({ api: { answer: listOf(25) }, pollsPerSec: 1 })
    expect(done.map(({ records, dueMs, sentMs }) => [records, dueMs, sentMs])).toEqual([
      [10, 0, 0],
      [10, 10, 10],
      [5, 20, 20],
    ])
  })

  it('has the API’s time as service, and as latency when nothing else waits', async () => {
    const { records, requests } = await play({ api: { latencyMs: 20, answer: listOf(5) } })
    for (const block of [records.latency, records.service, requests.service]) {
      expect(block).toMatchObject({ meanMs: 20, maxMs: 20 })
    }
    expect(records.blocked).toMatchObject({ maxMs: 0 })
  })

  it('is late from its due time on when the API stalls', async () => {
    const { records } = await play({
      durationMs: 3000,
      api: { latencyMs: 10, stall: { fromMs: 1000, untilMs: 2000 }, answer: listOf(1) },
    })
    expect(records.acked).toBe(30)
    // The poll of 1.0 s is answered at 2.0 s; those of 1.1 s … wait for their task and follow, 10 ms each
    expect(records.service).toMatchObject({ maxMs: 1000 })
    expect(records.service?.p90Ms).toBeLessThan(11)
    const late = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10].map((n) => 1000 - 100 * n + 10 * n)
    expect(records.latency?.sumMs).toBeCloseTo(late.reduce((a, b) => a + b, 0) + 19 * 10, 6)
    expect(records.blocked?.sumMs).toBeCloseTo(
      (records.latency?.sumMs ?? 0) - (records.service?.sumMs ?? 0),
      6,
    )
  })

  it('holds up its own task only', async () => {
    const { done } = await play({
      plan: { targets: ['a', 'b'].map((name) => ({ name, url: `http://api.test/${name}` })), tasks: 2 },
      pollsPerSec: 10,
      api: { latencyMs: ({ path }) => (path.startsWith('/a') ? 500 : 10), answer: listOf(1) },
    })
    // Five each: a at 0, 200, … takes 500 ms a poll; b at 100, 300, … leaves when it is due
    const late = done.map(({ dueMs, sentMs }) => [dueMs, Math.round(sentMs - dueMs)])
    expect(late.filter(([dueMs = 0]) => dueMs % 200 === 100).every(([, ms]) => ms === 0)).toBe(true)
    expect(late.filter(([dueMs = 0]) => dueMs % 200 === 0).map(([, ms]) => ms)).toEqual([
      0, 300, 600, 900, 1200,
    ])
  })

  it('ends with the most pages, and where the API leads in a circle', async () => {
    const circle = { body: Buffer.from('{"data":[1],"next_cursor":"same"}') }
    const one = await play({ pollsPerSec: 1, api: { answer: () => circle } })
    expect(one.counts).toMatchObject({ pages: 2, ends: { repeats: 1 } })
    let n = 0
    const endless = await play({
      pollsPerSec: 1,
      plan: { paging: { ...CURSOR, maxPages: 5 } },
      api: { answer: () => ({ body: Buffer.from(`{"data":[1],"next_cursor":"${n++}"}`) }) },
    })
    expect(endless.counts).toMatchObject({ pages: 5, ends: { 'max-pages': 1 } })
  })
})

describe('tasks', () => {
  it('that all poll one URL read each record that many times, and this is counted', async () => {
    const { counts, polls } = await play({ plan: { tasks: 4 }, pollsPerSec: 20, api: { answer: listOf(5) } })
    expect(polls.acked).toBe(20)
    expect([counts.records, counts.recordsTwice]).toEqual([100, 75])
  })

  it('share out several targets, and read nothing twice', async () => {
    const targets = ['a', 'b', 'c'].map((name) => ({ name, url: `http://api.test/${name}` }))
    const { counts, asked } = await play({
      plan: { targets, tasks: 8 },
      pollsPerSec: 6,
      api: { answer: listOf(5) },
    })
    expect(counts.recordsTwice).toBe(0)
    expect(asked.map(({ path }) => path[1])).toEqual(['a', 'b', 'c', 'a', 'b', 'c'])
  })

  it('stay together within the rate of their credential', async () => {
    const { asked, times, records } = await play({
      plan: { tasks: 4 },
      pollsPerSec: 40,
      rate: { perSec: 20, burst: 1 },
      drainMs: 5000,
      api: { answer: listOf(1) },
    })
    const gaps = asked.slice(1).map(({ atMs }, n) => atMs - (asked[n]?.atMs ?? 0))
    expect(asked).toHaveLength(40)
    expect(Math.min(...gaps)).toBeGreaterThanOrEqual(49.999)
    expect(times.limiterMs).toBeGreaterThan(0)
    // Waiting for a token is no service
    expect(records.service).toMatchObject({ maxMs: 10 })
    expect(records.blocked?.maxMs).toBeGreaterThan(900)
  })
})

describe('several pages at a time', () => {
  const offset: Paging = { ...CURSOR, kind: 'offset', param: 'offset', start: '0' }

  it('are read where their places are known, each once', async () => {
    const { counts, asked, polls } = await play({
      plan: { paging: offset, threads: 4 },
      pollsPerSec: 1,
      api: { latencyMs: 10, answer: listOf(75) },
    })
    expect(counts.records).toBe(75)
    const paths = asked.map(({ path }) => path)
    expect(new Set(paths).size).toBe(paths.length)
    // 8 pages in two rounds of four; three threads ask once more before the last page has said that it is the last
    expect(asked).toHaveLength(11)
    expect(polls.latency?.maxMs).toBe(30)
  })

  it('find the end, and read at most the threads’ pages beyond it', async () => {
    const { counts } = await play({
      plan: { paging: offset, threads: 4 },
      pollsPerSec: 1,
      api: { answer: listOf(10) },
    })
    expect(counts).toMatchObject({ records: 10, emptyPages: 4, ends: { 'short-page': 1 } })
  })
})

describe('a request that fails', () => {
  it('is tried again, and its page counts once with all its time as service', async () => {
    const { counts, requests, records } = await play({
      pollsPerSec: 1,
      api: {
        answer: (request, n) => (n < 2 ? { status: 503 } : listOf(5)(request)),
      },
    })
    expect(counts).toMatchObject({ pages: 1, retries: 2, statuses: { 503: 2, 200: 1 } })
    expect([requests.sent, requests.acked, requests.failed]).toEqual([3, 1, 2])
    expect(requests.errors).toEqual({ HTTP_503: 2 })
    // 3 × 10 ms of API, 2 × 100 ms of waiting
    expect(records.service).toMatchObject({ count: 5, maxMs: 230 })
  })

  it('counts the wait for a token that did not come before the end', async () => {
    const { asked, times } = await play({
      pollsPerSec: 2,
      rate: { perSec: 0.001, burst: 1 },
      durationMs: 1000,
      drainMs: 500,
      api: { answer: listOf(1) },
    })
    expect(asked).toHaveLength(1)
    expect(times.limiterMs).toBeCloseTo(1000, 0)
  })

  it('makes every task wait when the server says for how long', async () => {
    const { asked } = await play({
      plan: { tasks: 2 },
      pollsPerSec: 20,
      durationMs: 200,
      api: {
        answer: (request, n) =>
          n === 0 ? { status: 429, headers: { 'retry-after': '3' } } : listOf(1)(request),
      },
    })
    // The second poll was under way; nobody asked again before 3.01 s
    expect(asked.filter(({ atMs }) => atMs > 10 && atMs < 3010)).toEqual([])
    expect(asked.length).toBe(5)
  })

  it('fails its poll in the end, with its code, and the next poll goes on', async () => {
    const { polls, counts } = await play({
      plan: { retry: { ...PLAN.retry, max: 1 } },
      pollsPerSec: 2,
      api: {
        answer: (request, n) => {
          if (n < 2) throw new RequestError('RESET', 'reset')
          return listOf(5)(request)
        },
      },
    })
    expect(polls.errors).toEqual({ RESET: 1 })
    expect([polls.acked, polls.failed, counts.ends.failed]).toEqual([1, 1, 1])
  })
})

describe('a sink that is full', () => {
  it('holds the poller up, and nothing is lost', async () => {
    let isFull = false
    const { records, times, counts } = await play({
      pollsPerSec: 10,
      api: { answer: listOf(25) },
      sink(answer, clock) {
        let room = () => {}
        clock.schedule(200, () => {
          isFull = true
        })
        clock.schedule(700, () => {
          isFull = false
          room()
        })
        return {
          send({ operation }: Batch) {
            if (isFull) return false
            clock.schedule(clock.nowMs() + 1, () => answer(operation))
            return true
          },
          flushHint: () => {},
          onRoom(listener) {
            room = listener
          },
          drain: () => clock.wait(clock.nowMs() + 5, false).done,
        }
      },
    })
    expect(counts.records).toBe(250)
    expect([records.sent, records.acked]).toEqual([250, 250])
    expect(times.sinkMs).toBeGreaterThan(450)
    expect(records.latency?.maxMs).toBeGreaterThan(450)
  })
})

describe('as fast as it goes', () => {
  it('keeps every task busy, and ends polls that have no end of their own', async () => {
    let n = 0
    const { counts, polls, outcome } = await play({
      plan: { tasks: 2, paging: { ...CURSOR, maxPages: 1_000_000 } },
      maxInFlight: 2,
      durationMs: 1000,
      api: { answer: () => ({ body: Buffer.from(`{"data":[1],"next_cursor":"${n++}"}`) }) },
    })
    expect(outcome.achievedRatio).toBeUndefined()
    expect(counts.pages).toBeGreaterThanOrEqual(200)
    expect(counts.pages).toBeLessThanOrEqual(204)
    expect([polls.sent, counts.ends.stopped]).toEqual([2, 2])
  })
})

describe('answers that never come', () => {
  it('are given up with the drain, and counted as unknown', async () => {
    const { polls } = await play({
      pollsPerSec: 2,
      drainMs: 500,
      api: { latencyMs: 10_000, answer: listOf(5) },
    })
    expect([polls.acked, polls.failed, polls.unknown]).toEqual([0, 1, 1])
    expect(polls.errors).toEqual({ _TIMED_OUT: 2 })
  })
})
