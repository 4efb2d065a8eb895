import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fieldReader, fieldWriter, parseJsonPath } from '../../../src/bench/e2e/json-field.ts'

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

  it('is not found in what is not ours', () => {
    const read = fieldReader(path('id'))
    for (const text of ['', 'x', '{}', '{"id":null}', '{"id":"tune-x"}', '{"id":-1}', '[]']) {
      expect(read(Buffer.from(text))).toBeUndefined()
    }
    expect(read(null)).toBeUndefined()
  })

  it.each(['', '$', 'a..b', '.a'])('takes no %j for a path', (text) => {
    expect(() => path(text)).toThrow(/no path/)
  })
})
