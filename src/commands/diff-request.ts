/** What both ways of comparing share. */
import type { GateRules } from '../baseline/gate.ts'
import type { Diff } from '../core/diff.ts'
import type { MetricName } from '../core/metrics.ts'
import { TuneError } from '../errors.ts'
import type { ReportName } from '../report/names.ts'

export interface DiffFlags {
  paired?: boolean
  escalate?: boolean
  a?: string
  b?: string
  aTune?: string
  bTune?: string
  runs: string
  judge?: string
  minChange?: string
  tolerance?: string
  budget?: string
  seed?: string
  allowEnvChange?: boolean
  init?: boolean
  strict?: boolean
  verbose?: boolean
  report: ReportName
  output?: string
  save?: string
}

export interface DiffRequest {
  readonly names: readonly string[]
  readonly command: readonly string[]
  readonly flags: DiffFlags
  readonly rules: GateRules
  /** Undefined: those of the kind of run. */
  readonly metrics: readonly MetricName[] | undefined
}

export interface DiffEnded {
  readonly document: Diff
  /** Of an interruption. */
  readonly exitCode?: number | undefined
}

/** @throws TuneError CONFIG naming what was asked differently */
export function refuseOtherConfig({ differences }: Diff): void {
  const found = differences.filter(({ name }) => !name.startsWith('environment.'))
  const [first] = found
  if (first === undefined) return
  const names = found.map(({ name, base, now }) => `${name} ${base} -> ${now}`).join(', ')
  throw new TuneError('CONFIG', `the two sides were asked for different things: ${names}`, {
    hint: 'a comparison changes one thing: give it with --paired --a and --b, which make both sides here and now',
  })
}

/** @throws TuneError CONFIG naming what is different */
export function refuseOtherPlace({ differences }: Diff, flags: DiffFlags): void {
  const found = differences.filter(({ name }) => name.startsWith('environment.'))
  if (found.length === 0 || flags.allowEnvChange === true) return
  const names = found.map(({ name, base, now }) => `${name.slice('environment.'.length)} ${base} -> ${now}`)
  throw new TuneError('CONFIG', `the two sides ran in different places: ${names.join(', ')}`, {
    hint: 'run both here with --paired, or say --allow-env-change',
  })
}
