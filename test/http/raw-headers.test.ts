import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { rawHeader, readHeaders } from '../../src/http/raw-headers.ts'

const raw = (...fields: string[]) => fields.map((field) => Buffer.from(field, 'latin1'))

describe('header fields in bytes', () => {
  it('are known by their name in lower case, several of a name joined', () => {
    const fields = raw('Link', '<a>; rel=next', 'ETag', '"1"', 'LINK', '<b>; rel=last', 'X-Name', 'Zoë')
    expect(readHeaders(fields)).toEqual({
      link: '<a>; rel=next, <b>; rel=last',
      etag: '"1"',
      'x-name': 'Zoë',
    })
    expect(rawHeader(fields, 'link')).toBe('<a>; rel=next, <b>; rel=last')
    expect(rawHeader(fields, 'date')).toBeUndefined()
  })

  it('may have any name', () => {
    const read = readHeaders(raw('__proto__', 'x', 'constructor', 'y'))
    expect(Object.entries(read)).toEqual([
      ['__proto__', 'x'],
      ['constructor', 'y'],
    ])
    expect(rawHeader(raw('__proto__', 'x'), '__proto__')).toBe('x')
  })

  it('say one by one what they say together', () => {
    const name = fc.constantFrom('A', 'a', 'b', 'Content-Encoding', 'content-encoding')
    fc.assert(
      fc.property(fc.array(fc.tuple(name, fc.string({ unit: 'binary-ascii' }))), (fields) => {
        const all = raw(...fields.flat())
        const read = readHeaders(all)
        for (const one of ['a', 'b', 'content-encoding']) expect(rawHeader(all, one)).toBe(read[one])
      }),
    )
  })
})
