/**
 * From pairs of one and the same thing, what the gate does on this machine: pairs are drawn from them again, each with its
 * sides by a coin, and go through the gate as they are, or with something added to one metric. Pure.
 */
import type { Calibration } from '../core/calibration.ts'
import type { MetricName } from '../core/metrics.ts'
import type { Pair } from './changes.ts'
import type { GateRules } from './gate.ts'
import { rehearse, tally } from './rehearsal.ts'
import { robustSd } from './statistics/detectable.ts'
import { worsening } from './worsening.ts'

/** Gates that an unchanged system goes through; and for each worsening of each metric. */
const UNCHANGED_GATES = 2000
const CHANGED_GATES = 200
const WORSENINGS = [0.04, 0.05, 0.07, 0.1, 0.15, 0.2, 0.3, 0.5] as const
const FOUND = 0.9

type Counted = Pick<Calibration, 'asTheyCame' | 'unchanged' | 'metrics'>

/** @param random 0 to 1 @returns undefined where no metric was measured in every run */
export function calibrated(
  pairs: readonly Pair[],
  names: readonly MetricName[],
  rules: GateRules,
  random: () => number,
): Counted | undefined {
  const metrics = names.flatMap((name) => {
    const worsenings = pairs.flatMap(({ base, now }) => worsening(name, base, now) ?? [])
    return worsenings.length === pairs.length && pairs.length > 0 ? [{ name, worsenings }] : []
  })
  if (metrics.length === 0) return undefined
  const pairAt = (at: number) => metrics.map(({ worsenings }) => worsenings[at] ?? 0)
  /** @param added to the metric of that place */
  const machine = (added: (place: number) => number) => () => () => {
    const drawn = pairAt(Math.floor(random() * pairs.length))
    const sign = random() < 0.5 ? 1 : -1
    return drawn.map((one, place) => sign * one + added(place))
  }
  const unchanged = tally(
    UNCHANGED_GATES,
    machine(() => 0),
    rules,
  )
  let at = 0
  const looks = rules.looks.filter((look) => look.pairs <= pairs.length)
  return {
    asTheyCame: rehearse(() => pairAt(at++), { ...rules, looks }).verdict,
    unchanged: {
      gates: unchanged.gates,
      regressions: unchanged.ended.regression,
      inconclusive: unchanged.ended.inconclusive,
      pairs: unchanged.pairs / unchanged.gates,
    },
    metrics: metrics.map(({ name, worsenings }, place) => {
      const found = foundOf(place, machine, rules)
      const smallest = found.find(({ share }) => share >= FOUND)
      return {
        metric: name,
        noiseRatio: Math.expm1(robustSd(worsenings)),
        found,
        ...(smallest === undefined ? {} : { smallestFound: smallest.worsening }),
      }
    }),
  }
}

function foundOf(
  place: number,
  machine: (added: (place: number) => number) => () => () => readonly number[],
  rules: GateRules,
): { worsening: number; share: number }[] {
  return WORSENINGS.map((worse) => {
    const added = (other: number) => (other === place ? Math.log1p(worse) : 0)
    const { gates, ended } = tally(CHANGED_GATES, machine(added), rules)
    return { worsening: worse, share: ended.regression / gates }
  })
}
