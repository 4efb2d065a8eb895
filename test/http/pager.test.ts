import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { linkTarget } from '../../src/http/link-header.ts'
import { createPager, type PageRequest, type Paging } from '../../src/http/pager.ts'

const BASE: Paging = {
  kind: 'cursor',
  param: 'cursor',
  limitParam: 'limit',
  limit: 100,
  start: '',
  cursorPath: 'next_cursor',
  linkRel: 'next',
  maxPages: 1000,
}
const URL_ = 'https://api.test/records?active=true'
const answer = (document: unknown, records = 100, link?: string) => ({
  document,
  records: Array(records).fill({}),
  headers: link === undefined ? {} : { link },
})
const page = (found: unknown): PageRequest => {
  if (typeof found !== 'object' || found === null) throw new Error(`no page: ${found}`)
  return found as PageRequest
}

describe('pages by a cursor', () => {
  it('follow the token until there is none', () => {
    const pager = createPager(BASE, URL_)
    expect(pager.first.url).toBe('https://api.test/records?active=true&limit=100')
    const second = page(pager.next(pager.first, answer({ next_cursor: 'a b' })))
    expect(second).toMatchObject({ index: 1, position: 'a b' })
    expect(new URL(second.url).searchParams.get('cursor')).toBe('a b')
    expect(pager.next(second, answer({ next_cursor: null }))).toBe('no-next')
    expect(pager.next(second, answer({ next_cursor: '' }))).toBe('no-next')
    expect(pager.next(second, answer({}))).toBe('no-next')
  })

  it('take an empty page for a page: only a missing cursor ends a list', () => {
    const pager = createPager(BASE, URL_)
    expect(pager.next(pager.first, answer({ next_cursor: 'x' }, 0))).toMatchObject({ index: 1 })
  })

  it('find the token by a JSON pointer or dots, as text or number', () => {
    const nested = { meta: { next: 42 } }
    for (const cursorPath of ['/meta/next', 'meta.next']) {
      const pager = createPager({ ...BASE, cursorPath }, URL_)
      expect(pager.next(pager.first, answer(nested))).toMatchObject({ position: '42' })
    }
  })

  it.each(['https://api.test/v2/records?after=9', '/v2/records?after=9'])(
    'go to a token that is a URL: %s',
    (to) => {
      const pager = createPager(BASE, URL_)
      expect(page(pager.next(pager.first, answer({ next_cursor: to }))).url).toBe(
        'https://api.test/v2/records?after=9',
      )
    },
  )

  it.each([
    'https://evil.test/records?after=9',
    'http://api.test.evil.test/?after=9',
    '//evil.test/records?after=9',
  ])('end where the API leads to another host, which would get the headers: %s', (to) => {
    const pager = createPager(BASE, URL_)
    expect(pager.next(pager.first, answer({ next_cursor: to }))).toBe('elsewhere')
    expect(createPager(BASE, URL_, ['two.test']).next(pager.first, answer({ next_cursor: to }))).toBe(
      'elsewhere',
    )
  })

  it('go to another of the endpoints that share the requests', () => {
    const pager = createPager(BASE, URL_, ['two.test'])
    const to = 'https://two.test/records?after=9'
    expect(page(pager.next(pager.first, answer({ next_cursor: to }))).url).toBe(to)
  })

  it('take for a token what only looks like a URL', () => {
    const pager = createPager(BASE, URL_)
    expect(page(pager.next(pager.first, answer({ next_cursor: 'https://' }))).position).toBe('https://')
  })

  it('end where the API leads back, and at the most pages', () => {
    const pager = createPager({ ...BASE, maxPages: 3 }, URL_)
    const a = page(pager.next(pager.first, answer({ next_cursor: 'a' })))
    const b = page(pager.next(a, answer({ next_cursor: 'b' })))
    expect(pager.next(b, answer({ next_cursor: 'c' }))).toBe('max-pages')
    expect(pager.next(a, answer({ next_cursor: 'a' }))).toBe('repeats')
  })
})

describe('pages by offset and number', () => {
  it('begin at the start, and end with a short or an empty one', () => {
    const pager = createPager({ ...BASE, kind: 'offset', param: 'offset', start: '0' }, URL_)
    const second = page(pager.next(pager.first, answer({})))
    expect(new URL(second.url).searchParams.get('offset')).toBe('100')
    expect(pager.next(second, answer({}, 99))).toBe('short-page')
    expect(pager.next(second, answer({}, 0))).toBe('short-page')
  })

  it('count pages from 1, or from where they are told to', () => {
    const numbered = createPager({ ...BASE, kind: 'page', param: 'page' }, URL_)
    expect(page(numbered.next(numbered.first, answer({}))).position).toBe('2')
    const fromZero = createPager({ ...BASE, kind: 'page', param: 'page', start: '0' }, URL_)
    expect(page(fromZero.next(fromZero.first, answer({}))).position).toBe('1')
  })

  it('go on by what came where no size is asked for', () => {
    const { limit: _, ...unlimited } = { ...BASE, kind: 'offset' as const, param: 'offset', start: '0' }
    const pager = createPager(unlimited, URL_)
    expect(pager.at).toBeUndefined()
    expect(page(pager.next(pager.first, answer({}, 37))).position).toBe('37')
  })

  it('are known beforehand by their number, and the same as one after the other', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('offset' as const, 'page' as const),
        fc.nat(1000),
        fc.integer({ min: 1, max: 500 }),
        (kind, start, limit) => {
          const pager = createPager(
            { ...BASE, kind, param: 'at', start: String(start), limit, maxPages: 6 },
            URL_,
          )
          let one = pager.first
          for (let index = 1; index < 6; index++) {
            one = page(pager.next(one, answer({}, limit)))
            expect(pager.at?.(index)).toEqual(one)
          }
          expect(pager.at?.(6)).toBeUndefined()
        },
      ),
    )
  })

  it('are not known beforehand by a cursor or a link', () => {
    expect(createPager(BASE, URL_).at).toBeUndefined()
    expect(createPager({ ...BASE, kind: 'link' }, URL_).at).toBeUndefined()
  })
})

describe('pages by Link headers', () => {
  it('follow rel=next, relative to the request', () => {
    const pager = createPager({ ...BASE, kind: 'link' }, URL_)
    const second = page(pager.next(pager.first, answer([], 100, '<?page=2>; rel="next"')))
    expect(second.url).toBe('https://api.test/records?page=2')
    expect(pager.next(second, answer([], 100, '<?page=1>; rel="prev"'))).toBe('no-next')
  })

  it.each(['<https://evil.test/x>; rel="next"', '<http://[>; rel="next"', '<ftp:x>; rel="next"'])(
    'end where a link leads elsewhere: %s',
    (header) => {
      const pager = createPager({ ...BASE, kind: 'link' }, URL_)
      expect(pager.next(pager.first, answer([], 100, header))).toBe('elsewhere')
    },
  )

  it.each([
    ['<https://a/x?a=1,2>; rel="next"', 'https://a/x?a=1,2'],
    ['<https://a/first>; rel="first", <https://a/2>; rel=next', 'https://a/2'],
    ['<https://a/2>; title="a, b; rel=no"; REL="prev NEXT"', 'https://a/2'],
    ['<https://a/2>; rel="prev"; rel="next"', undefined],
    ['<https://a/2>; rel="next-archive"', undefined],
    ['nonsense', undefined],
  ])('read %s', (header, target) => {
    expect(linkTarget(header, 'next')).toBe(target)
  })
})
