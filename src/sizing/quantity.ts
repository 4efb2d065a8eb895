/** A number with its name and unit, which is what formulas are made of. */
import { formatNumber, unitText } from '../units.ts'

export interface Quantity {
  /** As formulas write it: `rate`, `replication`. */
  readonly name: string
  readonly value: number
  /** `records/s`, `MiB/s`, `partitions`; empty for a bare number. */
  readonly unit: string
  /** Where a person set it: `--rate`, or a place in a plan. A step has none. */
  readonly label?: string
}

const DIGITS = 6

/**
 * What a step prints is what the next step counts with: whole numbers in full, others with six significant digits. So a
 * pocket calculator that is fed with the printed numbers comes to the same answer.
 */
export function rounded(value: number): number {
  if (Number.isInteger(value)) return value
  return Math.abs(value) >= 10 ** DIGITS ? Math.round(value) : Number(value.toPrecision(DIGITS))
}

export function quantity(name: string, value: number, unit: string): Quantity {
  return { name, value: rounded(value), unit }
}

/** `12 partitions`, `1 partition`, `97.66 MiB/s`: for sentences, where four digits are enough. */
export function shown({ value, unit }: Pick<Quantity, 'value' | 'unit'>): string {
  const short = Number.isInteger(value)
    ? value
    : Math.abs(value) >= 1000
      ? Math.round(value)
      : Number(value.toPrecision(4))
  return unit === '' ? formatNumber(short) : `${formatNumber(short)} ${unitText(short, unit)}`
}
