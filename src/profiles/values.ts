/** Numbers in YAML as people write them: `100k/s`, `2s`, `80%`. */
import type { Unit } from '../core/metrics.ts'
import { TuneError } from '../errors.ts'
import { parseBytes, parseCount, parseDurationMs, parseRate, parseRatio } from '../units.ts'

/**
 * A number with a unit, in the metric's own.
 * @param where for messages: file and line
 * @throws TuneError CONFIG
 */
export function parseIn(unit: Unit, text: string, where: string): number {
  try {
    return PARSE[unit](text, where)
  } catch (error) {
    if (!(error instanceof TuneError) || error.hint === undefined) throw error
    throw new TuneError('CONFIG', error.message, { hint: error.hint })
  }
}

const PARSE: Readonly<Record<Unit, (text: string, where: string) => number>> = {
  records: (text, where) => parseCount(text, where),
  count: (text, where) => parseCount(text, where),
  recordsPerSec: (text, where) => parseRate(text, where),
  perSec: (text, where) => parseRate(text, where),
  bytes: (text, where) => parseBytes(text, where),
  bytesPerSec: (text, where) => parseBytes(text.replace(/\/s(ec)?$/, ''), where),
  ms: (text, where) => parseDurationMs(text, where),
  us: (text, where) => parseDurationMs(text, where) * 1000,
  ratio: (text, where) => parseRatio(text, where),
  times: (text, where) => parseRatio(text, where),
}
