/** A plan and an effective configuration, for people or as JSON. */
import { shownConfig, shownProperties } from '../bench/shown.ts'
import type { Warning } from '../core/result.ts'
import type { EffectiveConfig, Properties } from '../drivers/driver.ts'
import { RESULTS_FOLDER } from '../report/kept-results.ts'
import { formatDurationMs } from '../units.ts'
import type { BenchFlags } from './bench-flags.ts'
import { gateOf } from './bench-output.ts'
import type { BenchRequest, TopicRequest } from './bench-request.ts'
import type { Io } from './io.ts'
import { isThisMachine } from './local.ts'

/** @param warnings of what is known before anything is sent */
export function printDryRun(
  driver: string,
  plan: Readonly<Record<string, string>>,
  config: EffectiveConfig,
  flags: Pick<BenchFlags, 'report'>,
  io: Io,
  warnings: readonly Warning[] = [],
): void {
  const effective = shownConfig(config)
  if (flags.report === 'json') {
    io.out(`${JSON.stringify({ plan, effectiveConfig: effective, warnings }, null, 2)}\n`)
    return
  }
  const lines = ['Plan (nothing was sent)', ...table(plan), '', `Effective configuration of ${driver}`]
  lines.push(...table(effective.values))
  if (effective.unsupported.length > 0) {
    lines.push('', `Unsupported by ${driver}: ${effective.unsupported.join(', ')}`)
  }
  lines.push(...effective.notes.map((note) => `Note: ${note}`))
  if (warnings.length > 0) lines.push('', ...warnings.map(({ text }) => `Warning: ${text}`))
  io.out(`${lines.join('\n')}\n`)
}

/**
 * What every bench has of a plan besides its load: the cluster, the topic that is made, the gate, the places written to.
 * @param others beside the cluster that are loaded and not on this machine
 */
export function commonLines(
  request: BenchRequest & { readonly topic: TopicRequest },
  flags: BenchFlags,
  others: readonly string[] = [],
): Record<string, string> {
  const { connection, connectTimeoutMs, topic, thresholds, tag, workers, repeat } = request
  const isElsewhere = connection !== undefined && !isThisMachine(connection.bootstrapServers)
  const elsewhere = [...(isElsewhere ? ['the cluster'] : []), ...others]
  return {
    'topic config': pairs(topic.configs) || 'as the cluster has it',
    processes: String(workers),
    runs: String(repeat),
    'connect time-out': formatDurationMs(connectTimeoutMs),
    'needs a yes':
      elsewhere.length === 0
        ? 'no'
        : flags.yes === true
          ? 'given by --yes'
          : `yes: ${elsewhere.join(' and ')} ${elsewhere.length === 1 ? 'is' : 'are'} not on this machine`,
    thresholds: thresholds.name,
    'exit 1': exitOnes(flags).join(', ') || 'never',
    report: flags.report ?? 'table',
    'kept in': keptIn(flags),
    tag: tag ?? 'none',
  }
}

/** What of the answer ends in exit code 1. */
export function exitOnes(flags: BenchFlags): string[] {
  const level = gateOf(flags)
  return [
    ...(level === undefined ? [] : [`a verdict that is ${level === 'warn' ? 'warn or critical' : level}`]),
    ...(flags.strict === true ? ['an answer that is not to be trusted (--strict)'] : []),
  ]
}

export function keptIn({ save, hlog, output }: BenchFlags): string {
  return [RESULTS_FOLDER, save, hlog, output].filter((place) => place !== undefined).join(', ')
}

/** `acks=all linger.ms=5`, without secrets. */
export function propertiesLine(properties: Properties): string {
  return pairs(shownProperties(properties))
}

function pairs(values: Readonly<Record<string, string>>): string {
  return Object.entries(values)
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}

export function table(values: Readonly<Record<string, string | number | boolean>>): string[] {
  const width = Math.max(0, ...Object.keys(values).map((key) => key.length))
  return Object.entries(values).map(([key, value]) => `  ${key.padEnd(width)}  ${value}`)
}
