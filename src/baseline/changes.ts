/** What changed between two sets of runs, metric by metric: the judged ones first, the others to look at. Pure. */

import type { Change, Diff } from '../core/diff.ts'
import { METRICS, type MetricName, metric } from '../core/metrics.ts'
import type { ClientResult } from '../core/result.ts'
import { spread } from '../core/spread.ts'
import { type Figures, metricValue } from '../core/verdict.ts'
import { type GateRules, type Judgement, judge, nextStep, type Step } from './gate.ts'
import { type NotCompared, notCompared } from './not-compared.ts'
import { whyNotJudged } from './samples.ts'
import { judgeStored, type StoredJudgement } from './stored.ts'
import { PRIMARY, PRIMARY_UNPACED, ratioOf, turned, worsening } from './worsening.ts'

/** Runs of either side that belong together: made in one breath. */
export interface Pair {
  readonly base: ClientResult
  readonly now: ClientResult
}

/** Metrics that are looked at beside the judged ones, in this order. */
export const SHOWN: readonly MetricName[] = [
  'recordsPerSec',
  'latency.p50Ms',
  'latency.p90Ms',
  'latency.p99Ms',
  'service.p50Ms',
  'poll.p50Ms',
  'joinMs',
  'cpuUsPerRecord',
  'errorRatio',
]

/** Which metrics decide, unless a person says. */
export function primaryOf(run: ClientResult): readonly MetricName[] {
  const isUnpaced = 'load' in run.plan && run.plan.load.shape === 'unpaced'
  const names: readonly MetricName[] = isUnpaced ? PRIMARY_UNPACED : PRIMARY
  return names.filter((name) => metricValue(run, name) !== undefined)
}

export interface Judged {
  readonly changes: readonly Change[]
  readonly step: Step
}

/** @param names the metrics that decide */
export function judgePairs(pairs: readonly Pair[], names: readonly MetricName[], rules: GateRules): Judged {
  if (pairs.length === 0) return { changes: [], step: { verdict: 'inconclusive' } }
  const runs = pairs.flatMap(({ base, now }) => [base, now])
  const series = (name: MetricName) => pairs.map(({ base, now }) => worsening(name, base, now))
  const reasons = new Map(
    names.map((name) => [
      name,
      series(name).includes(undefined) ? 'not measured in every run' : whyNotJudged(name, runs),
    ]),
  )
  const deciding = names.filter((name) => reasons.get(name) === undefined)
  const known = (name: MetricName) => series(name).flatMap((value) => value ?? [])
  const judgements = judge(Object.fromEntries(deciding.map((name) => [name, known(name)])), rules)
  const shown = SHOWN.filter((name) => !names.includes(name) && known(name).length > 1)
  // Each by itself, and for the eye only
  const others = shown.map((name) => [name, judge({ [name]: known(name) }, rules)[name]] as const)
  const change = (name: MetricName, judgement: Judgement | undefined) =>
    judgement === undefined ? [] : [pairedChange(name, pairs, judgement)]
  return {
    changes: [
      ...deciding.flatMap((name) => change(name, judgements[name])),
      ...names
        .filter((name) => !deciding.includes(name) && known(name).length > 1)
        .flatMap((name) => change(name, judge({ [name]: known(name) }, rules)[name]))
        .map((one) => notJudged(one, reasons.get(one.metric as MetricName))),
      ...others.flatMap(([name, judgement]) => change(name, judgement)).map((one) => notJudged(one)),
    ],
    step: deciding.length === 0 ? { verdict: 'inconclusive' } : nextStep(Object.values(judgements), rules),
  }
}

function pairedChange(name: MetricName, pairs: readonly Pair[], judgement: Judgement): Change {
  const { estimate, interval, p, pairs: n, detectable, pairsNeeded, verdict } = judgement
  return {
    metric: name,
    base: middle(name, pairs, 'base'),
    now: middle(name, pairs, 'now'),
    ratio: ratioOf(name, estimate),
    ...(interval === undefined ? {} : { interval: ratios(name, interval) }),
    p,
    n,
    ...(detectable === undefined ? {} : { minDetectable: detectable }),
    ...(pairsNeeded === undefined ? {} : { pairsNeeded }),
    verdict,
  }
}

function notJudged({ pairsNeeded: _, ...change }: Change, reason?: string): Change {
  return { ...change, verdict: 'not judged', ...(reason === undefined ? {} : { reason }) }
}

function middle(name: MetricName, pairs: readonly Pair[], side: keyof Pair): number {
  return spread(pairs.flatMap((pair) => metricValue(pair[side], name) ?? [])).median
}

/** Whatever other tools tell that is good or bad, and does not just grow with the length of a run. */
export const ALL_SHOWN: readonly MetricName[] = (Object.keys(METRICS) as MetricName[]).filter(
  (name) => metric(name).better !== 'none' && metric(name).unit !== 'records',
)

interface JudgedSittings {
  readonly changes: readonly Change[]
  readonly notCompared: NotCompared
  readonly verdict: Diff['verdict']
}

/** @param sittings runs of each stored sitting @param now the runs of the new one @param names what decides */
export function judgeSittings(
  sittings: readonly (readonly Figures[])[],
  now: readonly Figures[],
  names: readonly MetricName[],
  rules: GateRules,
  shown: readonly MetricName[] = SHOWN,
): JudgedSittings {
  const runs = [...sittings.flat(), ...now]
  const looked = [...new Set([...names, ...shown])]
  const changes = looked.flatMap((name) => {
    const stored = sittings.flatMap((sitting) => sittingValue(name, sitting) ?? [])
    const value = sittingValue(name, now)
    if (value === undefined || stored.length === 0) return []
    const reason = whyNotJudged(name, runs)
    const judgement = judgeStored(
      stored.map((one) => turned(name, Math.log(one))),
      turned(name, Math.log(value)),
      rules.smallestChange,
    )
    const change = storedChange(name, spread(stored).median, value, judgement)
    return [names.includes(name) && reason === undefined ? change : notJudged(change, reason)]
  })
  const inOrder = changes.toSorted(
    (a, b) => Number(a.verdict === 'not judged') - Number(b.verdict === 'not judged'),
  )
  const has = (verdict: Change['verdict']) => changes.some((change) => change.verdict === verdict)
  const verdict = (['regression', 'suspect', 'improvement', 'pass'] as const).find(has) ?? 'inconclusive'
  const missing = notCompared(looked, names, changes, sittings.flat(), now)
  return { changes: inOrder, notCompared: missing, verdict }
}

/** One sitting is one value: its median run. */
function sittingValue(name: MetricName, runs: readonly Figures[]): number | undefined {
  const values = runs.flatMap((run) => metricValue(run, name) ?? [])
  const { median } = spread(values)
  return median > 0 ? median : undefined
}

function storedChange(name: MetricName, base: number, now: number, judgement: StoredJudgement): Change {
  const { estimate, expected, p, sittings, detectable, verdict } = judgement
  return {
    metric: name,
    base,
    now,
    ratio: ratioOf(name, estimate),
    ...(expected === undefined ? {} : { interval: ratios(name, expected) }),
    ...(p === undefined ? {} : { p }),
    n: sittings,
    ...(detectable === undefined ? {} : { minDetectable: detectable }),
    verdict,
  }
}

function ratios(name: MetricName, interval: readonly [number, number]): [number, number] {
  const [one, other] = [ratioOf(name, interval[0]), ratioOf(name, interval[1])]
  return one < other ? [one, other] : [other, one]
}
