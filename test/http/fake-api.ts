/** An API on a test clock: answers after so long, by a script. */
import type { ApiRequest, HttpClient } from '../../src/http/client.ts'
import type { ApiAnswer } from '../../src/http/exchange.ts'
import type { TestClock } from '../core/test-clock.ts'

export interface FakeApiOptions {
  readonly latencyMs?: number | ((request: ApiRequest) => number)
  /** Nothing is answered in this time; what was asked in it is answered at its end. */
  readonly stall?: { fromMs: number; untilMs: number }
  /** @throws what the client is to throw */
  readonly answer: (request: ApiRequest, n: number) => Partial<ApiAnswer>
}

export function fakeApi(clock: TestClock, { latencyMs = 10, stall, answer }: FakeApiOptions) {
  const asked: { atMs: number; path: string; origin: string; headers: ApiRequest['headers'] }[] = []
  const client: HttpClient = {
    ask(request, onSent) {
      const n = asked.length
      asked.push({ atMs: clock.nowMs(), ...request })
      onSent?.(clock.nowMs())
      let atMs = clock.nowMs() + (typeof latencyMs === 'number' ? latencyMs : latencyMs(request))
      if (stall !== undefined && atMs > stall.fromMs && atMs <= stall.untilMs) atMs = stall.untilMs
      return new Promise((resolve, reject) => {
        clock.schedule(atMs, () => {
          try {
            const given = answer(request, n)
            const body = given.body ?? Buffer.from('[]')
            resolve({ status: 200, headers: {}, body, wireBytes: body.length, ...given })
          } catch (error) {
            reject(error)
          }
        })
      })
    },
    stats: () => ({
      size: 1,
      mostInUse: 1,
      waited: 0,
      busyMs: 0,
      opened: 1,
      closed: 0,
      lookups: 0,
      protocols: { 'http/1.1': 1 },
    }),
    close: async () => {},
  }
  return { client, asked }
}

/** A page of a list of so many records, as `offset` and `limit` of the request say. */
export function listOf(total: number, pageSize = 10) {
  return (request: ApiRequest): Partial<ApiAnswer> => {
    const query = new URL(request.path, 'http://x').searchParams
    const from = Number(query.get('offset') ?? query.get('cursor') ?? '0')
    const size = Number(query.get('limit') ?? pageSize)
    const data = Array.from({ length: Math.max(0, Math.min(size, total - from)) }, (_, n) => ({
      id: from + n,
    }))
    const next = from + data.length < total ? String(from + data.length) : null
    return { body: Buffer.from(JSON.stringify({ data, next_cursor: next })) }
  }
}
