import { describe, expect, it } from 'vitest'
import { createLiveSource } from '../../../src/bench/http/live-source.ts'
import type { Batch } from '../../../src/http/sink.ts'

const batch = (first: number, ...texts: string[]): Batch => ({
  operation: { first, records: texts.length, dueMs: 0, offeredMs: 0, sentMs: 0, bytes: 0 },
  values: texts.map((text) => Buffer.from(text)),
  keys: texts.map((text) => (text === 'none' ? null : Buffer.from(`key of ${text}`))),
})

describe('records that come while it runs', () => {
  it('are there by their numbers from when they are put until they are done', () => {
    const { source, put, done } = createLiveSource(true)
    const [one, two] = [batch(0, 'a', 'b'), batch(2, 'c', 'none')]
    put(one)
    put(two)
    expect([0, 1, 2, 3].map((n) => String(source.value(n)))).toEqual(['a', 'b', 'c', 'none'])
    // A client that was full asks for an earlier batch again
    expect(String(source.value(0))).toBe('a')
    expect([String(source.key(1)), source.key(3)]).toEqual(['key of b', null])
    expect(source.bytes(0)).toBe(1 + 'key of a'.length)
    done(one.operation)
    expect([source.value(0).length, String(source.value(2))]).toEqual([0, 'c'])
  })
})
