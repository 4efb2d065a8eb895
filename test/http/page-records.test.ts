import { describe, expect, it } from 'vitest'
import { valueAt } from '../../src/http/json-path.ts'
import { parsePage } from '../../src/http/page-records.ts'

const JSON_TYPE = 'application/json; charset=utf-8'
const parse = (text: string, path?: string, type: string | undefined = JSON_TYPE) =>
  parsePage(Buffer.from(text), type, path).records
const codeOf = (run: () => unknown): unknown => {
  try {
    run()
  } catch (error) {
    return Reflect.get(Object(error), 'code')
  }
  return undefined
}

describe('the records of a page', () => {
  it('are where the path says; a list is many, anything else is one', () => {
    expect(parse('{"a":{"b":[1,2]}}', '/a/b')).toEqual([1, 2])
    expect(parse('{"a":{"b":[1,2]}}', 'a')).toEqual([{ b: [1, 2] }])
    expect(parse('[1,2]', '')).toEqual([1, 2])
    expect(parse('{"a":1}', '/')).toEqual([{ a: 1 }])
  })

  it('are found where APIs usually have them when nobody says where', () => {
    expect(parse('[1]')).toEqual([1])
    expect(parse('{"total":1,"items":[7]}')).toEqual([7])
    expect(parse('{"temperature":21}')).toEqual([{ temperature: 21 }])
  })

  it('are read behind a byte order mark', () => {
    expect(parse('\uFEFF[1,2]')).toEqual([1, 2])
  })

  it('are refused with a code where there are none to trust', () => {
    expect(codeOf(() => parse('{"a":1}', '/b'))).toBe('NO_RECORDS')
    expect(codeOf(() => parse('<html>', undefined, 'text/html'))).toBe('CONTENT_TYPE')
    expect(codeOf(() => parse('{"data":[{"id":1},{"i'))).toBe('BAD_JSON')
    expect(codeOf(() => parsePage(Buffer.from([0x22, 0xff, 0x22]), JSON_TYPE, undefined))).toBe('NOT_UTF8')
  })

  it('may be of any JSON type, and of none that is said', () => {
    expect(parse('[1]', undefined, 'application/vnd.api+json')).toEqual([1])
    expect(parsePage(Buffer.from('[1]'), undefined, undefined).records).toEqual([1])
  })
})

describe('a place in a JSON document', () => {
  it('is a pointer with its escapes, or names with dots', () => {
    const document = { 'a/b': { 'c~d': [{ e: 1 }] }, x: { y: 2 } }
    expect(valueAt(document, '/a~1b/c~0d/0/e')).toBe(1)
    expect(valueAt(document, 'x.y')).toBe(2)
    expect(valueAt(document, '/')).toBe(document)
    expect(valueAt(document, '/x/y/z')).toBeUndefined()
    expect(valueAt(document, '/toString')).toBeUndefined()
  })
})
