/** What Connect itself reads in any connector's configuration. */
import type { HttpSetup } from '../setup.ts'
import type { PropertyTable } from './table.ts'
import type { Values } from './values.ts'

const WORKER = 'a matter of the Connect worker, which is not part of a run'

export const CONNECT_ROWS: PropertyTable = {
  name: { type: 'text', about: 'name of the configuration', sets: ['name'] },
  'connector.class': {
    type: 'text',
    about: 'which connector',
    sets: [],
    outside: 'no connector is loaded',
  },
  'tasks.max': { type: 'count', min: 1, max: 1000, about: 'tasks', sets: ['plan.tasks'], default: '1' },
  'key.converter': { type: 'text', about: 'how keys are written', sets: ['converters.key'] },
  'value.converter': { type: 'text', about: 'how values are written', sets: ['converters.value'] },
  'key.converter.schemas.enable': {
    type: 'boolean',
    about: 'each JSON key in an envelope with its schema',
    sets: ['converters.key'],
  },
  'value.converter.schemas.enable': {
    type: 'boolean',
    about: 'each JSON value in an envelope with its schema',
    sets: ['converters.value'],
  },
  'errors.tolerance': {
    type: 'text',
    choices: ['none', 'all'],
    about: 'whether a record in error ends the poll',
    sets: ['transform.onError'],
    default: 'none',
  },
}

/** Connect's keys that begin so are known, and mean nothing here. */
const OF_THE_WORKER = [
  'errors.',
  'header.converter',
  'key.converter.',
  'value.converter.',
  'transforms',
  'predicates',
  'topic.creation.',
  'exactly.once.support',
  'transaction.boundary',
  'offsets.storage.topic',
  'config.action.reload',
  'config.providers',
  'tasks.max.enforce',
  'confluent.topic.',
  'confluent.license',
  'kafka.auth.mode',
  'kafka.api.',
  'kafka.service.account.id',
  'auto.restart.on.user.error',
] as const

export function whyConnectsOwn(key: string): string | undefined {
  if (key.startsWith('transforms') || key.startsWith('predicates')) {
    return 'single message transforms are Connect’s; the load is that of the records before them'
  }
  return OF_THE_WORKER.some((start) => key.startsWith(start)) ? WORKER : undefined
}

export const isProducerKey = (key: string): boolean =>
  /^producer\.(override\.)?[a-z]/.test(key) && !key.startsWith('producer.interceptor')

/** `producer.override.linger.ms` wins over `producer.linger.ms`, whichever comes first. */
export function readProducer(values: Values, keys: Iterable<string>): HttpSetup['producer'] {
  const found = [...keys].filter(isProducerKey).toSorted((a, b) => rank(a) - rank(b))
  return Object.fromEntries(
    found.map((key) => [key.replace(/^producer\.(override\.)?/, ''), values.text(key) ?? '']),
  )
}

const rank = (key: string) => (key.startsWith('producer.override.') ? 1 : 0)

/** @param fallback where the configuration names none: a guide's, a cloud's output format */
export function readConverters(
  values: Values,
  fallback: HttpSetup['converters'] = { key: 'string', value: 'json' },
): HttpSetup['converters'] {
  const of = (side: 'key' | 'value') => {
    const named = values.text(`${side}.converter`)
    const isSchema = values.boolean(`${side}.converter.schemas.enable`)
    if (named === undefined) {
      return isSchema === true && side === 'value' ? ('json-with-schema' as const) : fallback[side]
    }
    if (named.endsWith('StringConverter')) return 'string' as const
    if (!named.endsWith('.JsonConverter')) {
      values.setAside(
        `${side}.converter`,
        'only StringConverter and JsonConverter are known; JSON is written',
      )
      return 'json' as const
    }
    // Connect's own default
    return (isSchema ?? true) ? ('json-with-schema' as const) : ('json' as const)
  }
  return { key: of('key'), value: of('value') }
}
