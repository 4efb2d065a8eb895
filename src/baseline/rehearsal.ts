/** A gate on differences that are made up, or drawn from pairs that were run: how often it is right is counted, not hoped. */
import { type GateRules, judge, nextStep, type Step } from './gate.ts'

type GateVerdict = Extract<Step, { verdict: string }>['verdict']

/** Of many gates: how each ended, and how many pairs they took together. */
export interface Tally {
  readonly gates: number
  readonly ended: Readonly<Record<GateVerdict, number>>
  readonly pairs: number
}

/** One gate, from its first look to its end. @param draw the worsening of each metric in the next pair */
export function rehearse(
  draw: () => readonly number[],
  rules: GateRules,
): { verdict: GateVerdict; pairs: number } {
  const metrics: Record<string, number[]> = {}
  let made = 0
  for (const { pairs } of rules.looks) {
    for (; made < pairs; made++) {
      for (const [metric, worsening] of draw().entries()) {
        metrics[metric] ??= []
        metrics[metric].push(worsening)
      }
    }
    const step = nextStep(Object.values(judge(metrics, rules)), rules)
    if ('verdict' in step) return { verdict: step.verdict, pairs }
  }
  return { verdict: 'inconclusive', pairs: made }
}

/** @param machine what draws the pairs of one gate; called for each */
export function tally(gates: number, machine: () => () => readonly number[], rules: GateRules): Tally {
  const ended: Record<GateVerdict, number> = { regression: 0, improvement: 0, pass: 0, inconclusive: 0 }
  let pairs = 0
  for (let gate = 0; gate < gates; gate++) {
    const one = rehearse(machine(), rules)
    ended[one.verdict]++
    pairs += one.pairs
  }
  return { gates, ended, pairs }
}
