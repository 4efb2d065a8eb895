/**
 * Kafka properties under their Java names: known or not, well formed or not, and what each client makes of them.
 * All checks happen here, before anything connects.
 */
import { distance } from 'fastest-levenshtein'
import { TuneError } from '../errors.ts'
import type { DriverName, Properties } from './driver.ts'
import { JAVA_NAME_OF, LIBRDKAFKA_NAMES } from './librdkafka-names.ts'
import {
  type Conversion,
  type KafkajsPlace,
  PROPERTY_TABLE,
  type PropertyRow,
  type PropertyType,
} from './property-table.ts'

export type Setting = string | number | boolean

/** Beyond this edit distance a name is no misspelling but another word. */
const NEAR = 5

/**
 * Refuses unknown names, with the nearest known one, and values of the wrong type. Security settings are checked where
 * they are read (connection.ts).
 * @param origin where they come from, for the message: a file's name, `--producer-props`
 * @throws TuneError CONFIG
 */
export function checkProperties(properties: Properties, driver: DriverName, origin?: string): void {
  for (const [key, value] of Object.entries(properties)) {
    const row = rowOf(key, driver)
    if (row === undefined) throw unknown(key, driver, origin)
    parse(key, value, row.type, origin)
  }
}

/** The row of a name that this driver knows. */
function rowOf(key: string, driver: DriverName): Pick<PropertyRow, 'role' | 'type'> | undefined {
  if (Object.hasOwn(PROPERTY_TABLE, key)) return PROPERTY_TABLE[key]
  return driver === 'confluent' && Object.hasOwn(LIBRDKAFKA_NAMES, key) ? LIBRDKAFKA_NAMES[key] : undefined
}

const KAFKA_NAMES_HINT = "names are Kafka's own, as in: tune profile show producer-high-throughput --for java"

function unknown(key: string, driver: DriverName, origin: string | undefined): TuneError {
  const where = origin === undefined ? '' : ` (${origin})`
  const java = Object.hasOwn(JAVA_NAME_OF, key) ? JAVA_NAME_OF[key] : undefined
  if (java !== undefined) {
    return new TuneError('CONFIG', `${key} is librdkafka's name of ${java}${where}`, { hint: `use ${java}` })
  }
  if (Object.hasOwn(LIBRDKAFKA_NAMES, key)) {
    return new TuneError(
      'CONFIG',
      `${key} is a name of librdkafka, which the driver ${driver} is not${where}`,
      {
        hint: 'use its Java name, or --driver confluent',
      },
    )
  }
  const near = nearest(key, driver)
  return new TuneError('CONFIG', `unknown property ${key}${where}`, {
    hint: near === undefined ? KAFKA_NAMES_HINT : `did you mean ${near}?`,
  })
}

/** The known name closest to a misspelt one. */
export function nearest(key: string, driver: DriverName): string | undefined {
  const names = [
    ...Object.keys(PROPERTY_TABLE),
    ...(driver === 'confluent' ? Object.keys(LIBRDKAFKA_NAMES) : []),
  ]
  let best: string | undefined
  let bestDistance = NEAR + 1
  for (const name of names) {
    const steps = distance(key.toLowerCase().replaceAll('_', '.'), name)
    if (steps < bestDistance) {
      best = name
      bestDistance = steps
    }
  }
  return best
}

/** A value as its type. Java trims, and takes booleans in any case (ConfigDef.parseType). */
function parse(key: string, text: string, type: PropertyType, origin: string | undefined): Setting {
  const value = text.trim()
  const refuse = (wanted: string, hint?: string): TuneError =>
    new TuneError(
      'CONFIG',
      `${key}=${type.kind === 'secret' ? '[hidden]' : text} is not ${wanted}${origin === undefined ? '' : ` (${origin})`}`,
      {
        hint: hint ?? inlineComment(key, text) ?? `give ${key} ${wanted}`,
      },
    )
  switch (type.kind) {
    case 'integer': {
      const number = Number(value)
      const wanted = `a whole number${rangeOf(type.min, type.max)}`
      if (!/^[+-]?\d+$/.test(value) || number < type.min || number > type.max) throw refuse(wanted)
      return number
    }
    case 'float': {
      const number = Number(value)
      if (value === '' || !(number >= type.min && number <= type.max)) {
        throw refuse(`a number from ${type.min} to ${type.max}`)
      }
      return number
    }
    case 'boolean':
      if (!/^(true|false)$/i.test(value)) throw refuse('true or false')
      return value.toLowerCase() === 'true'
    case 'choice':
      if (!type.of.includes(value)) throw refuse(`one of ${type.of.join(', ')}`)
      return value
    default:
      return value
  }
}

function rangeOf(min: number, max: number): string {
  return max === Number.MAX_SAFE_INTEGER ? ` from ${min}` : ` from ${min} to ${max}`
}

/** In a .properties file `batch.size=32768 # 32 KB` has the value `32768 # 32 KB` (java.util.Properties). */
function inlineComment(key: string, text: string): string | undefined {
  if (!/\s[#!]|\s\/\//.test(text)) return undefined
  return `a comment after a value is part of the value: put it on a line of its own above ${key}`
}

/** Assignors by Java's class names and librdkafka's own. The eager sticky one is Java's alone. */
const ASSIGNORS: Readonly<Record<string, string>> = {
  RangeAssignor: 'range',
  range: 'range',
  RoundRobinAssignor: 'roundrobin',
  roundrobin: 'roundrobin',
  CooperativeStickyAssignor: 'cooperative-sticky',
  'cooperative-sticky': 'cooperative-sticky',
}

/** @returns undefined where one of them is in no client but Java's */
function assignors(value: Setting): string | undefined {
  const names = String(value)
    .split(',')
    .map((name) => ASSIGNORS[name.trim().replace(/^org\.apache\.kafka\.clients\.consumer\./, '')])
  if (names.includes(undefined)) return undefined
  const eager = names.filter((name) => name !== 'cooperative-sticky')
  // librdkafka does not mix them, and a group of Java's uses the eager ones as long as one member has them
  return (eager.length > 0 ? eager : names).join(',')
}

const CONVERT: Readonly<Record<Conversion, (value: Setting) => Setting | undefined>> = {
  acks: (value) => (value === 'all' ? -1 : Number(value)),
  'bytes-to-kib': (value) => Math.min(2_147_483_647, Math.max(1, Math.floor(Number(value) / 1024))),
  'at-least-1': (value) => Math.max(1, Number(value)),
  'at-most-1000000': (value) => Math.min(1_000_000, Number(value)),
  'at-most-900000': (value) => Math.min(900_000, Math.max(1, Number(value))),
  'os-buffer': (value) => Math.max(0, Number(value)),
  'lower-case': (value) => String(value).toLowerCase(),
  'offset-reset': (value) =>
    value === 'none' ? 'error' : value === 'earliest' || value === 'latest' ? value : undefined,
  'from-beginning': (value) =>
    value === 'earliest' || value === 'latest' ? value === 'earliest' : undefined,
  'read-uncommitted': (value) => value === 'read_uncommitted',
  assignors,
  // kafkajs has this one only
  'kafkajs-assignor': (value) => (assignors(value) === 'roundrobin' ? 'roundrobin' : undefined),
  'classic-only': (value) => (String(value).toLowerCase() === 'classic' ? 'classic' : undefined),
}

/** @returns undefined where the client has no such value */
function converted(value: Setting, convert: Conversion | undefined): Setting | undefined {
  return convert === undefined ? value : CONVERT[convert](value)
}

/** Levels are three properties in Java and one in librdkafka: that of the codec in use counts. */
const LEVEL_OF: Readonly<Record<string, string>> = {
  'compression.gzip.level': 'gzip',
  'compression.lz4.level': 'lz4',
  'compression.zstd.level': 'zstd',
}

export interface LibrdkafkaSettings {
  readonly settings: Readonly<Record<string, Setting>>
  readonly unsupported: readonly string[]
}

/** Java and native names -> librdkafka's. @throws TuneError CONFIG */
export function toLibrdkafka(properties: Properties, role: 'producer' | 'consumer'): LibrdkafkaSettings {
  checkProperties(properties, 'confluent')
  const settings: Record<string, Setting> = {}
  const unsupported: string[] = []
  for (const [key, text] of Object.entries(properties)) {
    const row = PROPERTY_TABLE[key]
    const native = LIBRDKAFKA_NAMES[key]
    if (row?.connection) continue
    if (!fits((row ?? native)?.role, role)) unsupported.push(key)
    else if (row?.librdkafka !== undefined) {
      const { name, convert } = row.librdkafka
      const value = converted(parse(key, text, row.type, undefined), convert)
      if (value === undefined) unsupported.push(key)
      else settings[name] = value
    } else if (LEVEL_OF[key] !== undefined && LEVEL_OF[key] === properties['compression.type']) {
      settings['compression.level'] = Math.min(12, Number(text))
    } else if (row === undefined && native !== undefined)
      settings[key] = parse(key, text, native.type, undefined)
    else unsupported.push(key)
  }
  return { settings, unsupported }
}

export interface KafkajsSettings {
  /** By option object. */
  readonly settings: Readonly<Record<KafkajsPlace['in'], Readonly<Record<string, Setting>>>>
  readonly unsupported: readonly string[]
}

/** Java names -> kafkajs's options. @throws TuneError CONFIG */
export function toKafkajs(properties: Properties, role: 'producer' | 'consumer'): KafkajsSettings {
  checkProperties(properties, 'kafkajs')
  const settings: Record<KafkajsPlace['in'], Record<string, Setting>> = {
    client: {},
    retry: {},
    producer: {},
    send: {},
    consumer: {},
    run: {},
    subscribe: {},
  }
  const unsupported: string[] = []
  for (const [key, text] of Object.entries(properties)) {
    const row = PROPERTY_TABLE[key]
    if (row === undefined || row.connection) continue
    if (row.kafkajs === undefined || !fits(row.role, role)) unsupported.push(key)
    else {
      const { name, convert } = row.kafkajs
      const value = converted(parse(key, text, row.type, undefined), convert)
      if (value === undefined) unsupported.push(key)
      else settings[row.kafkajs.in][name] = value
    }
  }
  return { settings, unsupported }
}

const fits = (role: PropertyRow['role'] | undefined, wanted: PropertyRow['role']): boolean =>
  role === 'common' || role === wanted

/** Defaults of a client for the properties that bear on speed and safety, in its own names. */
export function clientDefaults(
  client: 'librdkafka' | 'kafkajs',
  role: 'producer' | 'consumer',
): Record<string, Setting> {
  const defaults: Record<string, Setting> = {}
  for (const row of Object.values(PROPERTY_TABLE)) {
    const place = row[client]
    if (place?.default !== undefined && fits(row.role, role)) defaults[place.name] = place.default
  }
  return defaults
}

/** `batch.size 1000000 (16384)`: where a client's default is not Java's and nobody set it. */
export function differingDefaults(
  client: 'librdkafka' | 'kafkajs',
  role: 'producer' | 'consumer',
  properties: Properties,
): string[] {
  return Object.entries(PROPERTY_TABLE).flatMap(([key, row]) => {
    const place = row[client]
    if (place?.default === undefined || row.java === undefined || !fits(row.role, role)) return []
    if (properties[key] !== undefined) return []
    // kafkajs's defaults are in Java's words already
    const convert = client === 'librdkafka' ? place.convert : undefined
    if (place.default === converted(row.java, convert)) return []
    if (key === 'acks') return []
    const shown = convert === 'bytes-to-kib' ? Number(place.default) * 1024 : place.default
    return [`${key} ${shown} (${row.java})`]
  })
}
