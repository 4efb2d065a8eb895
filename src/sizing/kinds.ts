/** What an input may be: how people write it, the unit that formulas count in, and how it reads. */
import {
  formatBytes,
  formatBytesPerSec,
  formatDurationMs,
  formatNumber,
  formatRate,
  formatShare,
  parseBytes,
  parseBytesPerSec,
  parseCount,
  parseDurationMs,
  parsePrice,
  parseRate,
  parseRatio,
  type Range,
} from '../units.ts'

export interface Kind {
  /** Of formulas. */
  readonly unit: string
  /** In `--help`: `<rate>`. */
  readonly placeholder: string
  /** To the unit of formulas. */
  parse(text: string, label: string, range: Range): number
  /** As people write it. */
  show(value: number): string
  /** The limits of what is not absurd. */
  readonly min: number
  readonly max: number
}

const MIB = 1024 ** 2
const SECONDS_MAX = 100 * 365 * 86_400

/** A kind whose parser speaks another unit than formulas do. */
function scaled(
  unit: string,
  placeholder: string,
  factor: number,
  parse: (text: string, label: string, range: Range) => number,
  show: (value: number) => string,
  limits: { min: number; max: number },
): Kind {
  return {
    unit,
    placeholder,
    parse: (text, label, { min, max }) =>
      parse(text, label, {
        ...(min === undefined ? {} : { min: min * factor }),
        ...(max === undefined ? {} : { max: max * factor }),
      }) / factor,
    show: (value) => show(value * factor),
    ...limits,
  }
}

export const KINDS = {
  /** Of records. */
  rate: {
    unit: 'records/s',
    placeholder: 'rate',
    parse: (text, label, range) => parseRate(text, label, { ...range, paced: true }),
    show: (value) => formatRate(value),
    min: 1e-6,
    max: 1e12,
  },
  /** Of anything else: the input names its unit. */
  perSec: {
    unit: '/s',
    placeholder: 'rate',
    parse: (text, label, range) => parseRate(text, label, { ...range, paced: true }),
    show: (value) => formatRate(value),
    min: 1e-6,
    max: 1e12,
  },
  count: {
    unit: '',
    placeholder: 'n',
    parse: parseCount,
    show: formatNumber,
    min: 1,
    max: 1e15,
  },
  bytes: { unit: 'B', placeholder: 'bytes', parse: parseBytes, show: formatBytes, min: 1, max: 1e15 },
  mib: scaled('MiB', 'bytes', MIB, parseBytes, formatBytes, { min: 1, max: 1e9 }),
  gib: scaled('GiB', 'bytes', MIB * 1024, parseBytes, formatBytes, { min: 1e-3, max: 8e6 }),
  mibPerSec: scaled('MiB/s', 'bytes/s', MIB, parseBytesPerSec, formatBytesPerSec, { min: 1 / MIB, max: 8e9 }),
  ms: {
    unit: 'ms',
    placeholder: 'time',
    parse: parseDurationMs,
    show: formatDurationMs,
    min: 1e-3,
    max: SECONDS_MAX * 1000,
  },
  seconds: scaled('s', 'time', 1000, parseDurationMs, formatDurationMs, { min: 1e-3, max: SECONDS_MAX }),
  /** 0 to 1, not 0. */
  share: { unit: '', placeholder: 'share', parse: parseRatio, show: formatShare, min: 1e-6, max: 1 },
  factor: {
    unit: '',
    placeholder: 'factor',
    parse: parseRatio,
    show: (value) => `${formatNumber(value)}x`,
    min: 1,
    max: 10_000,
  },
  money: { unit: 'USD', placeholder: 'price', parse: parsePrice, show: formatNumber, min: 0, max: 1e9 },
} as const satisfies Record<string, Kind>

export type KindName = keyof typeof KINDS
