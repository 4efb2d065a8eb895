import { formatCount, formatShare } from '../units.ts'

export { plural } from '../units.ts'

/** Not measured. Never 0. */
export const MISSING = '–'

/** The bare number of a column in ms: two decimals below 100, fewer above; what rounds to nothing says so. */
export function msCell(ms: number | undefined): string {
  if (ms === undefined) return MISSING
  if (ms > 0 && ms < 0.005) return '<0.01'
  return formatCount(ms, ms < 100 ? 2 : ms < 1000 ? 1 : 0)
}

/** `6.13 ms`. */
export function ms(value: number | undefined): string {
  return value === undefined ? MISSING : `${msCell(value)} ms`
}

export function countCell(count: number | undefined): string {
  return count === undefined ? MISSING : formatCount(count)
}

/** MB = 10^6 bytes, as in network and disk data sheets; Kafka's own tools print 2^20 under the same name. */
export function megabytesCell(bytesPerSec: number | undefined): string {
  if (bytesPerSec === undefined) return MISSING
  const megabytes = bytesPerSec / 1e6
  return formatCount(megabytes, megabytes < 10 ? 2 : megabytes < 1000 ? 1 : 0)
}

export function shareCell(ratio: number | undefined, decimals = 1): string {
  return ratio === undefined ? MISSING : formatShare(ratio, decimals)
}

/** What has a value, joined. */
export function joined(parts: readonly (string | undefined | false)[], separator = ' · '): string {
  return parts.filter((part) => typeof part === 'string' && part !== '').join(separator)
}
