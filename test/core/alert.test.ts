import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Alert, type AlertRule, watchAlert } from '../../src/core/alert.ts'

const MINUTE = 60_000

function rule(change: Partial<AlertRule> = {}): AlertRule {
  const about = { id: 'r', metric: 'recordsPerSec', source: 'test' } as const
  return { ...about, when: { below: 100 }, forMs: 5 * MINUTE, judge: 'every', ...change }
}

/** A sample a second. */
function play(of: AlertRule, values: readonly (number | undefined)[]): Alert {
  const watch = watchAlert(of)
  for (const [n, value] of values.entries()) watch.sample(n * 1000, (n + 1) * 1000, value)
  return watch.finish(values.length * 1000)
}

const seconds = (count: number, value: number | undefined) => Array.from({ length: count }, () => value)

describe('an alert rule that judges every sample', () => {
  it('fires when its time is full, not a second before', () => {
    expect(play(rule(), seconds(299, 99))).toMatchObject({ state: 'too short', times: 0 })
    expect(play(rule(), [...seconds(10, 200), ...seconds(299, 99)])).toMatchObject({
      state: 'pending',
      pendingMs: 299_000,
    })
    expect(play(rule(), [...seconds(10, 200), ...seconds(300, 99)])).toMatchObject({
      state: 'fired',
      firstAtMs: 310_000,
      times: 1,
      firingMs: 0,
    })
  })

  it('says for how long it fired, and how often', () => {
    const values = [...seconds(330, 99), ...seconds(5, 100), ...seconds(310, 0)]
    expect(play(rule(), values)).toMatchObject({ times: 2, firstAtMs: 300_000, firingMs: 40_000, worst: 0 })
  })

  it('begins again after one good sample', () => {
    const values = [...seconds(299, 99), 100, ...seconds(299, 99)]
    expect(play(rule(), values)).toMatchObject({ state: 'pending', pendingMs: 299_000 })
  })

  it('takes a bound itself as good, above as below', () => {
    expect(play(rule(), seconds(400, 100)).state).toBe('quiet')
    expect(play(rule({ when: { above: 2000 } }), seconds(400, 2000)).state).toBe('quiet')
    expect(play(rule({ when: { above: 2000 } }), seconds(400, 2000.1))).toMatchObject({
      state: 'fired',
      worst: 2000.1,
    })
  })

  it('knows nothing of what was not measured', () => {
    expect(play(rule(), seconds(400, undefined)).state).toBe('not measured')
    expect(play(rule(), [...seconds(299, 99), undefined, ...seconds(299, 99)]).state).toBe('pending')
  })
})

describe('an alert rule that judges the mean', () => {
  const mean = rule({ judge: 'mean' })

  it('is not fooled by bursts: a page each five seconds is a rate', () => {
    const bursts = Array.from({ length: 400 }, (_, n) => (n % 5 === 0 ? 600 : 0))
    expect(play(mean, bursts)).toMatchObject({ state: 'quiet', worst: 120 })
    expect(play(rule(), bursts).times).toBe(0)
    const few = Array.from({ length: 400 }, (_, n) => (n % 5 === 0 ? 400 : 0))
    expect(play(mean, few)).toMatchObject({ state: 'fired', firstAtMs: 300_000, worst: 80 })
    // A rule that judges every sample sees nothing of that
    expect(play(rule(), few).times).toBe(0)
  })

  it('weighs samples by their time', () => {
    const watch = watchAlert(rule({ judge: 'mean', forMs: 10_000 }))
    watch.sample(0, 9000, 100)
    watch.sample(9000, 10_000, 0)
    expect(watch.finish(10_000)).toMatchObject({ state: 'fired', worst: 90 })
  })
})

it('rules fire in no run that is shorter than their time', () => {
  const values = fc.array(fc.option(fc.double({ min: 0, max: 1e6, noNaN: true }), { nil: undefined }), {
    maxLength: 299,
  })
  fc.assert(
    fc.property(values, fc.constantFrom('every', 'mean'), (of, judge) => {
      expect(play(rule({ judge }), of).times).toBe(0)
    }),
  )
})
