import { describe, expect, it } from 'vitest'
import { neverDue } from '../../../src/http/config/never-due.ts'
import { readProperties } from '../../../src/http/config/read.ts'

const NOON = new Date(2026, 0, 15, 12, 0, 30).getTime()
const SECOND = 1000
const MINUTE = 60 * SECOND

const PROPERTIES = {
  name: 'orders',
  'http.source.url': 'https://api.example.com/orders',
  'auto.scaling.enabled': 'true',
  'auto.scaling.evaluation.interval.minutes': '5',
  'cache.enabled': 'true',
  'cache.cleanup.interval.seconds': '60',
  'cache.auto.tuning.enabled': 'true',
  'cache.auto.tuning.interval.minutes': '30',
  'cache.warming.enabled': 'true',
  'cache.warming.schedule': '0 */5 * * * *',
}

function textOf(durationMs: number, properties: Record<string, string> = PROPERTIES, nowMs = NOON) {
  const [setup] = readProperties(properties, 'orders').setups
  if (setup === undefined) throw new Error('a setup')
  return neverDue(setup, durationMs, nowMs).map(({ id, text }) => `${id}: ${text}`)
}

describe('what is done from time to time', () => {
  it('is named where the run is over before it is due', () => {
    expect(textOf(10 * SECOND)).toEqual([
      'never-due: orders: the 10 s that are measured are too short for auto scaling (every 5m), cache clean-up (every 1m), cache tuning (every 30m), cache warming (0 */5 * * * *): measure longer (--duration) to see what it does',
    ])
  })

  it('is not named where it comes due', () => {
    expect(textOf(6 * MINUTE).join()).not.toMatch(/scaling|clean-up|warming/)
    expect(textOf(6 * MINUTE).join()).toMatch(/cache tuning/)
    expect(textOf(30 * MINUTE)).toEqual([])
  })

  it('by a schedule depends on when the run begins', () => {
    expect(textOf(10 * SECOND, PROPERTIES, NOON + 4 * MINUTE + 25 * SECOND).join()).not.toMatch(/warming/)
  })

  it('is nothing where nothing is asked for', () => {
    expect(textOf(SECOND, { name: 'a', 'http.source.url': 'https://api.example.com/a' })).toEqual([])
  })
})
