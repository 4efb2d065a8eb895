import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { jsonErrorPlace } from '../src/json-place.ts'

describe('the place where JSON goes wrong', () => {
  it('is none exactly when JSON.parse takes the text', () => {
    const damaged = fc
      .tuple(
        fc.json(),
        fc.nat(),
        fc.constantFrom('', ',', '"', '}', ']', '1', 'x', '\\', ' ', '\n'),
        fc.nat(2),
      )
      .map(([text, n, put, cut]) => {
        const at = n % (text.length + 1)
        return text.slice(0, at) + put + text.slice(at + cut)
      })
    fc.assert(
      fc.property(fc.oneof(fc.json(), damaged), (text) => {
        const isJson = (() => {
          try {
            JSON.parse(text)
            return true
          } catch {
            return false
          }
        })()
        expect(jsonErrorPlace(text) === undefined).toBe(isJson)
      }),
      { numRuns: 2000 },
    )
  })

  it('is named by line and column, and told from an early end', () => {
    expect(jsonErrorPlace('{\n  "schema": tune\n}')).toEqual({ line: 2, column: 13, isEnd: false })
    expect(jsonErrorPlace('{"a": 1,}')).toEqual({ line: 1, column: 9, isEnd: false })
    expect(jsonErrorPlace('{"a": [1, 2')).toEqual({ line: 1, column: 12, isEnd: true })
    expect(jsonErrorPlace('{"a": "b')).toEqual({ line: 1, column: 9, isEnd: true })
    expect(jsonErrorPlace('{} x')).toEqual({ line: 1, column: 4, isEnd: false })
    expect(jsonErrorPlace('')).toEqual({ line: 1, column: 1, isEnd: true })
  })
})
