import { describe, expect, it } from 'vitest'
import { createEndpoints } from '../../src/http/balancing.ts'
import type { BalancingSettings } from '../../src/http/setup.ts'

const TARGETS = [{ url: 'http://api/records' }]
const [ONE, TWO, THREE] = ['http://one', 'http://two', 'http://three'] as const
const CHECKED = { path: '/health', intervalMs: 1000 }

function endpointsOf(settings: Partial<BalancingSettings> = {}) {
  const made = createEndpoints(
    { strategy: 'ROUND_ROBIN', endpoints: [ONE, TWO, THREE], ...settings },
    TARGETS,
  )
  return { ...made, turns: (n: number) => Array.from({ length: n }, () => made.next('http://api').slice(7)) }
}

describe('endpoints', () => {
  it('take turns, for the requests of the targets and their own, and no others', () => {
    const { turns, next } = endpointsOf()
    expect(turns(4)).toEqual(['one', 'two', 'three', 'one'])
    expect(next(ONE)).toBe(TWO)
    expect(next('http://elsewhere')).toBe('http://elsewhere')
    expect(next(ONE)).toBe(THREE)
  })

  it('are left out from their failure until a check has passed', async () => {
    const { turns, failed, checkAll, counts } = endpointsOf({ healthCheck: CHECKED })
    failed(TWO, 'REFUSED')
    expect(turns(4)).toEqual(['one', 'three', 'one', 'three'])
    const checked: string[] = []
    await checkAll(async (endpoint, path) => {
      checked.push(endpoint + path)
      return endpoint !== TWO
    })
    expect(checked).toEqual([ONE, TWO, THREE].map((endpoint) => `${endpoint}/health`))
    expect(turns(2)).toEqual(['one', 'three'])
    await checkAll(async () => true)
    expect(turns(3)).toEqual(['one', 'two', 'three'])
    expect(counts()).toEqual([
      { endpoint: ONE, isUp: true, requests: 4, failures: 0, checks: 2, outages: 0 },
      { endpoint: TWO, isUp: true, requests: 1, failures: 1, checks: 2, outages: 1 },
      { endpoint: THREE, isUp: true, requests: 4, failures: 0, checks: 2, outages: 0 },
    ])
  })

  it('are found out by a check before a request is', async () => {
    const { turns, checkAll } = endpointsOf({ healthCheck: CHECKED })
    await checkAll(async (endpoint) => endpoint === THREE)
    expect(turns(2)).toEqual(['three', 'three'])
  })

  it('all take turns where all are out', async () => {
    const { turns, checkAll } = endpointsOf({ healthCheck: CHECKED })
    await checkAll(async () => false)
    expect(turns(3)).toEqual(['one', 'two', 'three'])
  })

  it('keep their turns without checks, for nothing would bring them back', () => {
    const { turns, failed, counts } = endpointsOf()
    failed(TWO, 'REFUSED')
    expect(turns(3)).toEqual(['one', 'two', 'three'])
    expect(counts()[1]).toMatchObject({ isUp: true, failures: 1, outages: 0 })
  })

  it.each([
    ['HTTP_503', true],
    ['RESET', true],
    ['REQUEST_TIMEOUT', true],
    ['HTTP_404', false],
    ['HTTP_429', false],
    ['BAD_JSON', false],
  ] as const)('are at fault for %s: %s', (code, isAtFault) => {
    const { failed, counts } = endpointsOf({ healthCheck: CHECKED })
    failed(ONE, code)
    expect(counts()[0]?.isUp).toBe(!isAtFault)
  })
})
