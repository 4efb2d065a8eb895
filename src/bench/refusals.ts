/**
 * A user who may not write is told so by the first answers; the rest of the run would only say it again and end in a
 * report without a single figure. So it ends there, as an error that names the right that is missing.
 */
import type { OnDone } from '../core/operation.ts'
import type { Connection } from '../drivers/driver.ts'
import { grantCommand, userName } from '../drivers/principal.ts'
import { TuneError } from '../errors.ts'

export interface Refusals {
  readonly onDone: OnDone
  /** Aborted by the first refusal, where nothing was acknowledged before. A right that is taken away later is a result. */
  readonly signal: AbortSignal
  /** @throws TuneError UNAUTHORIZED once aborted */
  check(): void
}

export function watchRefusals(onDone: OnDone, connection: Connection, topic: string): Refusals {
  const refused = new AbortController()
  let acknowledged = false
  let code = ''
  return {
    signal: refused.signal,
    onDone(operation, error, outcome) {
      if (error === undefined) acknowledged = true
      else if (!acknowledged && error.endsWith('_AUTHORIZATION_FAILED') && !refused.signal.aborted) {
        code = error
        refused.abort()
      }
      onDone(operation, error, outcome)
    },
    check() {
      if (!refused.signal.aborted) return
      const { security, bootstrapServers } = connection
      throw new TuneError(
        'UNAUTHORIZED',
        `${userName(security)} may not write to topic ${topic} on ${bootstrapServers} (${code})`,
        { hint: `grant Write: ${grantCommand(security, topic, ['Write'])}` },
      )
    },
  }
}
