/** Profiles: named sets of Kafka properties with notes on what they cost. Data in `profiles/*.yaml`, or a file. */
import { basename, dirname } from 'node:path'
import { z } from 'zod'
import type { Properties } from '../drivers/driver.ts'
import { checkProperties } from '../drivers/properties.ts'
import { PROPERTY_TABLE } from '../drivers/property-table.ts'
import { TuneError } from '../errors.ts'
import { checkGuideProperty } from '../http/config/check-property.ts'
import { didYouMean } from '../nearest.ts'
import { isPath, locate, type Shelf, shippedNames } from '../shipped.ts'
import { readYaml, type YamlFile } from './yaml.ts'

export type ProfileKind = 'producer' | 'consumer' | 'http'
const KINDS: readonly ProfileKind[] = ['producer', 'consumer', 'http']

export interface ProfileNote {
  /** The property it is about. */
  readonly key: string
  readonly text: string
}

/** A profile with what it extends merged in. */
export interface Profile {
  readonly name: string
  readonly about: string
  readonly kind: ProfileKind
  /** Where its values come from. */
  readonly source: string
  /** Java names, those of the base first; with `http` a connector's, in the guide's words. */
  readonly properties: Properties
  readonly notes: readonly ProfileNote[]
  /** Names of the profiles it is built on, the nearest first. */
  readonly extends: readonly string[]
}

const profileShape = z.strictObject({
  name: z.string().min(1),
  about: z.string(),
  kind: z.enum(['producer', 'consumer', 'http']),
  extends: z.string().optional(),
  source: z.string().optional(),
  properties: z.record(z.string(), z.union([z.string(), z.number(), z.boolean()])).default({}),
  notes: z.array(z.strictObject({ key: z.string(), text: z.string() })).default([]),
})
type ProfileFile = z.infer<typeof profileShape>

const shelf = { folder: 'profiles', extension: '.yaml', what: 'profile', flag: '--profile' } as const

const shelfOf = (kind: ProfileKind): Shelf => ({
  ...shelf,
  prefix: `${kind}-`,
  what: `${kind} profile`,
})

/** `producer-balanced`, … : every profile that ships with `tune`. */
export function profileNames(): string[] {
  return KINDS.flatMap((kind) => shippedNames(shelfOf(kind)).map((name) => `${kind}-${name}`))
}

/**
 * A profile by name (`high-throughput`, `producer-high-throughput`, `high-throughput-producer`) or path (`./mine.yaml`).
 * @param kind what the command can use; undefined takes either, as long as the name says which
 * @param cwd what a relative path is relative to
 * @throws TuneError USAGE for an unknown name, CONFIG for a file that is wrong
 */
export function loadProfile(nameOrFile: string, kind: ProfileKind | undefined, cwd?: string): Profile {
  const path = isPath(nameOrFile) ? locate(nameOrFile, shelf, cwd) : locateNamed(nameOrFile, kind)
  return readProfile(path, isPath(nameOrFile) ? nameOrFile : basename(path), kind, [])
}

function locateNamed(given: string, kind: ProfileKind | undefined): string {
  const name = kindFirst(given)
  const long = KINDS.find((one) => name.startsWith(`${one}-`))
  if (long !== undefined) {
    if (kind !== undefined && kind !== long) throw wrongKind(name, long, kind)
    // The short names are those the error offers, so an unknown long one is looked up whole.
    if (profileNames().includes(name)) return locate(name.slice(long.length + 1), shelfOf(long))
    throw unknownName(name, profileNames())
  }
  if (kind !== undefined) return locate(name, shelfOf(kind))
  const meant = KINDS.map((one) => `${one}-${name}`).filter((full) => profileNames().includes(full))
  const [only, ...more] = meant
  if (only === undefined) throw unknownName(name, profileNames())
  if (more.length > 0) {
    throw new TuneError('USAGE', `'${name}' is the name of several profiles`, { hint: meant.join(' or ') })
  }
  return locateNamed(only, undefined)
}

/** The kind may stand behind, as a guide has it: `high-throughput-http` is `http-high-throughput`. */
function kindFirst(name: string): string {
  const kind = KINDS.find((one) => name.endsWith(`-${one}`))
  return kind === undefined ? name : `${kind}-${name.slice(0, -kind.length - 1)}`
}

function unknownName(name: string, names: readonly string[]): TuneError {
  return new TuneError('USAGE', `there is no profile '${name}'`, { hint: didYouMean(name, names) })
}

function wrongKind(name: string, is: ProfileKind, wanted: ProfileKind): TuneError {
  return new TuneError('USAGE', `${name} is a ${is} profile, and a ${wanted} is to be set`, {
    hint: `one of ${shippedNames(shelfOf(wanted)).join(', ')}`,
  })
}

/** @param via paths of the profiles that led here */
function readProfile(
  path: string,
  shown: string,
  kind: ProfileKind | undefined,
  via: readonly string[],
): Profile {
  const file = readYaml(path, profileShape, 'profile', shown)
  const { value } = file
  if (kind !== undefined && value.kind !== kind) throw wrongKind(shown, value.kind, kind)
  const own = ownProperties(file)
  const base = value.extends === undefined ? undefined : readBase(file, path, [...via, path])
  const properties = { ...base?.properties, ...own }
  value.notes.forEach(({ key }, index) => {
    if (Object.hasOwn(properties, key)) return
    throw new TuneError(
      'CONFIG',
      `${file.where('notes', index, 'key')}: a note on ${key}, which is not set`,
      {
        hint: didYouMean(key, Object.keys(properties)),
      },
    )
  })
  const notes = value.notes.map(({ key, text }) => ({ key, text: text.trim() }))
  return {
    name: value.name,
    about: value.about,
    kind: value.kind,
    source: value.source ?? shown,
    properties,
    // What the base says about a property holds no longer where it is set anew.
    notes: [...notes, ...(base?.notes ?? []).filter(({ key }) => !isSaid(key, own, notes))],
    extends: base === undefined ? [] : [base.name, ...base.extends],
  }
}

function isSaid(key: string, own: Properties, notes: readonly ProfileNote[]): boolean {
  return Object.hasOwn(own, key) || notes.some((note) => note.key === key)
}

function readBase(file: YamlFile<ProfileFile>, path: string, via: readonly string[]): Profile {
  const { kind, extends: wanted = '' } = file.value
  let basePath: string
  try {
    basePath = isPath(wanted) ? locate(wanted, shelf, dirname(path)) : locateNamed(wanted, kind)
  } catch (error) {
    if (!(error instanceof TuneError) || error.hint === undefined) throw error
    throw new TuneError('CONFIG', `${file.where('extends')}: extends: ${error.message}`, { hint: error.hint })
  }
  if (via.includes(basePath)) {
    const circle = [...via.slice(via.indexOf(basePath)), basePath].map((one) => basename(one)).join(' > ')
    throw new TuneError(
      'CONFIG',
      `${file.where('extends')}: profiles extend each other in a circle: ${circle}`,
      {
        hint: 'take one extends out',
      },
    )
  }
  return readProfile(basePath, isPath(wanted) ? wanted : basename(basePath), kind, via)
}

/** Checked one by one, so that an error has its line. */
function ownProperties(file: YamlFile<ProfileFile>): Properties {
  const { kind, properties } = file.value
  return Object.fromEntries(
    Object.entries(properties).map(([key, raw]) => {
      const where = file.where('properties', key)
      if (kind === 'http') {
        checkGuideProperty(key, String(raw), where)
        return [key, String(raw)]
      }
      const row = Object.hasOwn(PROPERTY_TABLE, key) ? PROPERTY_TABLE[key] : undefined
      if (row?.connection) {
        throw new TuneError('CONFIG', `${where}: ${key} does not belong in a profile`, {
          hint: 'where to connect and how to log in go into the file of --command-config',
        })
      }
      if (row !== undefined && row.role !== 'common' && row.role !== kind) {
        throw new TuneError('CONFIG', `${where}: ${key} is a setting of a ${row.role}, not of a ${kind}`, {
          hint: `put it into a profile of kind: ${row.role}`,
        })
      }
      const value = String(raw)
      // 'memory' knows Java's names only: Kafka's keys are the ones that every driver translates.
      checkProperties({ [key]: value }, 'memory', where)
      return [key, value]
    }),
  )
}
