/** New records of a stub API: they come at a rate, which whoever drives it may change while it runs. */
import type { StubOptions } from './options.ts'
import type { StubRequest } from './server.ts'

export interface Growth {
  /** How many there are by now. */
  records(nowMs: number): number
  /** It grows, or has grown: its end is no end. */
  readonly isGrowing: boolean
  set(perSec: number, nowMs: number): void
}

export function createGrowth(options: Pick<StubOptions, 'records' | 'growPerSec'>, startMs: number): Growth {
  let base = options.records
  let fromMs = startMs
  let perSec = options.growPerSec ?? 0
  let isGrowing = perSec > 0
  const grown = (nowMs: number) => base + ((nowMs - fromMs) * perSec) / 1000
  return {
    records: (nowMs) => Math.floor(grown(nowMs)),
    get isGrowing() {
      return isGrowing
    },
    set(next, nowMs) {
      base = grown(nowMs)
      fromMs = nowMs
      perSec = next
      isGrowing ||= next > 0
    },
  }
}

const MAX_BODY = 1024

/** `POST /control/growth` with `{"recordsPerSec": 500}`; answers with how many records there are. */
export function control(
  request: StubRequest,
  growth: Growth,
  answer: (status: number, body: object) => void,
): void {
  let body = ''
  request.setEncoding('utf8')
  request.on('data', (text: string) => {
    if (body.length < MAX_BODY) body += text
  })
  request.on('end', () => {
    const nowMs = performance.now()
    const perSec = rateIn(body)
    if (perSec === undefined) return answer(400, { error: 'wanted: {"recordsPerSec": 500}' })
    growth.set(perSec, nowMs)
    answer(200, { records: growth.records(nowMs), recordsPerSec: perSec })
  })
}

function rateIn(body: string): number | undefined {
  try {
    const value: unknown = Reflect.get(Object(JSON.parse(body)), 'recordsPerSec')
    return typeof value === 'number' && value >= 0 && Number.isFinite(value) ? value : undefined
  } catch {
    return undefined
  }
}
