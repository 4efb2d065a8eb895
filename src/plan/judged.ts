/** The answers of a plan in the guide's tuning order, what follows for clients, and whether all of it agrees. */
import { answersOf } from './answers.ts'
import type { Answer } from './asking.ts'
import { type Check, checksOf } from './checks.ts'
import type { Reader } from './reader.ts'
import type { Plan } from './schema.ts'
import { settingsOf } from './settings.ts'
import { TUNING_STEPS } from './steps.ts'

export interface Judged {
  readonly answers: readonly Answer[]
  readonly settings: Plan['settings']
  readonly checks: readonly Check[]
}

/** @throws TuneError USAGE at the place of a value that is wrong or contradicts another */
export function judged(read: Reader): Judged {
  const answers = answersOf(read).toSorted(
    (a, b) => TUNING_STEPS.indexOf(a.step) - TUNING_STEPS.indexOf(b.step),
  )
  // Before the checks: a key that only settings look at is used too.
  const settings = settingsOf(read, answers)
  return { answers, settings, checks: checksOf(read, answers) }
}
