import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { spanOf, stepsOf, valueAt } from '../../src/http/json-path.ts'

describe('a path', () => {
  it.each([
    ['', []],
    ['$', []],
    ['/', []],
    ['a.b', ['a', 'b']],
    ['$.a.b', ['a', 'b']],
    ['/a/b~1c/d~0e', ['a', 'b/c', 'd~e']],
    ['items[0].id', ['items', '0', 'id']],
    ['[0][1].a', ['0', '1', 'a']],
    ['$[2]', ['2']],
    ['["a.b"].c', ['a.b', 'c']],
    ["x['a.b:c'].d", ['x', 'a.b:c', 'd']],
    ['["say \\"hi\\""]', ['say "hi"']],
    ['a\\.b.c', ['a.b', 'c']],
    ['$price', ['$price']],
    ['a..b', ['a', '', 'b']],
    // No path by the rules: names with dots between them
    ['a[x].b', ['a[x]', 'b']],
  ])('%j leads over %j', (path, steps) => {
    expect(stepsOf(path)).toEqual(steps)
  })

  it('finds nothing beside what is there', () => {
    const document = { items: [{ id: 1 }], text: 'x' }
    for (const path of ['items.length', '/items/', 'items.01', 'items[1]', 'text.0', 'toString', 'text.-1']) {
      expect(valueAt(document, path)).toBeUndefined()
    }
    expect(valueAt(document, 'items.-1.id')).toBe(1)
  })
})

/** Every way down into a document. */
function ways(document: unknown, to: readonly string[] = []): (readonly string[])[] {
  if (typeof document !== 'object' || document === null) return [to]
  return [to, ...Object.entries(document).flatMap(([name, below]) => ways(below, [...to, name]))]
}

const walk = (document: unknown, steps: readonly string[]): unknown =>
  steps.reduce<unknown>((at, step) => Reflect.get(Object(at), step), document)

describe('the bytes of a value', () => {
  it('are those that JSON.parse makes the value from, however the text is laid out', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.constantFrom('', ' ', '\t', '\n \r'), (document, indent) => {
        const text = Buffer.from(`${indent}${JSON.stringify(document, null, indent.slice(0, 1))}${indent}`)
        const parsed: unknown = JSON.parse(text.toString())
        for (const steps of ways(parsed)) {
          const span = spanOf(text, steps)
          expect(span).toBeDefined()
          const found = text.toString('utf8', span?.from, span?.to)
          expect(found).toBe(found.trim())
          expect(JSON.parse(found)).toEqual(walk(parsed, steps))
        }
      }),
    )
  })

  it('are not there where the document has no such place', () => {
    fc.assert(
      fc.property(fc.jsonValue(), fc.string(), (document, name) => {
        const text = Buffer.from(JSON.stringify(document))
        const isThere =
          typeof document === 'object' && document !== null && Object.keys(document).includes(name)
        expect(spanOf(text, [name]) !== undefined).toBe(isThere)
      }),
    )
  })

  it.each([
    ['{"id":9223372036854775807}', '9223372036854775807'],
    ['{"id": 1.0e+2 ,"x":0}', '1.0e+2'],
    ['{"id":"a\\"}{,\\\\","x":0}', '"a\\"}{,\\\\"'],
    ['{"\\u0069d":[1,{"id":2}]}', '[1,{"id":2}]'],
    // The last one counts, as JSON.parse has it
    ['{"id":1,"id":2}', '2'],
    ['{"x":{"id":1},"id":null}', 'null'],
  ])('of id in %s are %s', (text, found) => {
    const span = spanOf(Buffer.from(text), ['id'])
    expect(text.slice(span?.from, span?.to)).toBe(found)
  })

  it.each([
    ['[1, [2,3] , {"a":[4]} ]', '{"a":[4]}'],
    ['[1]', '1'],
    ['[]', ''],
  ])('of the last in %s are %s', (text, found) => {
    const span = spanOf(Buffer.from(text), ['-1']) ?? { from: 0, to: 0 }
    expect(text.slice(span.from, span.to)).toBe(found)
  })

  it('lie within the text, whatever the text is', () => {
    const piece = fc.constantFrom('{', '}', '[', ']', '"', '\\', ':', ',', ' ', '1', 'a', '"a"', '"a":')
    fc.assert(
      fc.property(
        fc.array(piece, { maxLength: 30 }),
        fc.constantFrom('a', '0', '1', '-1'),
        (pieces, step) => {
          const text = Buffer.from(pieces.join(''))
          const { from, to } = spanOf(text, [step]) ?? { from: 0, to: 0 }
          expect(from).toBeLessThanOrEqual(to)
          expect(to).toBeLessThanOrEqual(text.length)
        },
      ),
    )
  })
})
