/**
 * Whose words a configuration is written in. The class alone does not tell: the guide and an open connector both go by
 * the name of Confluent's class, so the keys decide.
 */
import { TuneError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import type { HttpSetup } from '../setup.ts'
import { readCastorm } from './castorm.ts'
import { CASTORM_ROWS } from './castorm-rows.ts'
import type { ConfigText } from './config-text.ts'
import { V1_ROWS, V2_ROWS } from './confluent-rows.ts'
import { readConfluentV1 } from './confluent-v1.ts'
import { readConfluentV2 } from './confluent-v2.ts'
import { CONNECT_ROWS } from './connect-rows.ts'
import { readGuide } from './guide.ts'
import { GUIDE_MORE_ROWS } from './guide-more-rows.ts'
import { GUIDE_ROWS } from './guide-rows.ts'
import { REFUSED } from './refused.ts'
import type { PropertyTable } from './table.ts'
import type { Values } from './values.ts'

export const DIALECT_NAMES = [
  'guide',
  'confluent-v1',
  'confluent-cloud-v1',
  'confluent-v2',
  'leon4s4',
  'castorm',
] as const
export type DialectName = (typeof DIALECT_NAMES)[number]

export interface Dialect {
  readonly title: string
  /** Connect's own among them. */
  readonly rows: PropertyTable
  /** @throws TuneError CONFIG */
  readonly translate: (
    values: Values,
    keys: readonly string[],
    entities: readonly string[] | undefined,
  ) => readonly HttpSetup[]
}

export const DIALECTS: Readonly<Record<DialectName, Dialect>> = {
  guide: {
    title: 'the guide’s properties',
    rows: { ...CONNECT_ROWS, ...GUIDE_MORE_ROWS, ...GUIDE_ROWS },
    translate: (values, keys, entities) => [readGuide(values, keys, entities)],
  },
  'confluent-v1': {
    title: 'Confluent HTTP source V1',
    rows: { ...CONNECT_ROWS, ...V1_ROWS },
    translate: (values, keys) => [readConfluentV1(values, keys, false)],
  },
  'confluent-cloud-v1': {
    title: 'Confluent Cloud HTTP source V1',
    rows: { ...CONNECT_ROWS, ...V1_ROWS },
    translate: (values, keys) => [readConfluentV1(values, keys, true)],
  },
  'confluent-v2': {
    title: 'Confluent HTTP source V2',
    rows: { ...CONNECT_ROWS, ...V2_ROWS },
    translate: (values, keys) => readConfluentV2(values, keys, false),
  },
  leon4s4: {
    title: 'Leon4s4’s HTTP source, in its code’s words',
    rows: { ...CONNECT_ROWS, ...V2_ROWS },
    translate: (values, keys) => readConfluentV2(values, keys, true),
  },
  castorm: {
    title: 'castorm’s HTTP source',
    rows: { ...CONNECT_ROWS, ...CASTORM_ROWS },
    translate: (values, keys) => [readCastorm(values, keys)],
  },
}

/** Confluent's, the guide's and an open connector's. */
export const SHARED_CLASS = 'io.confluent.connect.http.HttpSourceConnector'

const KNOWN_CLASS =
  /^(io\.confluent\.connect\.http\.(HttpSourceConnector|source\.GenericHttpSourceConnector)|HttpSource(V2|Connector)?|(com\.github\.castorm|io\.github\.comrada)\.kafka\.connect\.http\.HttpSourceConnector)$/

/** @throws TuneError UNSUPPORTED for a connector that is not read, CONFIG where nothing tells which it is */
export function recognise(config: ConfigText): DialectName {
  const connectorClass = config.entries.get('connector.class')?.value.trim() ?? ''
  const keys = [...config.entries.keys()]
  const has = (key: string) => config.entries.has(key)
  const refused = REFUSED.find((one) => connectorClass !== '' && one.connectorClass.test(connectorClass))
  if (refused !== undefined) throw refusal(config, refused)

  if (keys.some((key) => /^api\d+\./.test(key)) || has('http.api.base.url')) {
    return connectorClass === SHARED_CLASS ? 'leon4s4' : 'confluent-v2'
  }
  if (has('http.request.url')) return 'castorm'
  if (has('url')) {
    return connectorClass === 'HttpSource' || has('kafka.auth.mode') ? 'confluent-cloud-v1' : 'confluent-v1'
  }
  const byKeys = REFUSED.find(({ keys: telling }) => keys.some((key) => telling?.test(key)))
  if (byKeys !== undefined) throw refusal(config, byKeys)
  if (connectorClass !== '' && !KNOWN_CLASS.test(connectorClass)) {
    throw new TuneError(
      'UNSUPPORTED',
      `${config.shown}: ${connectorClass} is no HTTP source connector that is known`,
      {
        hint: `known are ${DIALECT_NAMES.map((name) => DIALECTS[name].title).join('; ')}`,
      },
    )
  }
  if (keys.some(isGuideKey) || keys.every((key) => Object.hasOwn(CONNECT_ROWS, key))) {
    if (keys.length > 0) return 'guide'
  }
  const [odd] = keys.filter((key) => !Object.hasOwn(CONNECT_ROWS, key))
  const meant = odd === undefined ? undefined : nearest(odd, TELLING)
  throw new TuneError(
    'CONFIG',
    `${config.entries.get(odd ?? '')?.where ?? config.shown}: no property tells which connector this is for`,
    {
      hint:
        meant === undefined
          ? 'a configuration has at least url=, http.request.url=, http.api.base.url= or http.source.url='
          : `${odd}: did you mean ${meant}?`,
    },
  )
}

const TELLING = [
  ...Object.keys(GUIDE_ROWS),
  ...Object.keys(GUIDE_MORE_ROWS),
  ...Object.keys(V1_ROWS),
  ...Object.keys(CASTORM_ROWS),
]

const isGuideKey = (key: string) =>
  (Object.hasOwn(GUIDE_ROWS, key) || Object.hasOwn(GUIDE_MORE_ROWS, key)) && !Object.hasOwn(CONNECT_ROWS, key)

function refusal(config: ConfigText, { title, why }: (typeof REFUSED)[number]): TuneError {
  const where = config.entries.get('connector.class')?.where ?? config.shown
  return new TuneError('UNSUPPORTED', `${where}: this is for ${title}, which is not read`, { hint: why })
}
