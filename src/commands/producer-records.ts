/** What is sent, from flags. */
import { TuneError } from '../errors.ts'
import {
  parseCompressibility,
  parseHeaders,
  parseKeys,
  parseSize,
  type RecordSpec,
} from '../records/index.ts'
import { parseCount } from '../units.ts'
import type { RecordFlags } from './bench-flags.ts'

export function recordSpec(flags: RecordFlags): RecordSpec {
  const chosen = [
    flags.recordSize !== undefined && '--record-size',
    flags.payloadFile !== undefined && '--payload-file',
    flags.payloadTemplate !== undefined && '--payload-template',
    flags.payloadMonotonic === true && '--payload-monotonic',
  ].filter((flag) => flag !== false)
  if (chosen.length > 1) {
    throw new TuneError('USAGE', `${chosen.join(' and ')} exclude each other`, { hint: 'give one of them' })
  }
  return {
    ...(flags.recordSize === undefined ? {} : { size: parseSize(flags.recordSize, '--record-size') }),
    ...(flags.compressibility === undefined
      ? {}
      : { compressibility: parseCompressibility(flags.compressibility, '--compressibility') }),
    ...(flags.payloadFile === undefined ? {} : { payloadFile: flags.payloadFile }),
    ...(flags.payloadDelimiter === undefined ? {} : { delimiter: flags.payloadDelimiter }),
    ...(flags.payloadTemplate === undefined ? {} : { template: flags.payloadTemplate }),
    ...(flags.payloadMonotonic === true ? { monotonic: true } : {}),
    ...(flags.header === undefined ? {} : { headers: parseHeaders(flags.header, seedOf(flags)) }),
    ...(flags.seed === undefined ? {} : { seed: seedOf(flags) }),
    keys: parseKeys(keysText(flags), '--keys'),
  }
}

/** kafka-producer-perf-test names its keys by two flags: a kind, and how many there are. */
function keysText(flags: RecordFlags): string {
  const { keys, keyDistribution, recordKeyRange } = flags
  if (keys !== undefined) return keys
  if (keyDistribution === undefined || keyDistribution === 'none') return 'none'
  return `${keyDistribution === 'range' ? 'range' : 'uniform'}:${recordKeyRange ?? '10000'}`
}

function seedOf({ seed }: RecordFlags): number {
  return seed === undefined ? 1 : parseCount(seed, '--seed')
}
