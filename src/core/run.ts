/**
 * Runs one phase. Warm-up and measured time are two phases of the same walk, each drained before the next begins, so no
 * debt is carried over the border.
 */
import { runPaced } from './paced.ts'
import type { Answers, Phase, PhaseOutcome, PhasePlan } from './phase.ts'
import { runUnpaced } from './unpaced.ts'

export async function runPhase(plan: PhasePlan, phase: Phase, answers: Answers): Promise<PhaseOutcome> {
  return plan.load.shape === 'unpaced'
    ? runUnpaced(plan, plan.load.maxInFlight, phase, answers)
    : runPaced(plan, plan.load, phase, answers)
}
