import type { Calculator } from './calculator.ts'
import { consumers } from './consumers.ts'
import { lag } from './lag.ts'
import { partitions } from './partitions.ts'

/** Every calculator: one file, one line here. */
export const CALCULATORS = {
  partitions,
  consumers,
  lag,
} as const satisfies Record<string, Calculator>

export type CalculatorName = keyof typeof CALCULATORS
