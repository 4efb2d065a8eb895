/**
 * What drives the source of a connector while it is watched: new records of a stub API. Rows of a database are the
 * business of `tune bench cdc`.
 */
import { TuneError } from '../errors.ts'
import { type Asker, shownUrl } from '../http/ask.ts'

export interface SourceLoad {
  /** Without secrets. */
  readonly target: string
  readonly recordsPerSec: number
  start(): Promise<void>
  stop(): Promise<void>
}

type Kind = (target: URL, recordsPerSec: number, asker: Asker) => SourceLoad

/** By the scheme of the address. */
const KINDS: Readonly<Record<string, Kind>> = { 'http:': stubLoad, 'https:': stubLoad }

/** @throws TuneError UNSUPPORTED */
export function sourceLoad(target: URL, recordsPerSec: number, asker: Asker): SourceLoad {
  const kind = KINDS[target.protocol]
  if (kind !== undefined) return kind(target, recordsPerSec, asker)
  throw new TuneError('UNSUPPORTED', `--source-load cannot drive ${target.protocol}//`, {
    hint: 'it drives tune stub api: --source-load http://127.0.0.1:8080/records=500/s; rows into PostgreSQL: tune bench cdc',
  })
}

/** `tune stub api` lets records come at a rate that it is told. */
function stubLoad(target: URL, recordsPerSec: number, asker: Asker): SourceLoad {
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
