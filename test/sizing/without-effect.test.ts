import { describe, expect, it } from 'vitest'
import { size } from '../../src/sizing/calculator.ts'
import { flink } from '../../src/sizing/flink.ts'
import { storage } from '../../src/sizing/storage.ts'

const POOL = { rate: '100k/s', partitions: '12', ratePerSlot: '15k/s' }

const idle = (...[calculator, request]: Parameters<typeof size>) =>
  size(calculator, request).warnings.flatMap(({ id, text }) => (id === 'no-effect' ? [text] : []))

describe('an input without effect is named', () => {
  it('where it counts beside another only, which was not given', () => {
    expect(idle(flink, { texts: { ...POOL, lag: '50000', checkpointRate: '200MiB/s' } })).toEqual([
      '--checkpoint-rate has no effect without --state',
      '--lag has no effect without --observed-rate',
    ])
    const observed = { observedRate: '90k/s', busy: '800ms', observedParallelism: '6' }
    expect(idle(flink, { texts: { ...POOL, ...observed, lag: '50000' } })).toEqual([])
  })

  it('where another says the same', () => {
    const texts = { ingress: '10MiB/s', retention: '7d' }
    expect(idle(storage, { texts })).toEqual([])
    expect(idle(storage, { texts: { ...texts, recordSize: '2KiB' } })).toEqual([
      '--record-size has no effect with --ingress: it says the bytes',
    ])
  })
})
