/** The guide's transformation, balancing, scaling and health checks. */
import { z } from 'zod'
import type {
  BalancingSettings,
  FieldMapping,
  HealthCheckSettings,
  ScalingSettings,
  TransformSettings,
} from '../setup.ts'
import { GUIDE_HEALTH_CHECKS, httpUrl, shownUrl } from './base.ts'
import type { Values } from './values.ts'

const mapping = z.strictObject({
  source: z.string().min(1),
  target: z.string().min(1),
  type: z.enum(['STRING', 'INTEGER', 'LONG', 'DOUBLE', 'BOOLEAN', 'TIMESTAMP']).default('STRING'),
})

/** @throws TuneError CONFIG */
export function readTransform(values: Values, base: TransformSettings): TransformSettings {
  const maxRecordBytes = values.number('transformation.max.record.size.bytes') ?? base.maxRecordBytes
  const tolerance = values.choice('errors.tolerance')
  const common = { ...base, maxRecordBytes, ...(tolerance === 'none' ? { onError: 'fail' as const } : {}) }
  if (values.boolean('transformation.enabled') === false) return { ...common, enabled: false }
  return {
    ...common,
    mappings: readMappings(values),
    enrichment: values.boolean('transformation.enrichment.enabled') ?? base.enrichment,
    validation: values.boolean('transformation.validation.enabled') ?? base.validation,
  }
}

function readMappings(values: Values): readonly FieldMapping[] {
  const key = 'transformation.field.mappings'
  const found = values.json(key)
  if (found === undefined) return []
  const parsed = z.array(mapping).safeParse(found)
  if (parsed.success) return parsed.data
  const [issue] = parsed.error.issues
  throw values.wrong(
    key,
    `${issue?.path.join('.') ?? 'a mapping'}: ${issue?.message ?? 'is not right'}`,
    'for example [{"source": "id", "target": "record_id", "type": "STRING"}]',
  )
}

/** How often an endpoint is asked whether it is well; the guide says nothing. */
const HEALTH_INTERVAL_MS = 10_000

/** @throws TuneError CONFIG */
export function readBalancing(values: Values): BalancingSettings | undefined {
  const key = 'http.source.endpoints'
  const listed = values.list(key)
  if (listed === undefined || listed.length === 0) return undefined
  const endpoints = listed.map((text) => {
    const url = httpUrl(text)
    if (url !== undefined && url.username === '' && url.password === '') return url.origin
    throw values.wrong(
      key,
      `${shownUrl(text)} is not an origin of http or https`,
      'for example ["https://api1.example.com"]; a login goes into http.auth.*',
    )
  })
  values.choice('http.load.balancing.strategy')
  return {
    strategy: 'ROUND_ROBIN',
    endpoints,
    ...(values.boolean('http.load.balancing.health.check.enabled')
      ? { healthCheck: { path: '/health', intervalMs: HEALTH_INTERVAL_MS } }
      : {}),
  }
}

/** @throws TuneError CONFIG where the bounds contradict each other */
export function readScaling(values: Values): ScalingSettings | undefined {
  if (values.boolean('auto.scaling.enabled') !== true) return undefined
  const minTasks = values.number('auto.scaling.min.tasks') ?? 1
  const scaling: ScalingSettings = {
    minTasks,
    maxTasks:
      values.number('auto.scaling.max.tasks') ?? Math.max(minTasks, values.number('tasks.max') ?? minTasks),
    upAbovePerSec: values.number('auto.scaling.scale.up.threshold.throughput') ?? 1000,
    downBelowPerSec: values.number('auto.scaling.scale.down.threshold.throughput') ?? 100,
    intervalMs: values.number('auto.scaling.evaluation.interval.minutes') ?? 5 * 60_000,
  }
  if (scaling.maxTasks < scaling.minTasks) {
    throw values.wrong('auto.scaling.max.tasks', `is below auto.scaling.min.tasks=${minTasks}`, 'raise it')
  }
  if (scaling.downBelowPerSec >= scaling.upAbovePerSec) {
    throw values.wrong(
      'auto.scaling.scale.down.threshold.throughput',
      `is not below the threshold for scaling up, ${scaling.upAbovePerSec}/s: tasks would come and go for ever`,
      'lower it',
    )
  }
  return scaling
}

export function readHealthChecks(values: Values): HealthCheckSettings {
  const target = values.number('cache.hit.ratio.threshold')
  const base = {
    ...GUIDE_HEALTH_CHECKS,
    ...(target === undefined ? {} : { cacheHitTargetRatio: target }),
  }
  if (values.boolean('health.check.enabled') === false) return { ...base, enabled: false }
  return {
    ...base,
    responseTimeMs: values.number('health.check.response.time.threshold.ms') ?? base.responseTimeMs,
    cacheHitRatio: values.number('health.check.cache.hit.ratio.threshold') ?? base.cacheHitRatio,
    errorRatio: values.number('health.check.error.rate.threshold') ?? base.errorRatio,
  }
}
