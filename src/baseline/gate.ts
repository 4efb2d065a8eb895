/**
 * The sequential gate: pairs of runs come in, and at set numbers of them it says regression, pass, or go on. Looking
 * often at a usual test raises a false alarm sooner or later. Here the levels of all looks sum up to less than 1 %, so a
 * gate on an unchanged system raises one in fewer than one of a hundred runs, however its metrics hang together.
 */
import { detectableShift, pairsToSee, robustSd } from './statistics/detectable.ts'
import { type Shift, shiftOf } from './statistics/shift.ts'
import { signedRank } from './statistics/signed-rank.ts'

export interface Look {
  readonly pairs: number
  /** One-sided level for all metrics together. */
  readonly alpha: number
}

export interface GateRules {
  /** When it is judged; the last one ends it. */
  readonly looks: readonly Look[]
  /** A shift is none of anybody's concern below this: 0.03 = 3 % worse. */
  readonly smallestChange: number
  /** It passes when the change is surely below this: 0.05 = 5 % worse. */
  readonly tolerance: number
}

/** Ten is the first number of pairs at which the strictest of three metrics (0.003 / 3) can be reached: 2^-10. */
export const DEFAULT_RULES: GateRules = {
  looks: [
    { pairs: 10, alpha: 0.003 },
    { pairs: 16, alpha: 0.0017 },
    { pairs: 24, alpha: 0.0017 },
    { pairs: 32, alpha: 0.0017 },
    { pairs: 48, alpha: 0.0017 },
  ],
  smallestChange: 0.03,
  tolerance: 0.05,
}

/** Of one metric: a pair of runs each, as ln(candidate / base), turned so that more is worse. */
export type Worsenings = readonly number[]

export type MetricVerdict = 'regression' | 'improvement' | 'pass' | 'inconclusive'

export interface Judgement {
  readonly verdict: MetricVerdict
  /** ln(candidate / base); the interval holds the truth in 95 of 100 cases. */
  readonly estimate: number
  readonly interval: readonly [low: number, high: number] | undefined
  /** One-sided, towards the side the estimate is on. */
  readonly p: number
  readonly pairs: number
  /** The smallest worsening it would have seen, as a ratio: 0.04 = 4 %. */
  readonly detectable: number | undefined
  /** Pairs that would do, where these did not. */
  readonly pairsNeeded: number | undefined
}

/** Of a two-sided interval: its upper end alone is a bound at 0.05. */
const PASS_ALPHA = 0.1
const SHOWN_ALPHA = 0.05

/** Judges every metric on the pairs there are. Holm's steps: the clearest metric is held to alpha / metrics, and so on. */
export function judge<Name extends string>(
  metrics: Readonly<Record<Name, Worsenings>>,
  rules: GateRules = DEFAULT_RULES,
): Record<Name, Judgement> {
  const names = Object.keys(metrics) as Name[]
  const ranks = new Map(names.map((name) => [name, signedRank(metrics[name])]))
  const alpha = levelAt(Math.min(...names.map((name) => metrics[name].length)), rules)
  const isWorse = holm(names, (name) => ranks.get(name)?.pMore ?? 1, alpha)
  const isBetter = holm(names, (name) => ranks.get(name)?.pLess ?? 1, alpha)
  const judged = names.map((name) => {
    const differences = metrics[name]
    const shift = shiftOf(differences)
    const { pMore = 1, pLess = 1 } = ranks.get(name) ?? {}
    const verdict = verdictOf(shift, isWorse.has(name), isBetter.has(name), rules)
    const detectable = detectableShift(differences, alpha)
    const judgement: Judgement = {
      verdict,
      estimate: shift.estimate,
      interval: shift.interval(SHOWN_ALPHA),
      p: shift.estimate < 0 ? pLess : pMore,
      pairs: differences.length,
      // However sure it is, less is no regression
      detectable:
        detectable === undefined ? undefined : Math.max(Math.expm1(detectable), rules.smallestChange),
      pairsNeeded: verdict === 'inconclusive' ? pairsNeeded(differences, alpha, rules) : undefined,
    }
    return [name, judgement] as const
  })
  return Object.fromEntries(judged) as Record<Name, Judgement>
}

/** It is judged at looks alone: those that are made are not enough, whatever their scatter says. */
function pairsNeeded(differences: Worsenings, alpha: number, rules: GateRules): number {
  const enough = pairsToSee(Math.log1p(rules.tolerance), robustSd(differences), alpha)
  return Math.max(enough, nextLook(differences.length, rules) ?? differences.length + 1)
}

/** Pairs at which it is looked again after so many; undefined after the last look. */
export function nextLook(pairs: number, { looks }: GateRules): number | undefined {
  return looks.find((look) => look.pairs > pairs)?.pairs
}

function verdictOf(shift: Shift, isWorse: boolean, isBetter: boolean, rules: GateRules): MetricVerdict {
  const floor = Math.log1p(rules.smallestChange)
  if (isWorse && shift.estimate >= floor) return 'regression'
  if (isBetter && shift.estimate <= -floor) return 'improvement'
  const highest = shift.interval(PASS_ALPHA)?.[1]
  return highest !== undefined && highest < Math.log1p(rules.tolerance) ? 'pass' : 'inconclusive'
}

/** Of the look that so many pairs have reached; before the first, the first one's. */
function levelAt(pairs: number, { looks }: GateRules): number {
  return (looks.findLast((look) => look.pairs <= pairs) ?? looks[0])?.alpha ?? 0
}

export type Step =
  /** So many pairs in all, then it is looked at again. */
  { readonly next: number } | { readonly verdict: 'regression' | 'improvement' | 'pass' | 'inconclusive' }

/** After a look. Undecided metrics go on to the next look; one regression is enough at any. */
export function nextStep(judgements: readonly Judgement[], rules: GateRules = DEFAULT_RULES): Step {
  const has = (verdict: MetricVerdict) => judgements.some((one) => one.verdict === verdict)
  if (has('regression')) return { verdict: 'regression' }
  if (!has('inconclusive')) return { verdict: has('improvement') ? 'improvement' : 'pass' }
  const next = nextLook(judgements[0]?.pairs ?? 0, rules)
  return next === undefined ? { verdict: 'inconclusive' } : { next }
}

/** Which metrics are sure, when the clearest has to be clearer than one alone would. */
function holm<Name>(names: readonly Name[], pOf: (name: Name) => number, alpha: number): Set<Name> {
  const sorted = names.toSorted((a, b) => pOf(a) - pOf(b))
  const unsure = sorted.findIndex((name, step) => pOf(name) > alpha / (names.length - step))
  return new Set(unsure < 0 ? sorted : sorted.slice(0, unsure))
}
