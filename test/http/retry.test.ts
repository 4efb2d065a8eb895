import { describe, expect, it } from 'vitest'
import { RequestError } from '../../src/http/request-error.ts'
import { DEFAULT_RETRY, parseRetryAfter, parseStatuses, retryAfterMs } from '../../src/http/retry.ts'

const failed = (code: ConstructorParameters<typeof RequestError>[0], afterMs?: number) =>
  new RequestError(code, 'x', afterMs)

describe('a failed request', () => {
  it('is tried again after waits that double up to their cap, spread by half', () => {
    const plan = { ...DEFAULT_RETRY, backoffMs: 1000, capMs: 3000 }
    expect([1, 2, 3, 4].map((n) => retryAfterMs(plan, failed('HTTP_503'), n, 0.5))).toEqual([
      1000, 2000, 3000, 3000,
    ])
    expect([0, 1].map((chance) => retryAfterMs(plan, failed('RESET'), 1, chance))).toEqual([500, 1500])
  })

  it('waits as long each time by a constant policy', () => {
    const plan = { ...DEFAULT_RETRY, policy: 'constant' as const, backoffMs: 3000 }
    expect([1, 5].map((n) => retryAfterMs(plan, failed('HTTP_500'), n, 0.9))).toEqual([3000, 3000])
  })

  it('never waits less than the server asks for', () => {
    expect(retryAfterMs(DEFAULT_RETRY, failed('HTTP_429', 30_000), 1, 0)).toBe(30_000)
  })

  it('is given up after the most attempts, and at once where another would not help', () => {
    expect(retryAfterMs(DEFAULT_RETRY, failed('RESET'), 6, 0.5)).toBeUndefined()
    for (const code of ['HTTP_404', 'TLS', 'REDIRECT', 'CONTENT_TYPE', 'RESPONSE_TOO_LARGE'] as const) {
      expect(retryAfterMs(DEFAULT_RETRY, failed(code), 1, 0.5)).toBeUndefined()
    }
  })

  it('is tried again by the statuses of the plan, and always by 408 and 429', () => {
    const plan = { ...DEFAULT_RETRY, statuses: parseStatuses('401,500-502') ?? [] }
    const isTried = (status: number) => retryAfterMs(plan, failed(`HTTP_${status}`), 1, 0.5) !== undefined
    expect([401, 403, 408, 429, 500, 502, 503].map(isTried)).toEqual([
      true,
      false,
      true,
      true,
      true,
      true,
      false,
    ])
  })
})

describe('retry.on.status.codes', () => {
  it.each([
    ['400-', [[400, 599]]],
    [
      '500-599,429',
      [
        [500, 599],
        [429, 429],
      ],
    ],
    ['4xx', undefined],
    ['', undefined],
  ])('%s', (text, ranges) => {
    expect(parseStatuses(text)).toEqual(ranges)
  })
})

describe('Retry-After', () => {
  it('is seconds, decimals too, or a date', () => {
    const nowMs = Date.parse('2026-01-01T00:00:00Z')
    expect(parseRetryAfter('2', nowMs)).toBe(2000)
    expect(parseRetryAfter('2.0', nowMs)).toBe(2000)
    expect(parseRetryAfter('Thu, 01 Jan 2026 00:00:07 GMT', nowMs)).toBe(7000)
    expect(parseRetryAfter('Wed, 31 Dec 2025 00:00:00 GMT', nowMs)).toBe(0)
    expect(parseRetryAfter('soon', nowMs)).toBeUndefined()
    expect(parseRetryAfter(undefined, nowMs)).toBeUndefined()
  })
})
