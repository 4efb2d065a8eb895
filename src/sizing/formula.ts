import { formatNumber } from '../units.ts'
import type { Quantity } from './quantity.ts'

/**
 * One formula three ways: in names, in numbers for people, in numbers for machines. What people read is written when it
 * is asked for: a plan counts thousands of formulas that nobody prints.
 */
export interface Formula {
  /** `ceil(peak / produceRate)` */
  readonly names: string
  /** `ceil(150,000 / 20,000)` */
  readonly numbers: string
  /** `ceil(150000 / 20000)` */
  readonly expression: string
}

type Part = Quantity | number | readonly (Quantity | number)[]

/**
 * Arithmetic with quantities in it: f`ceil(${peak} / (${produceRate} × ${utilization}))`. A list of quantities becomes
 * the arguments of a function: f`max(${needs})`.
 */
export function f(texts: TemplateStringsArray, ...parts: readonly Part[]): Formula {
  const filled = (write: (part: Quantity | number) => string) =>
    texts.map((text, n) => text + (n < parts.length ? written(parts[n] ?? 0, write) : '')).join('')
  return {
    get names() {
      return filled((part) => (typeof part === 'number' ? formatNumber(part) : part.name))
    },
    get numbers() {
      return filled((part) => formatNumber(numberIn(part)))
    },
    expression: filled((part) => plain(numberIn(part))),
  }
}

/** The largest of some, said plainly where there is only one. */
export function most(parts: readonly Quantity[]): Formula {
  return parts.length === 1 ? f`${parts}` : f`max(${parts})`
}

function written(part: Part, write: (part: Quantity | number) => string): string {
  return typeof part === 'number' || 'name' in part ? write(part) : part.map(write).join(', ')
}

function numberIn(part: Quantity | number): number {
  return typeof part === 'number' ? part : part.value
}

/** Without separators. */
function plain(value: number): string {
  const text = String(value)
  return text.includes('e') ? formatNumber(value).replaceAll(',', '') : text
}
