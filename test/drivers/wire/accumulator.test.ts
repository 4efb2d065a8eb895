import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import type { Operation } from '../../../src/core/operation.ts'
import { createAccumulator } from '../../../src/drivers/wire/accumulator.ts'
import { type PartitionQueue, takeBatch } from '../../../src/drivers/wire/batch.ts'
import { encodeSet } from '../../../src/drivers/wire/payload.ts'
import { sourceOf, values } from './source.ts'

const operation = (first: number, records = 1): Operation => {
  return { first, records, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 }
}

/** An accumulator of batches of 4 records of 100 bytes, and a leader that takes what is ready when it is told to. */
function setUp(lingerMs: number) {
  const source = sourceOf(values(4, 100))
  const set = encodeSet(0, source, { length: 4, at: (n) => n }, 0, 440)
  const queue: PartitionQueue = {
    partition: 0,
    ready: [],
    open: undefined,
    inLine: false,
    restsUntilMs: 0,
    leader: 1,
  }
  let turns = 0
  let opened = 0
  const accumulator = createAccumulator({
    lingerMs,
    nextSet: () => set,
    onOpen: () => {
      opened += 1
    },
    onReady: () => {},
    onTurn: () => {
      turns += 1
    },
  })
  /** Records of the batches that may leave now. */
  const leave = () => {
    const sizes: number[] = []
    for (let batch = takeBatch(queue); batch !== undefined; batch = takeBatch(queue))
      sizes.push(batch.records)
    return sizes
  }
  return { accumulator, queue, leave, turns: () => turns, opened: () => opened }
}

describe('a batch', () => {
  beforeEach(() => {
    vi.useFakeTimers()
  })
  afterEach(() => {
    vi.useRealTimers()
  })

  it('leaves when it is full, linger or not', () => {
    const { accumulator, queue, leave } = setUp(1000)
    for (let n = 0; n < 9; n += 1) accumulator.gather(queue, operation(n))
    expect(leave()).toEqual([4, 4])
    accumulator.close()
  })

  it('leaves linger.ms after its first record, not after its last', () => {
    const { accumulator, queue, leave, turns } = setUp(10)
    accumulator.gather(queue, operation(0))
    vi.advanceTimersByTime(8)
    accumulator.gather(queue, operation(1))
    expect(leave()).toEqual([])
    vi.advanceTimersByTime(2)
    expect(leave()).toEqual([2])
    expect(turns()).toBe(1)
  })

  it('lingers anew after the one before left full', () => {
    const { accumulator, queue, leave } = setUp(10)
    for (let n = 0; n < 4; n += 1) accumulator.gather(queue, operation(n))
    vi.advanceTimersByTime(6)
    accumulator.gather(queue, operation(4))
    expect(leave()).toEqual([4])
    vi.advanceTimersByTime(6)
    expect(leave()).toEqual([])
    vi.advanceTimersByTime(4)
    expect(leave()).toEqual([1])
  })

  it('takes more records while it is due and its leader has no room', () => {
    const { accumulator, queue, leave } = setUp(0)
    accumulator.gather(queue, operation(0))
    accumulator.flush()
    accumulator.gather(queue, operation(1))
    accumulator.gather(queue, operation(2))
    expect(leave()).toEqual([3])
  })

  it('waits for the flush where there is no linger', () => {
    const { accumulator, queue, leave } = setUp(0)
    accumulator.gather(queue, operation(0))
    expect(leave()).toEqual([])
    accumulator.flush()
    expect(leave()).toEqual([1])
  })

  it('of a group leaves at once', () => {
    const { accumulator, queue, leave } = setUp(1000)
    accumulator.whole(queue, operation(0, 3))
    expect(leave()).toEqual([3])
  })

  it('says how many bytes each operation put into it', () => {
    const { accumulator, queue, opened } = setUp(1000)
    const one = operation(0)
    const three = operation(1, 3)
    // length 1, attributes 1, two deltas, key 1, value length 2, headers 1; the record's length takes 2
    expect(accumulator.gather(queue, one)).toBe(109)
    expect(accumulator.whole(queue, three)).toBe(327)
    expect([one.bytes, three.bytes]).toEqual([100, 300])
    expect(opened()).toBe(2)
    accumulator.close()
  })
})
