import { expect, test } from 'vitest'
import { createKeptPagers } from '../../src/http/kept-pager.ts'
import type { PageAnswer, Paging } from '../../src/http/pager.ts'

const lane = { target: { name: 'users', url: 'https://api.example.com/users?a=1' }, task: 0, copy: 0 }
const answer = (records: number, document: unknown = {}): PageAnswer => ({
  document,
  headers: {},
  records: Array(records).fill({}),
})
const paging: Paging = {
  kind: 'offset',
  param: 'start',
  limitParam: 'limit',
  limit: 50,
  start: '0',
  cursorPath: '',
  linkRel: 'next',
  maxPages: 1,
  goesOn: true,
}

/** What each poll asks for first, and how it ends. */
function polls(kept: Paging, answers: readonly PageAnswer[], of = lane) {
  const pagers = createKeptPagers(kept)
  return answers.map((one) => {
    const pager = pagers.pager(of)
    const end = pager.next(pager.first, one)
    return [new URL(pager.first.url).search, typeof end === 'string' ? end : 'goes on']
  })
}

test('an offset moves by the records of each poll, and stays where there are none', () => {
  expect(polls(paging, [answer(50), answer(50), answer(20), answer(0), answer(5)])).toEqual([
    ['?a=1&limit=50&start=0', 'max-pages'],
    ['?a=1&limit=50&start=50', 'max-pages'],
    ['?a=1&limit=50&start=100', 'short-page'],
    ['?a=1&limit=50&start=120', 'short-page'],
    ['?a=1&limit=50&start=120', 'short-page'],
  ])
})

test('a cursor goes on from poll to poll, and the last page is asked for again', () => {
  const cursor: Paging = { ...paging, kind: 'cursor', param: 'after', start: '', cursorPath: 'next' }
  expect(polls(cursor, [answer(50, { next: 'b' }), answer(50, { next: 'c' }), answer(3), answer(3)])).toEqual(
    [
      ['?a=1&limit=50', 'max-pages'],
      ['?a=1&limit=50&after=b', 'max-pages'],
      ['?a=1&limit=50&after=c', 'no-next'],
      ['?a=1&limit=50&after=c', 'no-next'],
    ],
  )
})

test('the offset of the last record is the next cursor', () => {
  const chaining: Paging = {
    ...paging,
    kind: 'cursor',
    param: 'after',
    start: '7',
    cursorPath: '/hits/-1/id',
  }
  expect(polls(chaining, [answer(2, { hits: [{ id: 8 }, { id: 9 }] }), answer(0, { hits: [] })])).toEqual([
    ['?a=1&limit=50&after=7', 'max-pages'],
    ['?a=1&limit=50&after=9', 'no-next'],
  ])
})

test('a next link that is a whole URL is where the next poll begins', () => {
  const odata: Paging = {
    ...paging,
    kind: 'cursor',
    param: '$skiptoken',
    start: '',
    cursorPath: '/@odata.nextLink',
  }
  const next = 'https://api.example.com/users?page=2'
  expect(polls(odata, [answer(2, { '@odata.nextLink': next }), answer(2)])).toEqual([
    ['?a=1&limit=50', 'max-pages'],
    ['?page=2', 'no-next'],
  ])
})

test('each lane keeps its own, and without goesOn every poll begins at the start', () => {
  const pagers = createKeptPagers(paging)
  const first = pagers.pager(lane)
  first.next(first.first, answer(50))
  expect(pagers.pager({ ...lane, task: 1, copy: 1 }).first.position).toBe('0')
  // Scaling gives a target to another task
  expect(pagers.pager({ ...lane, task: 1 }).first.position).toBe('50')
  const { goesOn: _, ...fresh } = paging
  expect(polls({ ...fresh, maxPages: 2 }, [answer(50), answer(50)])).toEqual([
    ['?a=1&limit=50&start=0', 'goes on'],
    ['?a=1&limit=50&start=0', 'goes on'],
  ])
})

test('several pages of a poll follow each other, and the next poll comes after them', () => {
  const pagers = createKeptPagers({ ...paging, maxPages: 2 })
  const one = pagers.pager(lane)
  const second = one.next(one.first, answer(50))
  if (typeof second === 'string') throw new Error('the poll has a second page')
  expect(second.position).toBe('50')
  expect(one.next(second, answer(50))).toBe('max-pages')
  expect(pagers.pager(lane).first.position).toBe('100')
})
