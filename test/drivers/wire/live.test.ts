import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import type { Operation } from '../../../src/core/operation.ts'
import { BATCH_HEADER_BYTES } from '../../../src/drivers/wire/batch-header.ts'
import { liveRoutes } from '../../../src/drivers/wire/live.ts'
import { partitionOfKey } from '../../../src/drivers/wire/murmur2.ts'
import { sourceOf, values } from './source.ts'

const operation = (first: number, records: number): Operation => {
  return { first, records, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
}
const always = () => true

interface Answer {
  records: number
  error: string | undefined
  outcome: string | undefined
  failed: number | undefined
}

function routesOf(
  source: ReturnType<typeof sourceOf>,
  more: { recordsBytes?: number; maxRequestBytes?: number } = {},
) {
  const answers: Answer[] = []
  const limits = { recordsBytes: 1000, maxRequestBytes: 1_000_000, ...more }
  const routes = liveRoutes(
    { source, partitions: 4, usable: always, ...limits },
    ({ records }, error, outcome, failed) => answers.push({ records, error, outcome, failed }),
  )
  return { routes, answers }
}

describe('records that come while it runs', () => {
  it('go where their keys belong, in their order, in batches of batch.size at most', () => {
    fc.assert(
      fc.property(
        fc.array(fc.option(fc.string({ minLength: 1, maxLength: 8 })), { minLength: 1, maxLength: 60 }),
        (texts) => {
          const keys = texts.map((text) => (text === null ? null : Buffer.from(text)))
          const source = sourceOf(values(keys.length, 100), keys)
          const { routes } = routesOf(source)
          const whole = operation(0, keys.length)
          const sets = routes.cut(whole).map((piece) => {
            const partition = routes.partitionOf(piece)
            return { partition, records: piece.records, set: routes.nextSet(partition, piece) }
          })
          expect(sets.reduce((total, { set }) => total + set.count, 0)).toBe(keys.length)
          for (const { records, set } of sets) {
            expect(set.count).toBe(records)
            expect(set.ends[set.count]).toBeLessThanOrEqual(1000)
          }
          for (let partition = 0; partition < 4; partition += 1) {
            const own = keys.flatMap((key, n) =>
              key !== null && partitionOfKey(key, 4) === partition ? [n] : [],
            )
            const sent = Buffer.concat(
              sets.filter((one) => one.partition === partition).map(({ set }) => set.records),
            )
            let at = -1
            for (const n of own) {
              at = sent.indexOf(source.value(n), at + 1)
              expect(at).toBeGreaterThanOrEqual(0)
            }
          }
          expect(whole.bytes).toBe(keys.reduce((total, key) => total + 100 + (key?.length ?? 0), 0))
        },
      ),
    )
  })

  it('are answered once, when all their batches are, with how many failed', () => {
    const { routes, answers } = routesOf(sourceOf(values(20, 100)))
    const [one, two, three] = routes.cut(operation(0, 20))
    if (one === undefined || two === undefined || three === undefined) throw new Error('three batches')
    expect([one.records, two.records, three.records]).toEqual([9, 9, 2])
    routes.onDone(one)
    routes.onDone(two, 'NOT_LEADER', 'unknown')
    expect(answers).toEqual([])
    routes.onDone(three, '_TIMED_OUT', 'failed')
    // A second answer finds nobody
    routes.onDone(three)
    expect(answers).toEqual([{ records: 20, error: 'NOT_LEADER', outcome: 'unknown', failed: 11 }])
  })

  it('fail by themselves where they are larger than a request, and the others go', async () => {
    const small = Buffer.alloc(100, 's')
    const { routes, answers } = routesOf(sourceOf([small, Buffer.alloc(1000, 'l'), small]), {
      maxRequestBytes: 500 + BATCH_HEADER_BYTES,
    })
    const pieces = routes.cut(operation(0, 3))
    expect(pieces.map(({ records }) => records)).toEqual([2])
    await Promise.resolve()
    expect(answers).toEqual([])
    for (const piece of pieces) routes.onDone(piece)
    expect(answers).toEqual([{ records: 3, error: 'MESSAGE_TOO_LARGE', outcome: 'failed', failed: 1 }])
  })

  it('are no larger together than a request takes, whatever batch.size says', () => {
    const { routes } = routesOf(sourceOf(values(20, 100)), {
      recordsBytes: 100_000,
      maxRequestBytes: 400 + BATCH_HEADER_BYTES,
    })
    expect(routes.cut(operation(0, 20)).map(({ records }) => records)).toEqual([3, 3, 3, 3, 3, 3, 2])
  })
})
