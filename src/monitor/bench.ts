/** Watches a connector: baseline, a sample each interval, final sample. */
import type { AlertRule } from '../core/alert.ts'
import type { Clock } from '../core/clock.ts'
import type { ConnectorResult } from '../core/connector-result.ts'
import type { Threshold } from '../core/threshold.ts'
import { assembleConnector } from './assemble.ts'
import { createSession, type WatchedInterval } from './session.ts'
import type { Source } from './source.ts'
import type { SourceLoad } from './source-load.ts'
import type { ConnectorInfo } from './sources/connect.ts'
import { watch } from './watch.ts'

export interface ConnectorPlan {
  readonly durationMs: number
  readonly intervalMs: number
  readonly sources: readonly Source[]
  readonly rules: readonly AlertRule[]
  readonly rulesName: string
  readonly thresholds: readonly Threshold[]
  readonly thresholdsName: string
  readonly load: SourceLoad | undefined
  readonly tag: string | undefined
}

export interface ConnectorTools {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly environment: ConnectorResult['environment']
  /** Asked when the run is over, so that it has the topics of the run. */
  readonly info: () => Promise<ConnectorInfo | undefined>
  readonly onSample: (atMs: number, interval: WatchedInterval | undefined, recordsWritten: number) => void
}

/** @throws TuneError where a source does not answer at the start */
export async function benchConnector(plan: ConnectorPlan, tools: ConnectorTools): Promise<ConnectorResult> {
  const { durationMs, intervalMs, sources, rules, load } = plan
  const { clock, signal, environment, onSample } = tools
  const session = createSession(sources, rules)
  const startedAt = new Date(clock.epochMs()).toISOString()
  await load?.start()
  let end: Awaited<ReturnType<typeof watch>>
  try {
    end = await watch({ durationMs, intervalMs }, sources, clock, signal, (tick) => {
      const failure = session.take(tick)
      onSample(tick.atMs, session.last(), session.recordsWritten)
      return failure === undefined
    })
  } finally {
    // What it drove may be gone by now, and the figures are not worth less for it
    await load?.stop().catch(() => {})
  }
  const watched = session.finish()
  return assembleConnector({
    startedAt,
    complete: end === 'duration',
    ...(watched.failure === undefined ? {} : { endedEarly: `${watched.failure.what} failed` }),
    tag: plan.tag,
    plan: {
      durationMs,
      intervalMs,
      rules: plan.rulesName,
      thresholds: plan.thresholdsName,
      ...(load === undefined
        ? {}
        : {
            sourceLoad: {
              target: load.target,
              recordsPerSec: load.recordsPerSec,
              ...(load.written === undefined ? {} : { rows: load.written() }),
            },
          }),
    },
    thresholds: plan.thresholds,
    environment,
    info: await tools.info().catch(() => undefined),
    watched,
  })
}
