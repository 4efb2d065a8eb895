import type { Calculator } from './calculator.ts'
import { partitions } from './partitions.ts'

/** Every calculator: one file, one line here. */
export const CALCULATORS = {
  partitions,
} as const satisfies Record<string, Calculator>

export type CalculatorName = keyof typeof CALCULATORS
