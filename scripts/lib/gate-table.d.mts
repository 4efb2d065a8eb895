import type { GateRules } from '../../src/baseline/gate.ts'
import type { Tally, tally } from '../../src/baseline/rehearsal.ts'
import type { randomOf } from '../../src/records/random.ts'

interface GateAnswer extends Tally {
  level: { name: string; noise: number; drift: number }
  change: number
}

export declare function gateAnswers(gate: {
  tally: typeof tally
  rules: GateRules
  randomOf: typeof randomOf
}): GateAnswer[]
export declare function gateTable(answers: readonly GateAnswer[]): string
