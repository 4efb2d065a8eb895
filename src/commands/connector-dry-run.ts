/** `--dry-run` of a connector bench: what would be watched, for people or as JSON. */
import { shownUrl } from '../http/ask.ts'
import { formatDurationMs, formatRate } from '../units.ts'
import type { ConnectorFlags } from './connector-flags.ts'
import type { ConnectorRequest } from './connector-request.ts'
import { exitOnes, keptIn, table } from './dry-run.ts'
import type { Io } from './io.ts'
import { shownTarget } from './source-load.ts'

export function printConnectorPlan(request: ConnectorRequest, flags: ConnectorFlags, io: Io): void {
  const plan = describe(request, flags)
  if (flags.report === 'json') io.out(`${JSON.stringify({ plan }, null, 2)}\n`)
  else io.out(`${['Plan (nothing was asked or sent)', ...table(plan)].join('\n')}\n`)
}

function describe(request: ConnectorRequest, flags: ConnectorFlags): Record<string, string> {
  const { connect, health, jolokiaUrl, prometheusUrl, topic, sourceLoad, rules, thresholds } = request
  const at = (url: string | undefined) => (url === undefined ? 'not asked' : shownUrl(url))
  const gates = flags.rules !== undefined || flags.failOn !== undefined
  return {
    connector: request.connector ?? (connect === undefined ? 'not named' : 'the only one of the worker'),
    'connect worker': at(connect?.url),
    topics:
      topic === undefined
        ? 'not counted'
        : `${topic.topics.join(', ')} at ${topic.connection.bootstrapServers}`,
    jolokia: at(jolokiaUrl),
    prometheus: at(prometheusUrl),
    metrics: at(health?.url),
    duration: formatDurationMs(request.durationMs),
    interval: formatDurationMs(request.intervalMs),
    runs: String(request.repeat),
    'source load':
      sourceLoad === undefined
        ? 'none: only watched'
        : `${formatRate(sourceLoad.recordsPerSec)} to ${shownTarget(sourceLoad)}`,
    rules: `${rules.name}: ${rules.rules.map(({ id }) => id).join(', ')}`,
    thresholds: thresholds.name,
    'exit 1': ['a connector or task that fails', ...(gates ? ['an alert'] : []), ...exitOnes(flags)].join(
      ', ',
    ),
    report: flags.report ?? 'table',
    'kept in': keptIn(flags),
    tag: request.tag ?? 'none',
  }
}
