/** From a connector's configuration to what a run does, with everything that could not be taken along. */
import type { Env } from '../../config-providers.ts'
import { TuneError } from '../../errors.ts'
import { nearest } from '../../nearest.ts'
import { readText } from '../../shipped.ts'
import type { HttpSetup } from '../setup.ts'
import { refuseThreads } from '../threads.ts'
import { type ConfigText, parseConfig } from './config-text.ts'
import { isProducerKey, whyConnectsOwn } from './connect-rows.ts'
import { DIALECT_NAMES, DIALECTS, type DialectName, recognise } from './dialects.ts'
import { hidingFilled } from './shown.ts'
import type { PropertyRow } from './table.ts'
import { createValues, type Values } from './values.ts'
import { type ConfigWarning, warningsOf } from './warnings.ts'

export interface Reading {
  readonly shown: string
  readonly dialect: DialectName
  /** As people call it. */
  readonly title: string
  /** One; several where its APIs differ in more than their address. */
  readonly setups: readonly HttpSetup[]
  /** Known, and without effect here. */
  readonly ignored: readonly { readonly key: string; readonly why: string }[]
  readonly unknown: readonly { readonly key: string; readonly where: string; readonly nearest?: string }[]
  /** Of a guide's properties those that no connector reads that can be had: in a real one they do nothing. */
  readonly unread: readonly string[]
  readonly warnings: readonly ConfigWarning[]
}

export interface ReadOptions {
  readonly env: Env
  /** What a URL pattern picks from, or what stands behind `http.source.url`. */
  readonly entities?: readonly string[]
  /** Properties of a profile in the guide's dialect; the file's own win. */
  readonly profile?: Readonly<Record<string, string>>
}

/** @throws TuneError CONFIG, UNSUPPORTED */
export function readConfigFile(path: string, shown: string, options: ReadOptions): Reading {
  return readConfig(readText(path, 'configuration'), shown, options)
}

/** @throws TuneError CONFIG, UNSUPPORTED */
export function readConfig(text: string, shown: string, options: ReadOptions): Reading {
  const config = parseConfig(text, shown, options.env)
  const dialect = recognise(config)
  if (dialect !== 'guide') refuseGuidesOwn(options, shown, dialect)
  if (options.profile === undefined) return reading(config, dialect, options)
  const entries = new Map([...profileEntries(options.profile, shown), ...config.entries])
  return reading({ ...config, entries }, dialect, options)
}

function refuseGuidesOwn({ profile, entities }: ReadOptions, shown: string, dialect: DialectName): void {
  const flag = profile !== undefined ? '--profile' : entities !== undefined ? '--entities' : undefined
  if (flag === undefined) return
  throw new TuneError(
    'USAGE',
    `${flag}: is for the guide’s properties, and ${shown} has those of ${DIALECTS[dialect].title}`,
    {
      hint: `leave ${flag} out, or change the file`,
    },
  )
}

/** Properties of the guide alone: a profile's. @throws TuneError CONFIG */
export function readProperties(properties: Readonly<Record<string, string>>, shown: string): Reading {
  return reading({ shown, entries: profileEntries(properties, shown), misread: [] }, 'guide', { env: {} })
}

const profileEntries = (properties: Readonly<Record<string, string>>, where: string) =>
  new Map(Object.entries(properties).map(([key, value]) => [key, { value, where }]))

function reading(config: ConfigText, dialect: DialectName, { entities }: ReadOptions): Reading {
  const { rows, title, translate } = DIALECTS[dialect]
  const keys = [...config.entries.keys()]
  const values = createValues(config, rows)
  const texts = [...config.entries.values()].flatMap(({ filled = [] }) => filled)
  const setups = translate(values, keys, entities).map((setup) => hidingFilled(setup, texts))
  for (const { plan } of setups) refuseThreads(plan, values.where('pagination.concurrent.enabled'))
  const ignored = keys.flatMap((key) => {
    const why = whyIgnored(key, Object.hasOwn(rows, key) ? rows[key] : undefined, dialect, values)
    return why === undefined ? [] : [{ key, why }]
  })
  const isIgnored = new Set(ignored.map(({ key }) => key))
  const unknown = keys
    .filter((key) => !Object.hasOwn(rows, key) && !isProducerKey(key) && !isIgnored.has(key))
    .map((key) => {
      const meant = nearest(key, Object.keys(rows))
      return { key, where: values.where(key), ...(meant === undefined ? {} : { nearest: meant }) }
    })
  return {
    shown: config.shown,
    dialect,
    title,
    setups,
    ignored,
    unknown,
    unread: dialect === 'guide' ? keys.filter((key) => isUnread(rows[key])) : [],
    warnings: warningsOf(config, dialect, values, setups),
  }
}

const isUnread = (row: PropertyRow | undefined) => row !== undefined && row.readBy === undefined

function whyIgnored(
  key: string,
  row: PropertyRow | undefined,
  dialect: DialectName,
  values: Values,
): string | undefined {
  const aside = values.aside.get(key)
  if (aside !== undefined) return aside
  // It has told the dialect
  if (key === 'connector.class') return undefined
  if (row?.outside !== undefined) return row.outside
  if (row !== undefined) {
    if (values.read.has(key)) return undefined
    return row.under === undefined ? 'nothing here asks for it' : `${row.under} does not ask for it`
  }
  if (isProducerKey(key)) return undefined
  const connect = whyConnectsOwn(key)
  if (connect !== undefined) return connect
  const other = DIALECT_NAMES.find((name) => name !== dialect && Object.hasOwn(DIALECTS[name].rows, key))
  return other === undefined
    ? undefined
    : `it belongs to ${DIALECTS[other].title}, and is not read by this one`
}
