import { describe, expect, it } from 'vitest'
import { TuneError } from '../../src/errors.ts'
import { createPageQueue } from '../../src/http/page-queue.ts'
import type { Batch } from '../../src/http/sink.ts'
import { refuseThreads } from '../../src/http/threads.ts'
import { listOf } from './fake-api.ts'
import { CURSOR, PLAN, play } from './play.ts'

const OFFSET = { ...CURSOR, kind: 'offset', param: 'offset', start: '0' } as const

describe('several threads', () => {
  it.each([
    ['cursor', 'each page tells the cursor of the next'],
    ['link', 'each page tells the link to the next'],
    ['none', 'there is only one page'],
  ] as const)('are refused for pages by %s, and it is said why', (kind, why) => {
    const refused = () => refuseThreads({ paging: { ...CURSOR, kind }, threads: 4 })
    expect(refused).toThrow(TuneError)
    expect(refused).toThrow(why)
    expect(() => refuseThreads({ paging: { ...CURSOR, kind }, threads: 1 })).not.toThrow()
  })

  it('need to know how large a page is', () => {
    const { limit: _, ...unlimited } = OFFSET
    expect(() => refuseThreads({ paging: unlimited, threads: 2 })).toThrow('page size')
    expect(() => refuseThreads({ paging: { ...CURSOR, kind: 'page' }, threads: 2 })).not.toThrow()
    expect(() => refuseThreads({ paging: OFFSET, threads: 2 })).not.toThrow()
  })

  it('are refused before the first page', async () => {
    await expect(play({ plan: { threads: 4 }, api: { answer: listOf(5) } })).rejects.toThrow(TuneError)
    expect(PLAN.threads).toBe(1)
  })
})

describe('the queue to the sink', () => {
  /** Takes a page each 100 ms; pages come each 10 ms by each thread. */
  const slow = async (queuePages: number) => {
    let free = true
    return play({
      plan: { paging: OFFSET, threads: 2, queuePages },
      pollsPerSec: 1,
      api: { answer: listOf(100) },
      sink(answer, clock) {
        let room = () => {}
        return {
          send({ operation }: Batch) {
            if (!free) return false
            free = false
            clock.schedule(clock.nowMs() + 100, () => {
              free = true
              answer(operation)
              room()
            })
            return true
          },
          flushHint: () => {},
          onRoom(listener) {
            room = listener
          },
          drain: () => clock.wait(clock.nowMs() + 200, false).done,
        }
      },
    })
  }

  it.each([1, 4, 50])('holds %i pages, and threads that find it full wait', async (queuePages) => {
    const { asked, counts, records } = await slow(queuePages)
    expect([counts.records, records.acked]).toEqual([100, 100])
    // One is with the sink, and each thread has one in its hands; ten pages, and two empty ones behind them
    const early = asked.filter(({ atMs }) => atMs < 100)
    expect(early).toHaveLength(Math.min(queuePages + 3, 12))
    expect(counts.mostQueued).toBe(Math.min(queuePages, 11))
  })

  it('hands over one after the other, and tells what went wrong at its end', async () => {
    const queue = createPageQueue(2)
    const done: number[] = []
    const later = (n: number) => async () => {
      await new Promise((resolve) => setImmediate(resolve))
      done.push(n)
    }
    for (let n = 0; n < 5; n++) await queue.put(later(n))
    await queue.empty()
    expect(done).toEqual([0, 1, 2, 3, 4])
    expect(queue.most).toBe(2)
    await queue.put(async () => {
      throw new Error('wrong')
    })
    await expect(queue.empty()).rejects.toThrow('wrong')
  })
})
