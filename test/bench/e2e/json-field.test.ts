import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  fieldReader,
  fieldWriter,
  formatJsonPath,
  parseInAndOut,
  parseJsonPath,
} from '../../../src/bench/e2e/json-field.ts'
import { TuneError } from '../../../src/errors.ts'

const path = (text: string) => parseJsonPath(text, '--correlate')
const value = (document: unknown) => Buffer.from(JSON.stringify(document))

describe('a field that records are known by', () => {
  it('is written in its own type, and leaves all else as it was', () => {
    const write = fieldWriter(path('$.items[1].id'))
    const plain = value({ items: [{ id: 'a' }, { id: 'b', n: 1 }], text: '"x"' })
    const stamped = { sender: 77, id: 5 }
    expect(JSON.parse(write(plain, stamped).toString())).toEqual({
      items: [{ id: 'a' }, { id: 'tune-77-5', n: 1 }],
      text: '"x"',
    })
    const number = JSON.parse(fieldWriter(path('id'))(value({ id: 12 }), stamped).toString())
    expect(number).toEqual({ id: 77 * 2 ** 32 + 5 })
  })

  it('is all that changes: no blank, no order and no number that a double cannot hold', () => {
    const text = '{ "z": 9223372036854775807,\n\t"id" : "old", "a": 1.10, "é": "\\u00e9\\/" , "id2": -0}'
    const written = fieldWriter(path('id'))(Buffer.from(text), { sender: 7, id: 9 }).toString()
    expect(written).toBe(text.replace('"old"', '"tune-7-9"'))
    const large = fieldWriter(path('z'))(Buffer.from(text), { sender: 1, id: 2 }).toString()
    expect(large).toBe(text.replace('9223372036854775807', String(2 ** 32 + 2)))
  })

  it('keeps every other byte of any document', () => {
    fc.assert(
      fc.property(fc.dictionary(fc.string(), fc.jsonValue()), fc.string({ minLength: 1 }), (others, name) => {
        const before = Buffer.from(JSON.stringify({ ...others, [name]: 12 }, null, 1))
        const after = fieldWriter([name])(before, { sender: 0, id: 12 })
        expect(after.equals(before)).toBe(true)
      }),
    )
  })

  it('is found again, wherever the pipeline puts it', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 20 }),
        fc.integer({ min: 0, max: 2 ** 32 - 1 }),
        fc.oneof(fc.string(), fc.integer()),
        fc.jsonValue(),
        (sender, id, old, other) => {
          const written = fieldWriter(path('after.id'))(value({ other, after: { id: old } }), { sender, id })
          const moved = value({ deep: [JSON.parse(written.toString()).after.id] })
          expect(fieldReader(path('deep.0'))(moved)).toEqual({ sender, id })
        },
      ),
    )
  })

  it.each([
    ['not json', /is no JSON/],
    ['{"a":1}', /no such field/],
    ['{"after":{"id":{}}}', /neither text nor a number/],
  ])('refuses %s', (text, why) => {
    expect(() => fieldWriter(path('after.id'))(Buffer.from(text), { sender: 1, id: 1 })).toThrow(why)
  })

  it('names fields that a value has, in words that are taken', () => {
    const text = '{"head":{"a.b":"x","when":1,"gone":null},"list":[{"id":"y"}]}'
    const hint = (given: string) => {
      try {
        fieldWriter(path(given))(Buffer.from(text), { sender: 1, id: 1 })
      } catch (error) {
        return error instanceof TuneError ? error.hint : undefined
      }
      return undefined
    }
    const told = hint('after.id') ?? ''
    expect(told).toMatch(/^it has head\.a\\\.b, head\.when, list\.0\.id;/)
    for (const field of told.slice('it has '.length, told.indexOf(';')).split(', ')) {
      expect(hint(field)).toBeUndefined()
    }
  })

  it('is not found in what is not ours', () => {
    const read = fieldReader(path('id'))
    for (const text of ['', 'x', '{}', '{"id":null}', '{"id":"tune-x"}', '{"id":-1}', '[]']) {
      expect(read(Buffer.from(text))).toBeUndefined()
    }
    expect(read(null)).toBeUndefined()
  })

  it('is named as it is typed', () => {
    fc.assert(
      fc.property(fc.array(fc.string({ minLength: 1 }), { minLength: 1, maxLength: 4 }), (steps) => {
        expect(path(formatJsonPath(steps))).toEqual(steps)
        const both = parseInAndOut(`${formatJsonPath(steps)}:${formatJsonPath(steps)}`, '--correlate')
        expect(both).toEqual({ input: steps, output: steps })
      }),
    )
  })

  it.each([
    ['after.id', ['after', 'id'], ['after', 'id']],
    ['after.id:id', ['after', 'id'], ['id']],
    ['after.id->id', ['after', 'id'], ['id']],
    ['["a:b"].c:$.d[0]', ['a:b', 'c'], ['d', '0']],
    ['a\\:b', ['a:b'], ['a:b']],
  ])('goes in and comes out by %s', (text, input, output) => {
    expect(parseInAndOut(text, '--correlate')).toEqual({ input, output })
  })

  it.each(['a:b:c', 'a->b->c', 'a:', ':b', 'a:->b'])('takes no %j for a way in and out', (text) => {
    expect(() => parseInAndOut(text, '--correlate')).toThrow(/neither a path nor two/)
  })

  it.each(['', '$', 'a..b', '.a'])('takes no %j for a path', (text) => {
    expect(() => path(text)).toThrow(/no path/)
  })
})
