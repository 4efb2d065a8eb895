/** Comparisons as documents. Pure. */

import type { Diff } from '../core/diff.ts'
import { mergeSummaries } from '../core/histogram.ts'
import type { MetricName } from '../core/metrics.ts'
import type { ClientResult } from '../core/result.ts'
import { latencySchema } from '../core/result-parts.ts'
import { DIFF_SCHEMA } from '../core/schema-names.ts'
import type { Figures } from '../core/verdict.ts'
import { member } from '../member.ts'
import { configDifferences, type Difference, environmentDifferences } from './alike.ts'
import { judgeSittings, SHOWN } from './changes.ts'
import type { GateRules } from './gate.ts'
import { type NotCompared, notCompared } from './not-compared.ts'
import type { Paired } from './pairs.ts'

interface About {
  readonly startedAt: string
  /** What the sides are called. */
  readonly base: string
  readonly now: string
  readonly rules: GateRules
  readonly warnings: Diff['warnings']
}

export function pairedDiff(
  { pairs, judged, replaced, endedBy }: Paired,
  { seed, metrics, ...about }: About & { readonly seed: number; readonly metrics: readonly MetricName[] },
): Diff {
  const [first] = pairs
  const verdict = 'verdict' in judged.step ? judged.step.verdict : 'inconclusive'
  const [bases, nows] = [pairs.map(({ base }) => base), pairs.map(({ now }) => now)]
  const looked = [...new Set([...metrics, ...SHOWN])]
  return {
    ...head(about, bases, nows),
    verdict: endedBy === 'invalid' ? 'invalid' : verdict,
    mode: 'paired',
    changes: [...judged.changes],
    ...missing(pairs.length === 0 ? [] : notCompared(looked, metrics, judged.changes, bases, nows)),
    differences: first === undefined ? [] : allDifferences(first.base, first.now),
    pairing: { pairs: pairs.length, replaced, seed, endedBy },
  }
}

/**
 * @param sittings runs of each stored sitting
 * @param differences between the two sides
 * @param shown what is looked at beside the metrics that decide
 */
export function storedDiff(
  sittings: readonly (readonly Figures[])[],
  now: readonly Figures[],
  metrics: readonly MetricName[],
  about: About & {
    readonly differences: readonly Difference[]
    readonly shown?: readonly MetricName[] | undefined
  },
): Diff {
  const found = judgeSittings(sittings, now, metrics, about.rules, about.shown)
  return {
    ...head(about, sittings.flat(), now),
    verdict: found.verdict,
    mode: 'stored',
    changes: [...found.changes],
    ...missing(found.notCompared),
    differences: [...about.differences],
  }
}

function missing(notCompared: NotCompared): Pick<Diff, 'notCompared'> {
  return notCompared.length === 0 ? {} : { notCompared }
}

function head(
  { startedAt, base, now, rules, warnings }: About,
  baseRuns: readonly Figures[],
  nowRuns: readonly Figures[],
) {
  const { smallestChange, tolerance } = rules
  return {
    schema: DIFF_SCHEMA as typeof DIFF_SCHEMA,
    startedAt,
    base: sideOf(base, baseRuns),
    now: sideOf(now, nowRuns),
    rules: { smallestChange, tolerance },
    warnings,
  }
}

function sideOf(name: string, runs: readonly Figures[]): Diff['base'] {
  const latency = mergeSummaries(runs.map((run) => latencySchema.safeParse(member(run, 'latency')).data))
  return { name, runs: runs.length, ...(latency === undefined ? {} : { latency }) }
}

/** In what was asked, and where it ran. */
export function allDifferences(base: ClientResult, now: ClientResult): Difference[] {
  return [...configDifferences(base, now), ...environmentDifferences(base, now)]
}
