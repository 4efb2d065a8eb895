/** What drives the source of a connector while it is watched, and how a stub API is driven. */
import { TuneError } from '../errors.ts'
import { type Asker, shownUrl } from '../http/ask.ts'

export interface SourceLoad {
  /** Without secrets. */
  readonly target: string
  readonly recordsPerSec: number
  /** @throws TuneError where it cannot be driven */
  start(): Promise<void>
  stop(): Promise<void>
  /** What came of it, where that is known. */
  written?(): { readonly committed: number; readonly failed: number }
}

/**
 * `tune stub api` lets records come at a rate that it is told.
 * @throws TuneError UNSUPPORTED, from `start`, where something else is there
 */
export function stubLoad(target: URL, recordsPerSec: number, asker: Asker): SourceLoad {
  const control = new URL('/control/growth', target)
  control.username = target.username
  control.password = target.password
  const set = async (perSec: number) => {
    const { status } = await asker.ask(control.href, { recordsPerSec: perSec })
    if (status === 200) return
    throw new TuneError(
      'UNSUPPORTED',
      `${shownUrl(target.href)} is no stub API of tune (it answers ${status})`,
      {
        hint: 'start one with: tune stub api',
      },
    )
  }
  return {
    target: shownUrl(target.href),
    recordsPerSec,
    start: () => set(recordsPerSec),
    stop: () => set(0),
  }
}
