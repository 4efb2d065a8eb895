/**
 * `${env:NAME}`, `${file:PATH:KEY}` and `${directory:PATH:FILE}` in a value, so that a secret lies elsewhere: the syntax
 * of KIP-297 under the names that Kafka's documentation gives its own providers (EnvVarConfigProvider,
 * FileConfigProvider, DirectoryConfigProvider). They need no `config.providers` lines here; those are taken and ignored.
 */
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { messageOf, TuneError } from './errors.ts'
import { parseProperties } from './properties-file.ts'

export type Env = Readonly<Record<string, string | undefined>>

const REFERENCE = /\$\{(env|file|dir|directory):([^}]*)\}/g

/** Declares the providers to Java. */
export const isProviderKey = (key: string): boolean => /^config\.providers(\.|$)/.test(key)

/** What is left of a value without its references: empty where all of it comes from elsewhere. */
export const withoutReferences = (value: string): string => value.replace(REFERENCE, '')

/** A value whose references are filled in, and what they stood for, which may be secret. */
export interface Filled {
  readonly text: string
  readonly parts: readonly string[]
}

/**
 * @param name of the file or flag, for messages
 * @throws TuneError CONFIG where something is not there; the message has its name, never a value
 */
export function fill(value: string, key: string, name: string, env: Env): Filled {
  const parts: string[] = []
  const text = value.replace(REFERENCE, (_, provider: string, reference: string) => {
    const part = standsFor(provider, reference, key, name, env)
    parts.push(part)
    return part
  })
  return { text, parts }
}

/** The text alone. @throws TuneError CONFIG */
export const fillReferences = (value: string, key: string, name: string, env: Env): string =>
  fill(value, key, name, env).text

/**
 * The same in an address: what stands for a secret may have characters that an address has not.
 * @throws TuneError CONFIG
 */
export const fillAddress = (text: string, key: string, name: string, env: Env): string =>
  text.replace(REFERENCE, (_, provider: string, reference: string) =>
    encodeURIComponent(standsFor(provider, reference, key, name, env)),
  )

function standsFor(provider: string, reference: string, key: string, name: string, env: Env): string {
  // The Java provider takes ${env::NAME} as well, with an empty path
  if (provider === 'env') return fromEnvironment(reference.replace(/^:/, ''), key, name, env)
  const colon = reference.lastIndexOf(':')
  const path = reference.slice(0, Math.max(0, colon))
  const entry = reference.slice(colon + 1)
  const found =
    provider === 'file'
      ? valueIn(path, entry, key, name)
      : read(join(path, entry), key, name).replace(/\r?\n$/, '')
  if (found !== undefined) return found
  throw new TuneError('CONFIG', `${key} in ${name} wants ${entry} of ${path}, which has no such key`, {
    hint: `${path} is read as a .properties file: add a line ${entry}=…`,
  })
}

function fromEnvironment(variable: string, key: string, name: string, env: Env): string {
  const found = env[variable]
  if (found !== undefined) return found
  throw new TuneError(
    'CONFIG',
    `${key} in ${name} wants the environment variable ${variable}, which is not set`,
    { hint: `export ${variable}=… and run again` },
  )
}

function valueIn(path: string, entry: string, key: string, name: string): string | undefined {
  return parseProperties(read(path, key, name), path).findLast((line) => line.key === entry)?.value
}

function read(path: string, key: string, name: string): string {
  try {
    return readFileSync(path, 'utf8')
  } catch (cause) {
    throw new TuneError('CONFIG', `${key} in ${name} wants ${path}: ${messageOf(cause)}`, {
      hint: 'check the path, and that this user may read it',
      cause,
    })
  }
}
