/** What a watched run has to say beside its figures. */
import type { ConnectorResult } from '../core/connector-result.ts'
import { formatDurationMs, formatNumber, formatRate } from '../units.ts'
import type { Watched } from './session.ts'
import type { ConnectorInfo } from './sources/connect.ts'

type Warning = ConnectorResult['warnings'][number]

/** A connector that polls seldom may write nothing for a while. */
const SILENT_MS = 5_000

export function warningsOf(
  watched: Watched,
  info: ConnectorInfo | undefined,
  plan: Pick<ConnectorResult['plan'], 'durationMs' | 'sourceLoad'>,
): Warning[] {
  const warnings: (Warning | undefined)[] = [
    silent(watched, info),
    notCounted(watched),
    paused(watched),
    ...watched.sources.map(({ source, missed, errors }) => missedText(source.shown, missed, errors)),
    resets(watched),
    backwards(watched),
    watched.restarts > 0
      ? { id: 'restarts', text: `tasks were started again ${times(watched.restarts)}` }
      : undefined,
    tooShort(watched, plan.durationMs),
    notDriven(watched, plan.sourceLoad),
  ]
  return warnings.filter((warning) => warning !== undefined)
}

const times = (count: number) => (count === 1 ? 'once' : `${count} times`)

/** RUNNING says that a thread runs, not that anything comes of it. */
function silent(
  { counted, alwaysRunning, durationMs, sources, failure }: Watched,
  info: ConnectorInfo | undefined,
) {
  if (counted === undefined || failure !== undefined || durationMs < SILENT_MS) return undefined
  if ((counted.tally.total.grown.recordsWritten ?? 0) > 0) return undefined
  const polled = sources
    .map(({ tally }) => tally.total.grown.recordsPolled)
    .find((count) => count !== undefined)
  const active = sources
    .map(({ tally }) => tally.total.gauges.activeRecords)
    .find((count) => count !== undefined)
  const stuck = (active ?? 0) > 0 || (polled ?? 0) > 0
  const makes = Object.keys(info?.config ?? {}).some((key) => key.startsWith('topic.creation.'))
  const why =
    stuck && !makes
      ? 'it polls, and nothing gets into a topic: where brokers make no topics by themselves, the connector needs topic.creation.default.replication.factor and .partitions'
      : stuck
        ? 'it polls, and nothing gets into a topic: look for warnings of its producer in the worker’s log'
        : polled === undefined
          ? 'look at the worker’s log; Jolokia or Prometheus would tell whether it polls'
          : 'it polls nothing: the source has nothing new, or its interval is longer than the run'
  const how = alwaysRunning
    ? 'connector and tasks are RUNNING, and nothing was written'
    : 'nothing was written'
  return {
    id: alwaysRunning ? 'running-but-silent' : 'silent',
    text: `${how} in ${formatDurationMs(durationMs, 1)}; ${why}`,
  }
}

function notCounted({ counted }: Watched): Warning | undefined {
  if (counted !== undefined) return undefined
  return {
    id: 'not-counted',
    text: 'no source counts records: give --topic with --bootstrap-server, which works for every connector',
  }
}

function paused({ status }: Watched): Warning | undefined {
  if (status === undefined || status.state === 'RUNNING' || status.state === 'FAILED') return undefined
  return { id: 'not-running', text: `the connector is ${status.state}` }
}

function missedText(
  shown: string,
  missed: number,
  errors: Readonly<Record<string, number>>,
): Warning | undefined {
  if (missed === 0) return undefined
  const why = Object.entries(errors).map(([code, count]) => `${code} ${count}`)
  return {
    id: 'missed',
    text: `${shown} did not answer ${times(missed)} (${why.join(', ')}): those seconds are not in its figures`,
  }
}

function resets({ sources }: Watched): Warning | undefined {
  const of = sources.filter(({ tally }) => tally.resets > 0).map(({ source }) => source.kind)
  if (of.length === 0) return undefined
  return {
    id: 'counter-reset',
    text: `counters began again (${of.join(', ')}): rates go on right across it, but for what was counted in between`,
  }
}

function backwards({ sources }: Watched): Warning | undefined {
  const of = sources.filter(({ tally }) => tally.backwards > 0).map(({ source }) => source.kind)
  if (of.length === 0) return undefined
  return {
    id: 'counter-backwards',
    text: `counters went back without beginning again (${of.join(', ')}): taken as no growth`,
  }
}

function tooShort({ alerts, durationMs }: Watched, askedMs: number): Warning | undefined {
  const short = alerts.filter(({ state }) => state === 'too short')
  const longestMs = Math.max(0, ...short.map(({ forMs }) => forMs))
  if (short.length === 0 || durationMs < askedMs * 0.9) return undefined
  return {
    id: 'alerts-too-short',
    text: `${short.map(({ id }) => id).join(', ')} could not fire: a run of ${formatDurationMs(longestMs)} and more would tell`,
  }
}

/** Of what was asked for; the rest is the time that the first and the last rows take. */
const DRIVEN_SHARE = 0.9

/** What a connector leaves unread, it may never have been given. */
function notDriven(
  { durationMs }: Watched,
  load: ConnectorResult['plan']['sourceLoad'],
): Warning | undefined {
  if (load?.rows === undefined) return undefined
  const { committed, failed } = load.rows
  const asked = (load.recordsPerSec * durationMs) / 1000
  if (failed === 0 && committed >= asked * DRIVEN_SHARE) return undefined
  const lost = failed === 0 ? '' : `, ${formatNumber(failed)} failed`
  return {
    id: 'source-not-driven',
    text: `of ${formatNumber(Math.round(asked))} rows that were to come at ${formatRate(load.recordsPerSec)}, ${formatNumber(committed)} were committed${lost}: the database held the connector back, or went away`,
  }
}
