import { describe, expect, it } from 'vitest'
import { stubRecords } from '../../../src/http/stub/data.ts'
import { DEFAULT_STUB, STUB_PAGINATIONS, type StubPagination } from '../../../src/http/stub/options.ts'
import { linkHeader, pageOf, pageText, toCursor } from '../../../src/http/stub/paging.ts'

const options = { ...DEFAULT_STUB, records: 250 }
const ask = (pagination: StubPagination, query: string, changes = {}) =>
  pageOf(new URLSearchParams(query), { ...options, pagination, ...changes })

describe('the pages of a stub API', () => {
  it('begin where cursor, offset or page number say, and end with the records', () => {
    const last = { from: 200, count: 50, limit: 100, next: undefined }
    expect(ask('cursor', '')).toEqual({ from: 0, count: 100, limit: 100, next: 100 })
    expect(ask('cursor', `cursor=${toCursor(200)}`)).toEqual(last)
    expect(ask('offset', 'offset=200')).toEqual(last)
    expect(ask('page', 'page=3')).toEqual(last)
    expect(ask('link', 'page=3')).toEqual(last)
    expect(ask('none', '')).toEqual({ from: 0, count: 100, limit: 100, next: undefined })
  })

  it('are empty past the end', () => {
    expect(ask('offset', 'offset=250')).toEqual({ from: 250, count: 0, limit: 100, next: undefined })
    expect(ask('page', 'page=9')).toMatchObject({ count: 0, next: undefined })
  })

  it('go round for ever when asked to', () => {
    expect(ask('cursor', `cursor=${toCursor(200)}`, { endless: true })).toMatchObject({ next: 0 })
  })

  it('refuse what they cannot understand', () => {
    expect(ask('cursor', 'cursor=zzz')).toMatch(/cursor/)
    expect(ask('page', 'page=0')).toMatch(/page/)
    expect(ask('offset', 'limit=0')).toMatch(/limit/)
  })

  it.each(STUB_PAGINATIONS)('are JSON with their records in it: %s', (pagination) => {
    const page = ask(pagination, '')
    if (typeof page === 'string') throw new Error(page)
    const parsed: unknown = JSON.parse(pageText(page, { ...options, pagination }, stubRecords(options)))
    const data: unknown = pagination === 'link' ? parsed : Reflect.get(Object(parsed), 'data')
    expect(data).toHaveLength(100)
    expect(data).toHaveProperty([99, 'id'], 99)
  })

  it('say where the next one is in a Link header, beside others', () => {
    const page = ask('link', 'page=2')
    if (typeof page === 'string') throw new Error(page)
    expect(linkHeader(page, 'http://x/records')).toBe(
      '<http://x/records?page=3&limit=100>; rel="next", <http://x/records?page=1&limit=100>; rel="first"',
    )
  })
})

describe('the records of a stub API', () => {
  it('have the bytes that were asked for, and more where their fields need it', () => {
    const sized = stubRecords({ recordBytes: 500, seed: 1 })
    expect([0, 7, 99_999].map((n) => Buffer.byteLength(sized(n)))).toEqual([500, 500, 500])
    expect(() => JSON.parse(stubRecords({ recordBytes: 1, seed: 1 })(5))).not.toThrow()
  })

  it('are the same for the same seed, and others for another', () => {
    const of = (seed: number) => stubRecords({ recordBytes: 200, seed })(42)
    expect(of(1)).toBe(of(1))
    expect(of(1)).not.toBe(of(2))
  })
})
