/** What Flink's autoscaler would make of a job that was observed. */
import { f } from './formula.ts'
import { type InputTable, refuse, type Values } from './inputs.ts'
import type { Quantity } from './quantity.ts'
import type { Worksheet } from './worksheet.ts'

const AUTOSCALER =
  'Flink Kubernetes operator, autoscaler (JobVertexScaler, ScalingMetricEvaluator; https://nightlies.apache.org/flink/flink-kubernetes-operator-docs-stable/docs/custom-resource/autoscaler/)'
/** job.autoscaler.vertex.max-parallelism. */
const VERTEX_MOST = 200

/** What it would do is counted for a job that was seen. */
const OBSERVED = { without: 'observedRate' } as const

export const OBSERVED_JOB = {
  observedRate: { kind: 'rate', about: 'observed: records/s into the busiest operator', optional: true },
  busy: { kind: 'ms', about: 'observed: its busyTimeMsPerSecond', optional: true, max: 1000 },
  observedParallelism: {
    kind: 'count',
    unit: 'subtasks',
    about: 'observed: its parallelism',
    optional: true,
    max: 32_768,
  },
  lag: {
    kind: 'count',
    unit: 'records',
    about: 'observed: pendingRecords of the source',
    default: '0',
    min: 0,
    idle: OBSERVED,
  },
  lagGrowth: { kind: 'rate', about: 'observed: by how much the lag grows', optional: true, idle: OBSERVED },
  catchUp: { kind: 'seconds', about: 'job.autoscaler.catch-up.duration', default: '30m', idle: OBSERVED },
  restart: { kind: 'seconds', about: 'job.autoscaler.restart.time', default: '5m', idle: OBSERVED },
  targetBusy: { kind: 'share', about: 'job.autoscaler.utilization.target', default: '70%', idle: OBSERVED },
} as const satisfies InputTable

type Job = Values<typeof OBSERVED_JOB> & { readonly partitions: Quantity }

/** @returns what it would do, where the job was observed */
export function autoscale(sheet: Worksheet, given: Job, maxParallelism: Quantity): string | undefined {
  const {
    observedRate,
    busy,
    observedParallelism,
    lag,
    lagGrowth,
    catchUp,
    restart,
    targetBusy,
    partitions,
  } = given
  const seen = [observedRate, busy, observedParallelism].filter((value) => value !== undefined)
  const [first] = seen
  if (first === undefined) return undefined
  if (observedRate === undefined || busy === undefined || observedParallelism === undefined) {
    throw refuse(
      first,
      'tells nothing alone',
      'give --observed-rate, --busy and --observed-parallelism together',
    )
  }
  const wanted =
    lagGrowth === undefined
      ? sheet.step('targetRate', 'records/s', 'that arrive', f`${observedRate}`, AUTOSCALER)
      : sheet.step('targetRate', 'records/s', 'that arrive', f`${observedRate} + ${lagGrowth}`, AUTOSCALER)
  const trueRate = sheet.step(
    'trueRate',
    'records/s',
    'it would do if it were always busy',
    f`${observedRate} / (${busy} / ${1000})`,
    AUTOSCALER,
  )
  const capacity = sheet.step(
    'capacity',
    'records/s',
    'to catch up in time, after a restart, and then be busy as wanted',
    f`round(${lag} / ${catchUp} + ${wanted} × ${restart} / ${catchUp} + ${wanted} / ${targetBusy})`,
    AUTOSCALER,
  )
  const scale = sheet.step('scale', '', 'of what it is now', f`${capacity} / ${trueRate}`, AUTOSCALER)
  const target = sheet.step(
    'targetParallelism',
    'subtasks',
    'within its own limit, key groups and partitions',
    f`min(ceil(${observedParallelism} × ${scale}), ${VERTEX_MOST}, ${maxParallelism}, ${partitions})`,
    AUTOSCALER,
  )
  const free = Math.ceil(observedParallelism.value * scale.value)
  if (free > target.value) {
    sheet.warn(
      'autoscaler-capped',
      `the autoscaler wants ${free} subtasks and may have ${target.value}: more partitions, or a higher limit`,
    )
  }
  return `the autoscaler would go from ${observedParallelism.value} to ${target.value} subtasks`
}
