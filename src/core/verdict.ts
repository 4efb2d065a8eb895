/** Judges a result against thresholds. What was not measured never passes; what cannot apply says why. */
import { member } from '../member.ts'
import { metric } from './metrics.ts'
import type { Verdict } from './result.ts'
import { describeBound, meets, type Threshold } from './threshold.ts'

/** What has figures: `metrics`, and the blocks that a metric's name may begin with. */
export interface Figures {
  readonly metrics: Readonly<Record<string, number>>
}

/** What verdicts look at: figures, and where and how it ran. */
export interface Judged extends Figures {
  /** Where it has a cluster. */
  readonly environment: { readonly cores: number; readonly broker?: { readonly onThisMachine: boolean } }
  /** With `load`, where it sends. */
  readonly plan: object
}

/** The number a metric's name stands for in this result; undefined = not measured. */
export function metricValue(result: Figures, name: string): number | undefined {
  const [block, field] = name.split('.')
  if (field === undefined) return result.metrics[name]
  const value = member(member(result, block ?? ''), field)
  return typeof value === 'number' ? value : undefined
}

/** Why a threshold says nothing about this run, or undefined when it does. */
function whyNotApplicable(result: Judged, threshold: Threshold): string | undefined {
  const { metric: name, critical } = threshold
  if (name.startsWith('latency.') && member(member(result.plan, 'load'), 'shape') === 'unpaced') {
    return 'unpaced: latency is the length of the queue'
  }
  if (isAboveAsked(result, name, critical)) return 'only a lower rate was asked for'
  if (name === 'cacheHitRatio' && cachesNothing(result)) return 'nothing is cached'
  const { onThisMachine = true } = result.environment.broker ?? {}
  // The line that is seen is this machine's end of it.
  if (name === 'host.networkRatio') {
    if (onThisMachine) return 'the broker is on this machine: loopback has no line speed'
    return metricValue(result, name) === undefined ? 'this machine does not tell its line speed' : undefined
  }
  if (name.startsWith('host.') && !onThisMachine) {
    return 'the broker runs on another machine, which is not seen from here'
  }
  return undefined
}

/** Of a run that polls: no connector has a cache. */
function cachesNothing({ plan }: Judged): boolean {
  const instances = member(plan, 'instances')
  return Array.isArray(instances) && instances.every((one) => member(one, 'cache') === undefined)
}

/** Whether a run at the asked rate cannot meet the bound, however good client and broker are. */
function isAboveAsked({ metrics }: Judged, name: string, bound: Threshold['target']): boolean {
  const asked = metrics.targetRecordsPerSec
  return name === 'recordsPerSec' && asked !== undefined && 'above' in bound && asked < bound.above
}

export function judge(result: Judged, thresholds: readonly Threshold[]): Verdict[] {
  return thresholds.map((threshold) => {
    const value = metricValue(result, threshold.metric)
    // Not rounded as values are: the level must follow from the text of its bound.
    const isRatio = metric(threshold.metric).unit === 'ratio'
    const format = (number: number) =>
      isRatio ? `${+(number * 100).toPrecision(9)} %` : String(+number.toPrecision(9))
    const verdict = {
      metric: threshold.metric,
      value: value ?? null,
      target: describeBound(threshold.target, format),
      critical: describeBound(threshold.critical, format),
      source: threshold.source,
    }
    const reason = whyNotApplicable(result, threshold)
    if (reason !== undefined) return { ...verdict, level: 'not applicable', reason }
    if (value === undefined) return { ...verdict, level: 'not measured' }
    if (isAboveAsked(result, threshold.metric, threshold.target)) {
      return {
        ...verdict,
        level: meets(threshold.critical, value) ? 'ok' : 'critical',
        reason: 'a rate below the target was asked for: judged by the critical bound alone',
      }
    }
    const level = levelOf(threshold, value)
    const isLow = level === 'ok' && !meets(threshold.target, value)
    return { ...verdict, level, ...(isLow ? { reason: 'below the range: room is left' } : {}) }
  })
}

/** How good a value is. Below a range of utilization is good as well. */
function levelOf(
  { metric: name, target, critical }: Pick<Threshold, 'metric' | 'target' | 'critical'>,
  value: number,
): 'ok' | 'warn' | 'critical' {
  if (!meets(critical, value)) return 'critical'
  return meets(target, value) || (metric(name).better === 'none' && isBelow(target, value)) ? 'ok' : 'warn'
}

/** Below a range of good values, where that only means that the machine has more to give. */
function isBelow(target: Threshold['target'], value: number): boolean {
  return 'between' in target && value < target.between[0]
}

/**
 * Whether verdicts gate.
 * @param failOn 'critical' or 'warn': that level and worse fail. What was not measured fails too.
 */
export function gateFails(verdicts: readonly Verdict[], failOn: 'critical' | 'warn'): Verdict[] {
  return verdicts.filter(
    ({ level }) =>
      level === 'critical' || level === 'not measured' || (failOn === 'warn' && level === 'warn'),
  )
}
