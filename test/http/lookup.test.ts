import { describe, expect, it } from 'vitest'
import { createLookup } from '../../src/http/lookup.ts'

describe('names', () => {
  it('are looked up once within their time, whatever is asked of the answer', () => {
    let nowMs = 0
    const names = createLookup(
      1000,
      () => nowMs,
      (_, __, done) =>
        done(null, [
          { address: '::1', family: 6 },
          { address: '127.0.0.1', family: 4 },
        ]),
    )
    const ask = (options: object) => {
      let found: unknown
      names.lookup('api.test', options, (_, address) => {
        found = address
      })
      return found
    }
    expect(ask({})).toBe('::1')
    expect(ask({ family: 4 })).toBe('127.0.0.1')
    expect(ask({ all: true })).toHaveLength(2)
    expect(names.asked()).toBe(1)
    nowMs = 1000
    ask({})
    expect(names.asked()).toBe(2)
  })

  it('are asked for each time with 0, and an error is not kept', () => {
    const names = createLookup(
      0,
      () => 0,
      (_, __, done) => done(new Error('no'), []),
    )
    const codes: unknown[] = []
    for (let i = 0; i < 2; i++) names.lookup('x', {}, (error) => codes.push(error?.message))
    expect(codes).toEqual(['no', 'no'])
    expect(names.asked()).toBe(2)
  })
})
