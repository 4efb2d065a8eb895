import { afterEach, expect, it } from 'vitest'
import { createGrowth } from '../../../src/http/stub/growth.ts'
import { DEFAULT_STUB } from '../../../src/http/stub/options.ts'
import { type StubApi, startStub } from '../../../src/http/stub/server.ts'

let stub: StubApi | undefined
afterEach(() => stub?.close())

it('records come at the rate that is set, from when it is set', () => {
  const growth = createGrowth({ records: 100, growPerSec: 10 }, 1000)
  expect([1000, 1550, 2000].map(growth.records)).toEqual([100, 105, 110])
  growth.set(100, 2000)
  expect(growth.records(2500)).toBe(160)
  growth.set(0, 2500)
  expect(growth.records(9000)).toBe(160)
})

it('the end of what grows has a cursor, which brings what is new', async () => {
  stub = await startStub({ ...DEFAULT_STUB, records: 5 }, { port: 0, http2: false })
  const get = async (query: string): Promise<unknown> => (await fetch(`${stub?.url}?limit=10${query}`)).json()
  expect(await get('')).toMatchObject({ next_cursor: null, has_more: false })
  const control = await fetch(new URL('/control/growth', stub.url), {
    method: 'POST',
    body: '{"recordsPerSec":100000}',
  })
  expect(await control.json()).toMatchObject({ recordsPerSec: 100_000 })
  expect(await get('&cursor=YWZ0ZXI6NQ')).toMatchObject({ next_cursor: expect.any(String), has_more: true })
  const wrong = await fetch(new URL('/control/growth', stub.url), {
    method: 'POST',
    body: '{"recordsPerSec":-1}',
  })
  expect(wrong.status).toBe(400)
})
