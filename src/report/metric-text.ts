/** Metrics as reports call and write them. Apart from plain cells: what prints no run needs no table of metrics. */
import { isMetricName, METRICS, type Unit } from '../core/metrics.ts'
import { formatCount, formatRate, formatShare } from '../units.ts'
import { MISSING, megabytesCell, ms } from './format.ts'

const BY_UNIT: Readonly<Record<Unit, (value: number, decimals: number) => string>> = {
  records: (value, decimals) => formatCount(value, decimals),
  recordsPerSec: (value) => formatRate(value),
  perSec: (value) => formatRate(value),
  bytes: (value) => `${formatCount(value)} B`,
  bytesPerSec: (value) => `${megabytesCell(value)} MB/s`,
  ms: (value) => ms(value),
  us: (value, decimals) => `${formatCount(value, decimals)} µs`,
  ratio: (value, decimals) => formatShare(value, Math.max(1, decimals - 2)),
  times: (value, decimals) => `${formatCount(value, decimals)}×`,
  count: (value, decimals) => formatCount(value, decimals),
}

/** A metric's number with its unit; an unknown metric's as it is. */
export function metricValueText(name: string, value: number | null | undefined): string {
  if (value === null || value === undefined) return MISSING
  if (!isMetricName(name)) return String(value)
  const { unit, decimals } = METRICS[name]
  return BY_UNIT[unit](value, decimals)
}

export function metricTitle(name: string): string {
  return isMetricName(name) ? METRICS[name].title : name
}
