/** A plan and an effective configuration, for people or as JSON. */
import { shownConfig, shownProperties } from '../bench/shown.ts'
import type { EffectiveConfig, Properties } from '../drivers/driver.ts'
import type { BenchFlags } from './bench-flags.ts'
import type { Io } from './io.ts'

export function printDryRun(
  driver: string,
  plan: Readonly<Record<string, string>>,
  config: EffectiveConfig,
  flags: Pick<BenchFlags, 'report'>,
  io: Io,
): void {
  const effective = shownConfig(config)
  if (flags.report === 'json') {
    io.out(`${JSON.stringify({ plan, effectiveConfig: effective }, null, 2)}\n`)
    return
  }
  const lines = ['Plan (nothing was sent)', ...table(plan), '', `Effective configuration of ${driver}`]
  lines.push(...table(effective.values))
  if (effective.unsupported.length > 0) {
    lines.push('', `Unsupported by ${driver}: ${effective.unsupported.join(', ')}`)
  }
  lines.push(...effective.notes.map((note) => `Note: ${note}`))
  io.out(`${lines.join('\n')}\n`)
}

/** `acks=all linger.ms=5`, without secrets. */
export function propertiesLine(properties: Properties): string {
  return Object.entries(shownProperties(properties))
    .map(([key, value]) => `${key}=${value}`)
    .join(' ')
}

function table(values: Readonly<Record<string, string | number | boolean>>): string[] {
  const width = Math.max(0, ...Object.keys(values).map((key) => key.length))
  return Object.entries(values).map(([key, value]) => `  ${key.padEnd(width)}  ${value}`)
}
