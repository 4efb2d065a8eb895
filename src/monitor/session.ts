/** A watched run from its ticks: a series, sums, what became of tasks, alerts. Pure; played in tests without a worker. */
import type { ConnectorStatus } from '../connect/status.ts'
import { type Alert, type AlertRule, watchAlert } from '../core/alert.ts'
import type { MetricName } from '../core/metrics.ts'
import { member } from '../member.ts'
import type { Field } from './fields.ts'
import { SOURCE_KINDS, type Source } from './source.ts'
import { createTally, type Growth, type Tally } from './tally.ts'
import type { Tick } from './watch.ts'

/** What a sample has, by metric; rules may be about these. */
export const SAMPLED = [
  'recordsPerSec',
  'polledPerSec',
  'toldRecordsPerSec',
  'connectorLatencyMs',
  'cacheHitRatio',
  'errorRatio',
  'pollBatchMs',
  'offsetCommitMs',
  'offsetCommitFailureRatio',
  'activeRecords',
  'heapUsedBytes',
  'heapRatio',
  'gcRatio',
] as const satisfies readonly MetricName[]

export type Sampled = (typeof SAMPLED)[number]

/** From one tick to the next. What is absent was not measured. */
export interface WatchedInterval extends Partial<Record<Sampled, number>> {
  readonly atMs: number
  readonly durationMs: number
  /** Written in `spanMs`: from the last answer of the source to this one. */
  readonly recordsWritten?: number
  readonly spanMs?: number
  readonly tasksRunning?: number
  readonly tasks?: number
  /** Sources that did not answer. */
  readonly missed?: string[]
}

export interface SourceSeen {
  readonly source: Source
  readonly tally: Tally
  readonly missed: number
  /** Code -> times. */
  readonly errors: Readonly<Record<string, number>>
}

export interface Failure {
  readonly what: string
  /** First line of its trace. */
  readonly reason: string
}

export interface Watched {
  readonly durationMs: number
  readonly intervals: readonly WatchedInterval[]
  readonly sources: readonly SourceSeen[]
  /** The source by which records are counted. */
  readonly counted: SourceSeen | undefined
  readonly status: ConnectorStatus | undefined
  readonly restarts: number
  readonly failure: Failure | undefined
  /** Connector and tasks were RUNNING all the time. */
  readonly alwaysRunning: boolean
  readonly alerts: readonly Alert[]
}

export interface Session {
  /** @returns what ends the run, if anything does. @throws what a source threw, where the baseline fails */
  take(tick: Tick): Failure | undefined
  /** The last interval. */
  last(): WatchedInterval | undefined
  readonly recordsWritten: number
  finish(): Watched
}

export function createSession(sources: readonly Source[], rules: readonly AlertRule[]): Session {
  const seen = sources.map((source) => ({
    source,
    tally: createTally(),
    missed: 0,
    errors: {} as Record<string, number>,
  }))
  // The order of kinds is the order of trust
  const byTrust = seen.toSorted(
    (a, b) => SOURCE_KINDS.indexOf(a.source.kind) - SOURCE_KINDS.indexOf(b.source.kind),
  )
  const alerts = rules.map((rule) => ({ rule, watch: watchAlert(rule) }))
  const intervals: WatchedInterval[] = []
  const tasks = createTaskWatch()
  let lastMs = 0
  let isBaseline = true

  const counted = () =>
    byTrust.find(({ source, tally }) => source.kind === 'topic' || 'recordsWritten' in tally.total.grown)

  return {
    take({ atMs, answers }) {
      const growths = new Map<Source, Growth>()
      const missed: string[] = []
      answers.forEach((answer, n) => {
        const one = seen[n]
        if (one === undefined) return
        if (answer !== undefined && 'reading' in answer) {
          const growth = one.tally.take(answer.atMs, answer.reading)
          if (growth !== undefined) growths.set(one.source, growth)
          if (answer.reading.status !== undefined) tasks.take(answer.reading.status)
          return
        }
        if (isBaseline) throw answer?.error ?? new Error(`no answer from ${one.source.shown}`)
        one.missed++
        missed.push(one.source.kind)
        const code = answer === undefined ? 'SLOW' : codeOf(answer.error)
        one.errors[code] = (one.errors[code] ?? 0) + 1
      })
      if (!isBaseline) {
        const interval: WatchedInterval = {
          atMs: lastMs,
          durationMs: atMs - lastMs,
          ...figures(
            byTrust.flatMap(({ source }) => growths.get(source) ?? []),
            countedGrowth(growths),
          ),
          ...tasks.now(),
          ...(missed.length === 0 ? {} : { missed }),
        }
        intervals.push(interval)
        for (const { rule, watch } of alerts) {
          const value = member(interval, rule.metric)
          watch.sample(lastMs, atMs, typeof value === 'number' ? value : undefined)
        }
      }
      isBaseline = false
      lastMs = atMs
      return tasks.failure()
    },
    last: () => intervals.at(-1),
    get recordsWritten() {
      return counted()?.tally.total.grown.recordsWritten ?? 0
    },
    finish: () => ({
      durationMs: lastMs,
      intervals,
      sources: seen,
      counted: counted(),
      ...tasks.finish(),
      alerts: alerts.map(({ watch }) => watch.finish(lastMs)),
    }),
  }

  function countedGrowth(growths: ReadonlyMap<Source, Growth>): Growth | undefined {
    const one = counted()
    return one === undefined ? undefined : growths.get(one.source)
  }
}

/** The figures of an interval; of several sources that tell the same, the first one's. */
function figures(growths: readonly Growth[], counted: Growth | undefined): Partial<WatchedInterval> {
  const told = (field: Field) =>
    growths.map(({ gauges }) => gauges[field]).find((value) => value !== undefined)
  const rate = (field: Field) => {
    const growth = growths.find(({ grown }) => grown[field] !== undefined)
    return growth === undefined || growth.spanMs <= 0
      ? undefined
      : ((growth.grown[field] ?? 0) * 1000) / growth.spanMs
  }
  // A topic that is not there yet has no offsets, and nothing was written to it
  const written = counted === undefined ? undefined : (counted.grown.recordsWritten ?? 0)
  const gcPerSec = rate('gcMs')
  const used = told('heapUsedBytes')
  const max = told('heapMaxBytes')
  return known({
    recordsWritten: written,
    spanMs: counted?.spanMs,
    recordsPerSec:
      written === undefined || counted === undefined || counted.spanMs <= 0
        ? undefined
        : (written * 1000) / counted.spanMs,
    polledPerSec: rate('recordsPolled'),
    toldRecordsPerSec: told('toldRecordsPerSec'),
    connectorLatencyMs: told('connectorLatencyMs'),
    cacheHitRatio: shareOf(growths, 'cacheHits', 'cacheMisses') ?? told('cacheHitRatio'),
    errorRatio: errorsOf(growths) ?? told('errorRatio'),
    pollBatchMs: told('pollBatchMs'),
    offsetCommitMs: told('offsetCommitMs'),
    offsetCommitFailureRatio: told('offsetCommitFailureRatio'),
    activeRecords: told('activeRecords'),
    heapUsedBytes: used,
    heapRatio: used === undefined || max === undefined || max === 0 ? undefined : used / max,
    gcRatio: gcPerSec === undefined ? undefined : gcPerSec / 1000,
  })
}

/** Of what was counted in the time; undefined where nothing was. */
function shareOf(growths: readonly Growth[], part: Field, rest: Field): number | undefined {
  const { grown } = growths.find((growth) => growth.grown[part] !== undefined) ?? {
    grown: {} as Growth['grown'],
  }
  const all = (grown[part] ?? 0) + (grown[rest] ?? 0)
  return grown[rest] === undefined || all === 0 ? undefined : (grown[part] ?? 0) / all
}

function errorsOf(growths: readonly Growth[]): number | undefined {
  const { grown } = growths.find((growth) => growth.grown.requests !== undefined) ?? {
    grown: {} as Growth['grown'],
  }
  const { requests = 0, requestsFailed } = grown
  return requestsFailed === undefined || requests === 0 ? undefined : Math.min(1, requestsFailed / requests)
}

/** Without what is undefined. */
export function known<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  // What is left has every value
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as never
}

/** Follows states: restarts are seen when a task runs again, or elsewhere. */
function createTaskWatch() {
  let status: ConnectorStatus | undefined
  let restarts = 0
  let alwaysRunning = true
  const isRunning = ({ state, tasks }: ConnectorStatus) =>
    state === 'RUNNING' && tasks.length > 0 && tasks.every((task) => task.state === 'RUNNING')
  return {
    take(now: ConnectorStatus) {
      for (const task of now.tasks) {
        const before = status?.tasks.find(({ id }) => id === task.id)
        const ranElsewhere = before?.state !== task.state || before.workerId !== task.workerId
        if (before !== undefined && task.state === 'RUNNING' && ranElsewhere) restarts++
      }
      if (!isRunning(now)) alwaysRunning = false
      status = now
    },
    now(): Pick<WatchedInterval, 'tasks' | 'tasksRunning'> {
      if (status === undefined) return {}
      const { tasks } = status
      return { tasks: tasks.length, tasksRunning: tasks.filter(({ state }) => state === 'RUNNING').length }
    },
    failure(): Failure | undefined {
      if (status?.state === 'FAILED') return { what: 'connector', reason: firstLine(status.trace) }
      const task = status?.tasks.find(({ state }) => state === 'FAILED')
      return task === undefined ? undefined : { what: `task ${task.id}`, reason: firstLine(task.trace) }
    },
    finish() {
      return {
        status,
        restarts,
        failure: this.failure(),
        alwaysRunning: status !== undefined && alwaysRunning,
      }
    },
  }
}

function firstLine(trace: string | undefined): string {
  return trace?.split('\n')[0]?.trim() ?? 'the worker tells no reason'
}

function codeOf(error: unknown): string {
  return typeof error === 'object' && error !== null && 'code' in error ? String(error.code) : 'FAILED'
}
