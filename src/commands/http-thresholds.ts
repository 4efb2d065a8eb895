/** Thresholds of a run that polls: the guide's, with the numbers that a configuration's own health checks have. */
import type { Threshold } from '../core/threshold.ts'
import type { Reading } from '../http/config/read.ts'
import type { HealthCheckSettings, HttpSetup } from '../http/setup.ts'
import type { ThresholdSet } from '../profiles/thresholds.ts'

/** @param given `--thresholds`, which win over everything */
export function httpThresholds(
  set: ThresholdSet,
  setups: readonly HttpSetup[],
  readings: readonly Reading[],
  given: string | undefined,
): ThresholdSet {
  const [reading] = readings
  const [setup] = setups
  if (given !== undefined || reading === undefined || setup === undefined) return set
  // Another dialect has no health checks
  if (reading.dialect !== 'guide' || !setup.healthChecks.enabled) return set
  const own = boundsOf(setup.healthChecks)
  return {
    ...set,
    thresholds: set.thresholds.map((threshold) => {
      const bounds = own[threshold.metric]
      if (bounds === undefined || isSame(bounds, threshold)) return threshold
      return { ...threshold, ...bounds, source: `${reading.shown}, health.check.threshold.*` }
    }),
  }
}

type Bounds = Pick<Threshold, 'target' | 'critical'>

function boundsOf(checks: HealthCheckSettings): Partial<Record<string, Bounds>> {
  const { responseTimeMs, errorRatio, cacheHitRatio, cacheHitTargetRatio = cacheHitRatio } = checks
  const below = (value: number): Bounds => ({ target: { below: value }, critical: { below: value } })
  return {
    'api.meanMs': below(responseTimeMs),
    errorRatio: below(errorRatio),
    ...(cacheHitTargetRatio < cacheHitRatio
      ? {}
      : { cacheHitRatio: { target: { above: cacheHitTargetRatio }, critical: { above: cacheHitRatio } } }),
  }
}

function isSame(a: Bounds, { target, critical }: Bounds): boolean {
  return JSON.stringify([a.target, a.critical]) === JSON.stringify([target, critical])
}
