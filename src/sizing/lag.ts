/** Lag in records is no measure of delay: 1,000 records are a second at 1,000/s and 10 ms at 100,000/s. */
import { formatCount, formatDurationMs, formatRate } from '../units.ts'
import { calculator } from './calculator.ts'
import { f } from './formula.ts'
import { present, refuse } from './inputs.ts'
import { worksheet } from './worksheet.ts'

const inputs = {
  rate: { kind: 'rate', about: 'records per second that are produced' },
  lag: { kind: 'count', unit: 'records', about: 'lag in records, to tell as time', optional: true, min: 0 },
  behind: { kind: 'seconds', about: 'lag as time, to tell in records', optional: true },
  consumeRate: {
    kind: 'rate',
    about: 'records/s that the group processes, for how long it drains',
    optional: true,
  },
} as const

export const lag = calculator({
  name: 'lag',
  about: 'lag in records as time behind, and back',
  source: "Little's law: records waiting = rate × time",
  example: 'tune size lag --rate 100k/s --lag 1000',
  inputs,
  exactlyOne: [['lag', 'behind']],
  size({ rate, lag, behind, consumeRate }) {
    const sheet = worksheet()
    const records = lag ?? sheet.step('records', 'records', 'of lag', f`${rate} × ${present(behind)}`)
    const answer =
      lag === undefined
        ? records
        : sheet.step(
            'timeBehind',
            's',
            'the reader is behind: what was produced in it is unread',
            f`${lag} / ${rate}`,
          )
    if (consumeRate !== undefined) {
      if (consumeRate.value <= rate.value) {
        throw refuse(
          consumeRate,
          `must be above the rate ${formatRate(rate.value)}, or the lag never drains`,
          'size the group first: tune size consumers',
        )
      }
      sheet.step(
        'drainTime',
        's',
        'until it is gone, while more arrives',
        f`${records} / (${consumeRate} - ${rate})`,
      )
    }
    const why =
      'in records it is the stricter the higher the rate: alert on time, which is what a reader of the data feels'
    sheet.guide('target', 'lag below 1,000 messages', 's', f`${1000} / ${rate}`, why)
    sheet.guide('critical', 'lag above 10,000 messages', 's', f`${10_000} / ${rate}`, why)
    const text =
      lag === undefined
        ? `${formatCount(answer.value)} records at ${formatRate(rate.value)}`
        : `${formatDurationMs(answer.value * 1000)} behind at ${formatRate(rate.value)}`
    return sheet.sized(answer, text)
  },
})
