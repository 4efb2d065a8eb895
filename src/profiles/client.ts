/** A profile as the options of a JavaScript client. */
import { toKafkajs, toLibrdkafka } from '../drivers/properties.ts'
import { TuneError } from '../errors.ts'
import type { Profile } from './profile.ts'
import { heading, wrapped } from './text.ts'

export interface ClientSettings {
  readonly client: 'confluent' | 'kafkajs'
  /** confluent: names of librdkafka. kafkajs: by option object (`producer`, `send`, `retry`, …), empty ones left out. */
  readonly settings: Readonly<Record<string, unknown>>
  /** Java names that this client has no equivalent for. */
  readonly unsupported: readonly string[]
}

/** @throws TuneError USAGE for a profile of connectors, which no client takes */
export function clientSettings(profile: Profile, client: 'confluent' | 'kafkajs'): ClientSettings {
  const { kind, properties } = profile
  if (kind === 'http') {
    throw new TuneError(
      'USAGE',
      `--for ${client}: ${profile.name} is for an HTTP source connector, not for a client`,
      {
        hint: 'leave --for out: it is shown as a connector’s .properties file',
      },
    )
  }
  if (client === 'confluent') return { client, ...toLibrdkafka(properties, kind) }
  const { settings, unsupported } = toKafkajs(properties, kind)
  const used = Object.entries(settings).filter(([, options]) => Object.keys(options).length > 0)
  return { client, settings: Object.fromEntries(used), unsupported }
}

/** An object literal to copy, what is unsupported, and the notes. */
export function clientText(profile: Profile, { client, settings, unsupported }: ClientSettings): string {
  const mark = '// '
  const lines = heading(profile, mark)
  for (const { key, text } of profile.notes) lines.push('//', ...wrapped(`${key}: ${text}`, mark))
  lines.push('//')
  for (const key of unsupported) {
    lines.push(...wrapped(`unsupported by ${client}: ${key}=${profile.properties[key] ?? ''}`, mark))
  }
  lines.push(`export const settings = ${JSON.stringify(settings, null, 2)}`)
  return `${lines.join('\n')}\n`
}
