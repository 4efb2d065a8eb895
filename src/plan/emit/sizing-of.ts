import type { Sizing } from '../../sizing/schema.ts'
import type { Plan } from '../schema.ts'

/** The sizing of a calculator, the first where it was asked more than once. */
export function sizingOf(plan: Plan, calculator: string): Sizing | undefined {
  return plan.answers.find(({ sizing }) => sizing.calculator === calculator)?.sizing
}
