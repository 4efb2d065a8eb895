/** Pairs of fresh runs for a command: its progress on standard error, what decides by the kind of the first run. */
import { primaryOf } from '../baseline/changes.ts'
import type { GateRules } from '../baseline/gate.ts'
import { type Paired, runPairs } from '../baseline/pairs.ts'
import type { MetricName } from '../core/metrics.ts'
import type { ClientResult } from '../core/result.ts'
import { whyBroken } from '../core/trust.ts'
import { TuneError } from '../errors.ts'
import { randomOf } from '../records/random.ts'
import { type RunSide, withRuns } from './compare-runs.ts'
import type { Io } from './io.ts'

export interface NamedSide {
  readonly name: string
  readonly side: RunSide
}

interface PairsRequest {
  readonly base: NamedSide
  readonly now: NamedSide
  readonly rules: GateRules
  /** Undefined: those of the kind of run. */
  readonly metrics: readonly MetricName[] | undefined
  readonly budgetMs: number | undefined
  readonly seed: number
  readonly verbose: boolean
}

interface PairsEnded extends Paired {
  readonly metrics: readonly MetricName[]
  /** Of an interruption. */
  readonly exitCode: number | undefined
  /** Of the last run that was made again. */
  readonly whyReplaced?: string
}

/** A side is broken when so many of its runs were: no pair would tell, and it is no matter of more or less. */
const MOST_BROKEN = 3

export async function pairsOf(request: PairsRequest, io: Io): Promise<PairsEnded> {
  const { base, now, rules, budgetMs, seed, verbose } = request
  const sides = { base, now }
  return withRuns([base.side, now.side], { verbose }, io, async (runs) => {
    let metrics = request.metrics
    let whyReplaced: string | undefined
    const broken = { base: 0, now: 0 }
    const random = randomOf(seed, 0)
    const ended = await runPairs(
      { metrics: () => metrics ?? [], rules, ...(budgetMs === undefined ? {} : { budgetMs }) },
      {
        signal: runs.signal,
        nowMs: () => performance.now(),
        random: () => random.float(),
        async run(side) {
          const result = await runs.run(sides[side].side)
          metrics ??= primaryOf(result)
          const why = result.complete ? whyBroken(result) : undefined
          if (why !== undefined && ++broken[side] >= MOST_BROKEN) throw brokenSide(sides[side], result, why)
          return result
        },
        onPair: (pairs, judged) => io.err(`${progress(pairs, judged?.step)}\n`),
        onReplaced: (side, why) => {
          whyReplaced = `${sides[side].name}: ${why}`
          io.err(`a run of ${sides[side].name} is made again: ${why}\n`)
        },
      },
    )
    return {
      ...ended,
      metrics: metrics ?? [],
      exitCode: runs.exitCode(),
      ...(whyReplaced === undefined ? {} : { whyReplaced }),
    }
  })
}

function brokenSide({ name, side }: NamedSide, { errors }: ClientResult, why: string): TuneError {
  const [most] = Object.entries(errors).toSorted(([, a], [, b]) => b - a)
  const told = most === undefined ? '' : ` (${most[0]})`
  return new TuneError('RUN', `${why} in ${MOST_BROKEN} runs of ${name}${told}`, {
    hint: `see why with one run: tune ${side.command.join(' ')}`,
  })
}

function progress(pairs: number, step: { next: number } | { verdict: string } | undefined): string {
  if (step === undefined) return `pair ${pairs}`
  return 'next' in step
    ? `pair ${pairs}: not clear yet, on to ${step.next}`
    : `pair ${pairs}: ${step.verdict}`
}
