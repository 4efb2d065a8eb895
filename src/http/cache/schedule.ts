/** Times of a cron expression of five fields, or six with seconds first. Only computed: what waits for them is elsewhere. */
import { Cron } from 'croner'
import { messageOf, TuneError } from '../../errors.ts'

/** @returns the next time after one; both in ms since 1970, by this machine's time zone. undefined: never again */
export type Schedule = (afterEpochMs: number) => number | undefined

/** @throws TuneError CONFIG */
export function parseSchedule(expression: string): Schedule {
  let cron: Cron
  try {
    // croner takes a seventh field, years, which the guide's dialect does not know
    cron = new Cron(expression, { paused: true, mode: fieldsOf(expression) === 6 ? '6-part' : '5-part' })
  } catch (error) {
    throw new TuneError(
      'CONFIG',
      `the schedule ${JSON.stringify(expression)} is no cron expression: ${messageOf(error)}`,
      {
        hint: 'five fields (minute, hour, day, month, weekday), or six with seconds first: 0 */5 * * * *',
      },
    )
  }
  return (afterEpochMs) => cron.nextRun(new Date(afterEpochMs))?.getTime()
}

const fieldsOf = (expression: string) => expression.trim().split(/\s+/).length
