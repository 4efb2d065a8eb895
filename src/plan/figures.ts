/** Numbers of a sizing by name, and texts with other numbers in them. */
import { kindOf, type NumberInput, readInput } from '../sizing/inputs.ts'
import type { KindName } from '../sizing/kinds.ts'
import type { Sizing } from '../sizing/schema.ts'

/** Of a step, or of an input; undefined where the calculator had no such number. */
export function figure(sizing: Sizing, name: string): number | undefined {
  const value = sizing.steps.find((step) => step.name === name)?.value ?? sizing.inputs[name]?.value
  return typeof value === 'number' ? value : undefined
}

/** How `readInput` reads a number of the kind's unit. */
const WRITTEN: Readonly<Record<KindName, (digits: string) => string>> = {
  rate: (digits) => digits,
  perSec: (digits) => digits,
  count: (digits) => digits,
  bytes: (digits) => digits,
  mib: (digits) => `${digits}MiB`,
  gib: (digits) => `${digits}GiB`,
  mibPerSec: (digits) => `${digits}MiB/s`,
  ms: (digits) => `${digits}ms`,
  seconds: (digits) => `${digits}s`,
  share: (digits) => digits,
  factor: (digits) => digits,
  money: (digits) => digits,
}

/** The same input times a factor, within what it may be: `100k/s` by 2 is `200000`. Counts stay whole. */
export function scaledText(input: NumberInput, text: string, factor: number): string {
  const read = readInput('x', input, text, 'x')
  if (typeof read === 'string') return text
  const values = 'name' in read ? [read] : read
  const { min, max } = { ...kindOf(input), ...input }
  return values
    .map(({ value }) => {
      const times = Math.min(max, Math.max(min, value * factor))
      const kept = input.kind === 'count' ? Math.round(times) : Number(times.toPrecision(9))
      return WRITTEN[input.kind](kept.toFixed(9).replace(/\.?0+$/, ''))
    })
    .join(',')
}
